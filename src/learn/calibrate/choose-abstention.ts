import type { DecisionCosts } from "./choose-threshold.ts";

/** When a model should rather not decide: at most this share of its decisions wrong, or what leaving one open costs. */
export type AbstentionRule =
  | { readonly rule: "maxError"; readonly maxError: number }
  /** In the unit of the costs of a wrong decision; where none are stated, each costs 1. */
  | { readonly rule: "cost"; readonly cost: number };

export interface Band {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** A calibration row: the score that is shown, whether the decision at it is wrong, and what that costs. */
export interface Decided {
  readonly score: number;
  readonly wrong: boolean;
  readonly cost: number;
}

const mostCandidates = 200;

/**
 * The band of scores in which the model does not decide, chosen on calibration rows: the one that leaves the fewest rows
 * open with at most `maxError` of the decisions wrong, or the one of least cost. Around `threshold` for two classes; from 0 up
 * for several (`threshold` 0), where the score is the greatest.
 */
export function chooseBand(rows: readonly Decided[], threshold: number, rule: AbstentionRule): Band {
  const sorted = rows.toSorted((a, b) => a.score - b.score);
  const scores = Float64Array.from(sorted, ({ score }) => score);
  const wrong = runningSum(sorted, (row) => (row.wrong ? 1 : 0));
  const cost = runningSum(sorted, (row) => (row.wrong ? row.cost : 0));
  const count = rows.length;
  const below = (bound: number) => firstAtLeast(scores, bound);
  const at = below(threshold);
  const froms = threshold === 0 ? [0] : candidates(scores, 0, at).concat(threshold);
  const tos = [threshold, ...candidates(scores, at, count), above(scores[count - 1] ?? threshold)];
  let best: { from: number; to: number; open: number; value: number; errors: number } | undefined;
  for (const from of froms)
    for (const to of tos) {
      const [low, high] = [below(from), below(to)];
      const open = high - low;
      const errors = wrong[count]! - (wrong[high]! - wrong[low]!);
      const decided = count - open;
      if (rule.rule === "maxError" && errors > rule.maxError * decided) continue;
      const value = rule.rule === "maxError" ? open : cost[count]! - (cost[high]! - cost[low]!) + rule.cost * open;
      if (best === undefined || value < best.value || (value === best.value && open < best.open))
        best = { from, to, open, value, errors };
    }
  // deciding nothing is always without error
  const { from, to, open, errors } = best!;
  const said =
    open === 0 ? "no score is left open" : `scores from ${from.toFixed(4)} to below ${to.toFixed(4)} are left open`;
  const why =
    rule.rule === "maxError"
      ? `at most ${(100 * rule.maxError).toFixed(1)} % of the decisions wrong`
      : `the least cost at ${rule.cost} for a row left open`;
  return {
    from,
    to,
    reason: `For ${why}, ${said}: ${open} of ${count} calibration rows, with ${errors} of the other ${count - open} decided wrongly (on the same rows, so a little optimistic).`,
  };
}

/** Costs of a wrong decision of two classes; 1 each where none are stated. */
export function costOf(isPositive: boolean, costs: DecisionCosts | undefined): number {
  if (costs === undefined) return 1;
  return isPositive ? costs.falseNegative : costs.falsePositive;
}

function runningSum(rows: readonly Decided[], of: (row: Decided) => number): Float64Array {
  const sums = new Float64Array(rows.length + 1);
  rows.forEach((row, i) => {
    sums[i + 1] = sums[i]! + of(row);
  });
  return sums;
}

/** At most so many of the scores in [from, to), evenly by rank. */
function candidates(scores: Float64Array, from: number, to: number): number[] {
  const step = Math.max(1, (to - from) / mostCandidates);
  const found: number[] = [];
  for (let at = from; at < to; at += step) found.push(scores[Math.floor(at)]!);
  return found;
}

/** A little beyond the greatest score, so that it is in the band. */
const above = (score: number) => score + Math.max(1e-9, Math.abs(score) * 1e-9);

function firstAtLeast(sorted: Float64Array, bound: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
