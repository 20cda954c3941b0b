/**
 * The quantile of values under weights (all 1 where none are given; those of weight 0 count for nothing): linear between
 * the values in their order, each placed at the middle of its weight, the first at 0 and the last at 1. No values give 0.
 *
 * Source: Hyndman, Fan, "Sample quantiles in statistical packages", The American Statistician 50, 1996, definition 7 (NumPy's
 * default, and LightGBM's PercentileFun), carried over to weights.
 */
export function weightedQuantile(values: Float64Array, weights: Float64Array | undefined, quantile: number): number {
  if (weights === undefined) return plainQuantile(values.slice().sort(), quantile);
  const order = Uint32Array.from(values.keys())
    .filter((i) => weights[i]! > 0)
    .sort((a, b) => values[a]! - values[b]! || a - b);
  if (order.length === 0) return 0;
  const [first, last] = [weights[order[0]!]!, weights[order.at(-1)!]!];
  const total = order.reduce((sum, i) => sum + weights[i]!, 0);
  const at = first / 2 + quantile * Math.max(0, total - (first + last) / 2);
  let middle = first / 2;
  for (let k = 1; k < order.length; k++) {
    const [before, here] = [order[k - 1]!, order[k]!];
    const step = (weights[before]! + weights[here]!) / 2;
    if (middle + step >= at) return between(values[before]!, values[here]!, (at - middle) / step);
    middle += step;
  }
  return values[order.at(-1)!]!;
}

function plainQuantile(sorted: Float64Array, quantile: number): number {
  if (sorted.length === 0) return 0;
  const at = quantile * (sorted.length - 1);
  const place = Math.min(sorted.length - 1, Math.floor(at));
  return place + 1 < sorted.length ? between(sorted[place]!, sorted[place + 1]!, at - place) : sorted[place]!;
}

function between(low: number, high: number, share: number): number {
  return low + (high - low) * Math.max(0, share);
}
