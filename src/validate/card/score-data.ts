import { countOf } from "#kernel";
import type { DatasetStatistics } from "../statistics/model.ts";
import type { DataCardFacts, DataScore } from "./model.ts";

/** Rows that a group needs before its rates can be told apart from chance by some ten points: a 95 % interval of ±0.18 at most. */
const ENOUGH_OF_A_GROUP = 30;
/** Rows of the rarer class (of all, for a number) for each column that is learned from. */
const EVENTS_A_COLUMN = 10;
/** A feedback that lags a month behind the newest row, or more, scores nothing. */
const MONTH_DAYS = 30;

/**
 * Four scores of what data can carry, each in [0, 1] with its evidence.
 *
 * Consistency: share of rows that neither cause an error nor repeat an earlier row. Coverage: share of the named groups with 30 rows or
 * more and a share near the population's, where one is stated. Amount: rows of the rarer class (of all, for a number) over ten for each
 * column, at most 1. Timeliness of feedback: share of rows labelled times 1 − days that the newest label lags ÷ 30.
 * Missing: null, with what would have to be said. Source: ten events a variable after Peduzzi et al., "A simulation study of the number
 * of events per variable in logistic regression analysis", J Clin Epidemiol 1996; the rest are our definitions.
 */
export function scoreData(facts: DataCardFacts): readonly DataScore[] {
  return [consistency(facts), coverage(facts), amount(facts), timeliness(facts)];
}

function consistency({ statistics: { rows }, badRows, quality }: DataCardFacts): DataScore {
  const repeated = quality.duplicates.exactRows;
  const bad = Math.min(rows, (badRows ?? 0) + repeated);
  const errors = badRows === null ? "no schema says what an error is" : `${badRows} cause errors against the schema`;
  return {
    name: "consistency",
    value: rows === 0 ? null : 1 - bad / rows,
    evidence: `Of ${countOf(rows, "row")}, ${repeated} equal an earlier one; ${errors}.`,
  };
}

function coverage({ supply: { groups } }: DataCardFacts): DataScore {
  if (groups.length === 0)
    return { name: "coverage", value: null, evidence: "Nobody named the cases that matter: name columns of groups." };
  const lacking = groups.filter(({ rows, unlike }) => rows < ENOUGH_OF_A_GROUP || unlike);
  const named = lacking.slice(0, 5).map(({ column, value, rows }) => `${column} ${value} (${countOf(rows, "row")})`);
  return {
    name: "coverage",
    value: 1 - lacking.length / groups.length,
    evidence:
      lacking.length === 0
        ? `Each of ${groups.length} groups has ${ENOUGH_OF_A_GROUP} rows or more, and none strays from a stated population.`
        : `${lacking.length} of ${groups.length} groups have fewer than ${ENOUGH_OF_A_GROUP} rows or stray from the stated population: ${named.join(", ")}${lacking.length > named.length ? ", …" : ""}.`,
  };
}

function amount({ statistics, target }: DataCardFacts): DataScore {
  if (target === null)
    return { name: "amount", value: null, evidence: "Nobody named the column that is to be predicted." };
  const rare = rarestClass(statistics, target);
  const columns = Math.max(1, statistics.columns.length - 1);
  const wanted = EVENTS_A_COLUMN * columns;
  return {
    name: "amount",
    value: Math.min(1, rare.rows / wanted),
    evidence: `${rare.rows} rows ${rare.what}, where ${EVENTS_A_COLUMN} for each of ${columns} columns make ${wanted}.`,
  };
}

/** More values than this are a number's, not classes. */
const MOST_CLASSES = 20;

function rarestClass({ columns, rows }: DatasetStatistics, target: string): { rows: number; what: string } {
  const column = columns.find(({ name }) => name === target);
  const { unique, topValues = [], zeros, present = rows, type, mean } = column ?? {};
  if (type === "BOOL" && mean !== undefined) {
    const ones = Math.round(mean * present);
    return { rows: Math.min(ones, present - ones), what: `of the rarer ${target}` };
  }
  if (type === "INT" && unique === 2 && zeros !== undefined)
    return { rows: Math.min(zeros, present - zeros), what: `of the rarer ${target}` };
  if (topValues.length > 1 && unique !== undefined && unique <= MOST_CLASSES && topValues.length >= unique)
    return { rows: Math.min(...topValues.map(({ count }) => count)), what: `of the rarest ${target}` };
  return { rows: present, what: `with a ${target}` };
}

function timeliness({ supply: { labels, arrival } }: DataCardFacts): DataScore {
  if (labels === null)
    return { name: "timeliness", value: null, evidence: "Nobody named the column that holds the answer." };
  const share = `${percent(labels.share)} of the rows are labelled`;
  if (labels.lagDays === null || arrival === null)
    return {
      name: "timeliness",
      value: null,
      evidence: `${share}; when rows happened is not known: name a column of times.`,
    };
  return {
    name: "timeliness",
    value: labels.share * Math.max(0, 1 - labels.lagDays / MONTH_DAYS),
    evidence: `${share}; the newest label lies ${Number(labels.lagDays.toPrecision(3))} days before the newest row.`,
  };
}

const percent = (share: number) => `${Number((share * 100).toPrecision(3))} %`;
