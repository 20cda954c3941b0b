/** What a wrong decision costs, in any unit. */
export interface DecisionCosts {
  readonly falsePositive: number;
  readonly falseNegative: number;
}

export interface ThresholdChoice {
  readonly threshold: number;
  readonly reason: string;
}

/** The score from which on the decision is positive: least cost where costs are given, else the greatest F1. */
export function chooseThreshold(
  scores: Float64Array,
  labels: Float64Array,
  costs?: DecisionCosts,
  weights?: Float64Array,
): ThresholdChoice {
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const weightAt = (i: number) => weights?.[i] ?? 1;
  let positives = 0;
  for (let i = 0; i < labels.length; i++) positives += labels[i]! * weightAt(i);
  let hits = 0;
  let alarms = 0;
  let best = { value: costs === undefined ? 0 : -costs.falseNegative * positives, threshold: 1 };
  for (let k = 0; k < order.length; ) {
    const score = scores[order[k]!]!;
    for (; k < order.length && scores[order[k]!] === score; k++) {
      alarms += weightAt(order[k]!);
      hits += labels[order[k]!]! * weightAt(order[k]!);
    }
    const value =
      costs === undefined
        ? (2 * hits) / (alarms + positives)
        : -(costs.falsePositive * (alarms - hits) + costs.falseNegative * (positives - hits));
    if (!(value > best.value)) continue;
    // Half way to the next lower score, so that a rounding does not flip a row.
    const next = k < order.length ? scores[order[k]!]! : score;
    const middle = (score + next) / 2;
    best = { value, threshold: middle > next ? middle : score };
  }
  const threshold = Math.min(Math.max(best.threshold, 0), 1);
  return {
    threshold,
    reason:
      costs === undefined
        ? `The threshold ${threshold.toFixed(4)} gives the greatest F1 on the validation rows (${best.value.toFixed(3)}).`
        : `The threshold ${threshold.toFixed(4)} gives the least cost on the validation rows (${(-best.value).toFixed(1)} at ${costs.falsePositive} a false alarm and ${costs.falseNegative} a miss).`,
  };
}
