import type { Feature, ValueCountRange } from "../../schema/model.ts";
import type { ColumnStatistics, LevelStatistics } from "../../statistics/model.ts";
import type { Finding } from "../model.ts";

type Level = Pick<LevelStatistics, "present" | "missing" | "minValues" | "maxValues">;

/** Nest levels of a column, outermost first; a column of single values or of plain lists has one. */
export function levelsOf(column: ColumnStatistics): readonly Level[] {
  return column.levels !== undefined && column.levels.length > 0 ? column.levels : [column];
}

/** How many values a row holds, against `value_count`, `value_counts` and `shape`. */
export function checkLengths(column: ColumnStatistics, feature: Feature): Finding[] {
  const levels = levelsOf(column);
  const { valueCount, valueCounts, shape } = feature;
  if (valueCounts !== undefined) {
    const ranges = valueCounts.valueCount ?? [];
    if (ranges.length !== levels.length)
      return [nestedness("The values have a different nest level than expected. Value counts will not be checked.")];
    return ranges.flatMap((range, index) => checkRange(levels[index]!, range, ` at nestedness level ${index}`));
  }
  if (valueCount !== undefined) {
    if (levels.length > 1)
      return [
        nestedness(
          "This feature has a value_count, but the nestedness level of the feature > 1. For features with nestedness levels greater than 1, value_counts, not value_count, should be specified.",
        ),
      ];
    return checkRange(levels[0]!, valueCount, "");
  }
  return shape === undefined ? [] : checkShape(levels, shape.dim ?? []);
}

function nestedness(long: string): Finding {
  return { type: "VALUE_NESTEDNESS_MISMATCH", short: "Mismatched value nest level", long };
}

function checkRange({ minValues, maxValues }: Level, { min, max }: ValueCountRange, where: string): Finding[] {
  const findings: Finding[] = [];
  if (min !== undefined && minValues < min)
    findings.push({
      type: "FEATURE_TYPE_LOW_NUMBER_VALUES",
      short: "Missing values",
      long: `Some examples have fewer values than expected${where}.`,
    });
  if (max !== undefined && maxValues > max)
    findings.push({
      type: "FEATURE_TYPE_HIGH_NUMBER_VALUES",
      short: "Superfluous values",
      long: `Some examples have more values than expected${where}.`,
    });
  return findings;
}

function checkShape(levels: readonly Level[], dim: readonly { readonly size?: number }[]): Finding[] {
  const invalid = (long: string): Finding[] => [
    { type: "INVALID_FEATURE_SHAPE", short: "Feature shape dropped", long },
  ];
  if (levels.some(({ missing, minValues, maxValues }) => missing > 0 || minValues !== maxValues))
    return invalid(
      "The feature has a shape, but it's not always present (if the feature is nested, then it should always be present at each nested level) or its value lengths vary.",
    );
  const size = dim.reduce((product, one) => product * (one.size ?? 1), 1);
  const length = levels.reduce((product, { minValues }) => product * minValues, 1);
  return size === length
    ? []
    : invalid(`The feature has fixed value length ${length} but it's not compatible with the specified shape.`);
}

/** How many rows hold the column, against `presence`. */
export function checkPresence(
  { present, missing, path }: ColumnStatistics,
  { presence }: Feature,
  rows: number,
  compat: boolean,
): Finding[] {
  const findings: Finding[] = [];
  const fewer = "The feature was present in fewer examples than expected";
  if (presence?.minCount !== undefined && present < presence.minCount)
    findings.push({
      ...dropped,
      type: "FEATURE_TYPE_LOW_NUMBER_PRESENT",
      long: `${fewer}: minimum count = ${presence.minCount}, actual = ${present}`,
    });
  // A field of a structure is counted where its structure is.
  const fraction = present / ((path?.length ?? 1) > 1 ? present + missing : rows);
  const minFraction = presence?.minFraction ?? 0;
  if (!(fraction < minFraction) && !(minFraction === 1 && missing > 0)) return findings;
  const alike = fraction.toFixed(6) === minFraction.toFixed(6);
  // With very many rows the two fractions print alike, and then the count says what is wrong.
  const long =
    !(fraction < minFraction) || (alike && minFraction === 1 && !compat)
      ? `The feature was expected everywhere, but was missing in ${missing} examples.`
      : `${fewer}: minimum fraction = ${minFraction.toFixed(6)}, actual = ${fraction.toFixed(6)}`;
  return [...findings, { ...dropped, type: "FEATURE_TYPE_LOW_FRACTION_PRESENT", long }];
}

export const dropped = { short: "Column dropped" } as const;
