import { countOf } from "#kernel";
import type { DataCardFacts } from "./model.ts";

/** From this share of missing values on a column is named. */
const MUCH_MISSING = 0.2;
const MOST_NAMED = 10;

/** What the record shows of where these data fall short, in sentences; what it cannot show is asked of a person elsewhere. */
export function knownLimits(facts: DataCardFacts): readonly string[] {
  const { statistics, quality, anomalies, assumptions, supply, problems } = facts;
  const { rows } = statistics;
  const sparse = statistics.columns.filter(({ missing }) => missing > MUCH_MISSING * rows);
  const { exactRows, nearRows, acrossParts } = quality.duplicates;
  const people = [...new Set(quality.personal.map(({ column, label }) => `${column} (${label})`))];
  const found = [
    ...problems,
    ...anomalies.map(({ feature, short, long }) => `${feature ?? "data set"}: ${long.trim() || short}`),
    ...assumptions.filter(({ verdict }) => verdict === "broken").map(({ statement }) => `Does not hold: ${statement}`),
    ...(sparse.length === 0
      ? []
      : [
          `More than ${MUCH_MISSING * 100} % missing: ${named(sparse.map(({ name, missing }) => `${name} (${Math.round((100 * missing) / rows)} %)`))}.`,
        ]),
    ...(people.length === 0 ? [] : [`May tell of persons: ${named(people)}.`]),
    ...(exactRows === 0
      ? []
      : [`${countOf(exactRows, "row")} ${exactRows === 1 ? "equals" : "equal"} an earlier row.`]),
    ...(nearRows === 0
      ? []
      : [`${countOf(nearRows, "row")} nearly ${nearRows === 1 ? "equals" : "equal"} an earlier row.`]),
    ...quality.similar.map(({ column, texts }) => `${texts} texts of ${column} nearly repeat another.`),
    ...(acrossParts === undefined || acrossParts.exactRows === 0
      ? []
      : [
          `${countOf(acrossParts.exactRows, "row")} ${acrossParts.exactRows === 1 ? "stands" : "stand"} in more than one part.`,
        ]),
    ...quality.columns.map(({ column, evidence }) => `${column}: ${evidence}`),
    ...supply.groups
      .filter(({ unlike }) => unlike)
      .map(
        ({ column, value, ratio }) =>
          `${column} ${value}: ${Number(ratio!.toPrecision(3))} times its share of the population.`,
      ),
  ];
  if (found.length === 0) return ["The checks found none. That is not proof that there are none."];
  return found;
}

function named(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
