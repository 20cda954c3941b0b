import { z } from "zod";
import { parseOptions } from "#kernel";
import { isBinary, isNumber, refuseUnless, sameLength } from "../measures/measure-set.ts";
import { orderByScore } from "../metrics/score-order.ts";

export const groupThresholdOptionsSchema = z.strictObject({
  criterion: z
    .enum(["demographicParity", "equalOpportunity"])
    .default("equalOpportunity")
    .describe("What groups are to share: the selection rate, or the true positive rate."),
  maxGap: z.number().min(0).max(1).default(0.05).describe("How far apart their rates may be on these rows."),
  falsePositive: z.number().min(0).default(1).describe("Cost of a false alarm."),
  falseNegative: z.number().min(0).default(1).describe("Cost of a miss."),
});
export type GroupThresholdOptions = z.input<typeof groupThresholdOptionsSchema>;

export interface GroupThresholds {
  /** From this score on a row of the group is decided positive; Infinity: never. */
  readonly thresholds: ReadonlyMap<string, number>;
  /** The shared rate of each group, under its threshold. */
  readonly rates: ReadonlyMap<string, number>;
  readonly gap: number;
  /** Whether the gap keeps to the limit; where no thresholds do, these are the nearest. */
  readonly met: boolean;
  readonly meanCost: number;
  /** Groups without a row that defines the rate: they keep out of the gap and get the threshold of least cost. */
  readonly undefinedGroups: readonly string[];
}

interface Step {
  readonly threshold: number;
  readonly rate: number;
  readonly cost: number;
}

/**
 * A threshold for each group, chosen on validation rows: the least cost among those that bring the groups' rates together.
 *
 * ```ts
 * const scores = Float64Array.of(0.9, 0.6, 0.4, 0.1);
 * chooseGroupThresholds(scores, [1, 0, 1, 0], ["a", "a", "b", "b"]).thresholds.get("b"); // 0.4
 * ```
 *
 * Every window of rates [r, r + gap] is tried; in it each group takes its cheapest threshold. Judge the result on rows that
 * did not choose it. Whether the law allows thresholds by group is for people to say.
 * Errors: EVALUATE_LENGTH_MISMATCH · EVALUATE_SCORE_INVALID · EVALUATE_LABEL_INVALID.
 * Source: M. Hardt, E. Price, N. Srebro, NeurIPS 2016, without its randomised decisions.
 */
export function chooseGroupThresholds(
  scores: Float64Array,
  labels: ArrayLike<number>,
  groups: ArrayLike<string>,
  options: GroupThresholdOptions = {},
): GroupThresholds {
  const resolved = parseOptions(groupThresholdOptionsSchema, options, "group thresholds");
  sameLength("scores", scores.length, labels.length);
  sameLength("groups", groups.length, labels.length);
  refuseUnless("EVALUATE_SCORE_INVALID", "score", scores, isNumber, "a finite number");
  refuseUnless("EVALUATE_LABEL_INVALID", "label", labels, isBinary, "0 or 1");
  const rows = new Map<string, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const own = rows.get(groups[row]!);
    if (own === undefined) rows.set(groups[row]!, [row]);
    else own.push(row);
  }
  const names = [...rows.keys()].sort();
  const steps = names.map((name) => stepsOf(rows.get(name)!, scores, labels, resolved));
  const judged = names.map((_, g) => g).filter((g) => !Number.isNaN(steps[g]![0]!.rate));
  const free = names.map((_, g) => g).filter((g) => Number.isNaN(steps[g]![0]!.rate));
  const starts = [...new Set(judged.flatMap((g) => steps[g]!.map(({ rate }) => rate)))].sort((a, b) => a - b);
  let best: { chosen: Map<number, Step>; gap: number; met: boolean; cost: number } | null = null;
  for (const start of starts) {
    const chosen = new Map<number, Step>();
    for (const g of judged) chosen.set(g, cheapest(steps[g]!, start, start + resolved.maxGap));
    const rates = [...chosen.values()].map(({ rate }) => rate);
    const gap = Math.max(...rates) - Math.min(...rates);
    const cost = [...chosen.values()].reduce((sum, one) => sum + one.cost, 0);
    const met = gap <= resolved.maxGap + 1e-12;
    if (best === null || (met && !best.met) || (met === best.met && (met ? cost < best.cost : gap < best.gap)))
      best = { chosen, gap, met, cost };
  }
  const chosen = new Map(best?.chosen);
  for (const g of free)
    chosen.set(
      g,
      steps[g]!.reduce((a, b) => (b.cost < a.cost ? b : a)),
    );
  const total = [...chosen.values()].reduce((sum, { cost }) => sum + cost, 0);
  return {
    thresholds: new Map(names.map((name, g) => [name, chosen.get(g)!.threshold])),
    rates: new Map(judged.map((g) => [names[g]!, chosen.get(g)!.rate])),
    gap: best?.gap ?? 0,
    met: best?.met ?? true,
    meanCost: labels.length === 0 ? 0 : total / labels.length,
    undefinedGroups: free.map((g) => names[g]!),
  };
}

/** The cheapest threshold whose rate lies in the window, or the one that comes nearest to it. */
function cheapest(steps: readonly Step[], low: number, high: number): Step {
  const away = ({ rate }: Step) => Math.max(0, low - rate, rate - high - 1e-12);
  return steps.reduce((a, b) => {
    const nearer = away(b) - away(a);
    return nearer < 0 || (nearer === 0 && b.cost < a.cost) ? b : a;
  });
}

function stepsOf(
  rows: readonly number[],
  scores: Float64Array,
  labels: ArrayLike<number>,
  { criterion, falsePositive, falseNegative }: z.output<typeof groupThresholdOptionsSchema>,
): Step[] {
  const positives = rows.reduce((sum, row) => sum + labels[row]!, 0);
  const own = Float64Array.from(rows, (row) => scores[row]!);
  const { order, groupEnds } = orderByScore(own);
  const rate = (acted: number, hits: number) =>
    criterion === "demographicParity" ? acted / rows.length : hits / positives;
  const steps: Step[] = [{ threshold: Infinity, rate: rate(0, 0), cost: positives * falseNegative }];
  let hits = 0;
  let at = 0;
  for (const end of groupEnds) {
    const threshold = own[order[at]!]!;
    for (; at < end; at++) hits += labels[rows[order[at]!]!]!;
    const cost = (end - hits) * falsePositive + (positives - hits) * falseNegative;
    steps.push({ threshold, rate: rate(end, hits), cost });
  }
  return steps;
}
