import type { Frame } from "@millrace/program";
import { z } from "zod";
import { MillraceError, parseOptions } from "#kernel";
import { wilsonInterval } from "#validate";
import { measureCalibration } from "../calibration/measure-calibration.ts";
import { type CheckedInput, checkInput } from "../check-input.ts";
import { sameLength } from "../measures/measure-set.ts";
import type { EvaluationInput } from "../model.ts";
import { groupRows } from "../slices/evaluate-slices.ts";
import { nameSlice } from "../slices/name-slice.ts";
import { fairnessGap, worseGap } from "./fairness-gap.ts";
import type { Fairness, GroupFairness, GroupRate, GroupRateName } from "./model.ts";

export const fairnessOptionsSchema = z.strictObject({
  by: z.array(z.string()).describe("Sensitive columns; `a*b` crosses two."),
  minRows: z.int().min(1).default(30).describe("Groups of fewer rows are shown, and left out of the gaps."),
  bins: z.int().min(2).max(20).default(4).describe("Quantile bins of a numeric column."),
  maxGroups: z.int().min(2).max(1000).default(50).describe("More groups than that are refused."),
  confidence: z.number().gt(0.5).lt(1).default(0.95).describe("Coverage of the intervals."),
});
export type FairnessOptions = z.input<typeof fairnessOptionsSchema>;

/**
 * What decisions do to each group: rates with Wilson's intervals, and how far apart the groups are.
 *
 * ```ts
 * const sex = { type: "string" as const, levels: ["f", "m"], codes: Int32Array.of(0, 0, 1, 1) };
 * const frame = { rows: 4, columns: new Map([["sex", sex]]) };
 * const input = { scores: Float64Array.of(0.9, 0.1, 0.9, 0.8), labels: [1, 0, 1, 0] };
 * measureFairness(input, frame, { by: ["sex"], minRows: 2 })[0]?.demographicParity.difference; // 0.5
 * ```
 *
 * Shapes: a binary task; `frame` has its rows in the same order. Missing: values form the group `(missing)`; a rate without
 * rows is `null` with its reason, and its group is left out of that gap. Rows with weights have no intervals.
 * Errors: EVALUATE_SLICE_COLUMN_UNKNOWN · EVALUATE_GROUPS_TOO_MANY · EVALUATE_LENGTH_MISMATCH, and those of `evaluate`.
 * Source: M. Hardt, E. Price, N. Srebro, "Equality of opportunity in supervised learning", NeurIPS 2016; 29 CFR 1607.4 D
 * (four fifths).
 */
export function measureFairness(input: EvaluationInput, frame: Frame, options: FairnessOptions): Fairness[] {
  const { by, minRows, bins, maxGroups, confidence } = parseOptions(fairnessOptionsSchema, options, "fairness");
  const checked = checkInput("binary", input);
  sameLength("rows to group by", frame.rows, checked.rows);
  return by.map((columns): Fairness => {
    const found = groupRows(columns, frame, bins);
    if (found.length > maxGroups)
      throw new MillraceError("EVALUATE_GROUPS_TOO_MANY", {
        message: `"${columns}" has ${found.length} groups; at most ${maxGroups} can be judged.`,
        next: "Name a coarser column, such as an age band or a region, or cross fewer columns.",
        facts: { column: columns, groups: found.length, limit: maxGroups },
      });
    const groups = found
      .map(({ values, rows }) => groupOf(checked, frame, values, rows, minRows, confidence))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const large = groups.filter(({ small }) => !small);
    const gap = (rate: GroupRateName) => fairnessGap(large, rate);
    const demographicParity = gap("selectionRate");
    const equalOpportunity = gap("truePositiveRate");
    const falsePositives = gap("falsePositiveRate");
    return {
      by: columns,
      groups,
      smallGroups: groups.length - large.length,
      demographicParity,
      equalOpportunity,
      falsePositives,
      equalisedOdds: worseGap(equalOpportunity, falsePositives),
      // A share that rounding alone puts below four fifths is four fifths.
      fourFifths: demographicParity.ratio === null ? null : demographicParity.ratio >= 0.8 - 1e-12,
    };
  });
}

function groupOf(
  checked: CheckedInput,
  frame: Frame,
  values: Record<string, string>,
  rows: readonly number[],
  minRows: number,
  confidence: number,
): GroupFairness {
  const { labels, predictions, weights, weighted, scores } = checked;
  let tp = 0;
  let fp = 0;
  let fn = 0;
  let tn = 0;
  for (const row of rows) {
    const weight = weights[row]!;
    if (predictions[row] === 1) {
      if (labels[row] === 1) tp += weight;
      else fp += weight;
    } else if (labels[row] === 1) fn += weight;
    else tn += weight;
  }
  const all = tp + fp + fn + tn;
  const rate = (k: number, n: number, reason: string): GroupRate => {
    if (!(n > 0)) return { value: null, low: null, high: null, reason };
    return { value: k / n, ...(weighted ? { low: null, high: null } : wilsonInterval(k, n, confidence)) };
  };
  const own = Float64Array.from(rows, (row) => scores[row]!);
  const judged =
    all > 0 && own.every((score) => score >= 0 && score <= 1)
      ? measureCalibration(
          own,
          rows.map((row) => labels[row]!),
          weighted ? { weights: rows.map((row) => weights[row]!) } : {},
        )
      : { bias: null, expectedError: null };
  return {
    name: nameSlice(values, frame),
    values,
    rows: rows.length,
    small: rows.length < minRows,
    rates: {
      selectionRate: rate(tp + fp, all, "no row has weight"),
      truePositiveRate: rate(tp, tp + fn, "no label is positive"),
      falsePositiveRate: rate(fp, fp + tn, "no label is negative"),
      falseNegativeRate: rate(fn, tp + fn, "no label is positive"),
      precision: rate(tp, tp + fp, "no row is predicted positive"),
      accuracy: rate(tp + tn, all, "no row has weight"),
    },
    calibration: { bias: judged.bias, expectedError: judged.expectedError },
  };
}
