import { orderByScore } from "../metrics/score-order.ts";
import type { Decision } from "./choose-decision.ts";
import type { Costs } from "./costs.ts";

/**
 * What acting from each score on does, from the greatest score down; rows of equal score are decided alike.
 *
 * Shapes: one decision for each score, or at most one in every `stride` rows, the last always.
 */
export function decisionsAlong(
  scores: Float64Array,
  labels: ArrayLike<number>,
  weights: ArrayLike<number>,
  costs: Costs,
  stride = 0,
): (Decision & { readonly threshold: number })[] {
  const { order, groupEnds } = orderByScore(scores);
  let total = 0;
  let positives = 0;
  for (let row = 0; row < scores.length; row++) {
    total += weights[row]!;
    positives += weights[row]! * labels[row]!;
  }
  const found: (Decision & { readonly threshold: number })[] = [];
  let acted = 0;
  let hits = 0;
  let at = 0;
  let next = 0;
  for (const end of groupEnds) {
    const threshold = scores[order[at]!]!;
    for (; at < end; at++) {
      acted += weights[order[at]!]!;
      hits += weights[order[at]!]! * labels[order[at]!]!;
    }
    if (end < next && end !== order.length) continue;
    next = end + stride;
    found.push({ threshold, ...decisionOf({ total, positives, acted, hits }, costs) });
  }
  return found;
}

/** By weight: all rows, the positives among them, the rows acted on, and the positives among those. */
export function decisionOf(
  { total, positives, acted, hits }: Readonly<Record<"total" | "positives" | "acted" | "hits", number>>,
  costs: Costs,
): Omit<Decision, "threshold"> {
  const missed = positives - hits;
  const cost =
    hits * costs.truePositive +
    (acted - hits) * costs.falsePositive +
    missed * costs.falseNegative +
    (total - acted - missed) * costs.trueNegative;
  return {
    actedOnShare: total === 0 ? 0 : acted / total,
    precision: acted === 0 ? null : hits / acted,
    recall: positives === 0 ? null : hits / positives,
    meanCost: total === 0 ? 0 : cost / total,
  };
}
