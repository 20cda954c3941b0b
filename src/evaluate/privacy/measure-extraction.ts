import type { Frame } from "@millrace/program";
import { takeFrame } from "../explain/columns.ts";
import type { ScoredModel } from "../explain/model.ts";
import type { Task } from "../model.ts";

/** How well somebody who may only ask for scores rebuilds the model. */
export interface ExtractionTest {
  /** Rows on which copies are compared with the model; no copy was learned from them. */
  readonly rows: number;
  /** What is compared: the share of equal decisions, or of the variance of a regression's values that the copy tells. */
  readonly by: "decisions" | "variance";
  /** By rising number of queries. */
  readonly copies: readonly ExtractedCopy[];
  /** What always giving the most frequent decision (the mean value) reaches. */
  readonly constant: number | null;
}

export interface ExtractedCopy {
  readonly queries: number;
  /** Of a copy learned from the model's scores. */
  readonly agreement: number | null;
  /** Of the same learner, given the true values of the same rows and no model to ask. */
  readonly withoutModel: number | null;
  /** How much nearer asking the model comes than the true values do. */
  readonly advantage: number | null;
}

/** Learns numbers beside rows, and gives back a way to tell them for other rows. */
export type LearnCopy = (rows: Frame, values: Float64Array) => Promise<(rows: Frame) => Float64Array>;

export interface ExtractionRequest {
  readonly task: Task;
  readonly model: ScoredModel;
  /** Binary: from this score on the decision is the positive class. */
  readonly threshold?: number;
  /** Rows like those that the model was made for; a copy is learned from the first so many. */
  readonly ask: Frame;
  readonly labels: ArrayLike<number>;
  readonly compareOn: Frame;
  readonly learn: LearnCopy;
  readonly queries?: readonly number[];
}

/**
 * How well a copy that is learned from a number of answers of the scorer agrees with it, beside a copy that never asked it.
 *
 * Missing: rows must have scores. Numbers of queries beyond the rows are left out; `null` where the rows define none.
 * Several classes: one copy a class, and the greatest decides.
 * Source: F. Tramèr et al., Stealing machine learning models via prediction APIs, USENIX Security 2016.
 */
export async function measureExtraction(request: ExtractionRequest): Promise<ExtractionTest> {
  const { task, model, ask, compareOn, learn, labels, queries = [50, 200, 800], threshold = 0.5 } = request;
  const { outputs } = model;
  const decide = (scores: Float64Array) => decisionsOf(task, scores, outputs, threshold);
  const wanted = model.score(compareOn);
  const asked = model.score(ask);
  const likeness = (scores: Float64Array) =>
    task === "regression" ? varianceTold(wanted, scores) : shareEqual(decide(wanted), decide(scores));
  const copyOf = async (rows: Frame, answerOf: (row: number, output: number) => number) => {
    const made = new Float64Array(compareOn.rows * outputs);
    for (let output = 0; output < outputs; output++) {
      const values = Float64Array.from({ length: rows.rows }, (_, row) => answerOf(row, output));
      const told = (await learn(rows, values))(compareOn);
      for (let row = 0; row < compareOn.rows; row++) made[row * outputs + output] = told[row]!;
    }
    return likeness(made);
  };
  const copies: ExtractedCopy[] = [];
  for (const count of queries.filter((one) => one <= ask.rows)) {
    const rows = takeFrame(
      ask,
      Uint32Array.from({ length: count }, (_, row) => row),
    );
    const agreement = await copyOf(rows, (row, output) => asked[row * outputs + output]!);
    const withoutModel = await copyOf(rows, (row, output) =>
      task === "multiclass" ? (labels[row] === output ? 1 : 0) : labels[row]!,
    );
    const advantage = agreement === null || withoutModel === null ? null : agreement - withoutModel;
    copies.push({ queries: count, agreement, withoutModel, advantage });
  }
  const constant = task === "regression" ? (wanted.length === 0 ? null : 0) : mostFrequent(decide(wanted));
  return { rows: compareOn.rows, by: task === "regression" ? "variance" : "decisions", copies, constant };
}

function decisionsOf(task: Task, scores: Float64Array, outputs: number, threshold: number): Int32Array {
  return Int32Array.from({ length: scores.length / outputs }, (_, row) => {
    if (task === "binary") return scores[row]! >= threshold ? 1 : 0;
    let best = 0;
    for (let k = 1; k < outputs; k++) if (scores[row * outputs + k]! > scores[row * outputs + best]!) best = k;
    return best;
  });
}

function shareEqual(one: Int32Array, other: Int32Array): number | null {
  return one.length === 0 ? null : one.filter((value, row) => value === other[row]).length / one.length;
}

function mostFrequent(decisions: Int32Array): number | null {
  const counts = [...Map.groupBy(decisions, (one) => one).values()].map(({ length }) => length);
  return decisions.length === 0 ? null : Math.max(...counts) / decisions.length;
}

function varianceTold(wanted: Float64Array, found: Float64Array): number | null {
  const mean = wanted.reduce((sum, one) => sum + one, 0) / wanted.length;
  let [missed, spread] = [0, 0];
  wanted.forEach((value, row) => {
    missed += (value - found[row]!) ** 2;
    spread += (value - mean) ** 2;
  });
  return spread > 0 ? 1 - missed / spread : null;
}

const percent = (value: number | null) => (value === null ? "–" : `${Number((100 * value).toFixed(1))} %`);

/** The same in plain words, a sentence a line. */
export function describeExtraction({ rows, by, copies, constant }: ExtractionTest): string[] {
  const what = by === "decisions" ? "of the decisions are the model's" : "of the variance of its values is told";
  if (copies.length === 0) return ["There were too few rows to learn a copy of the model from."];
  return copies.map(
    ({ queries, agreement, withoutModel, advantage }) =>
      `Of a copy learned from ${queries} answers of the model ${percent(agreement)} ${what} on ${rows} other rows; of one learned from the true values of the same rows ${percent(withoutModel)}, of a constant ${percent(constant)}. Asking brings ${percent(advantage)}.`,
  );
}
