/**
 * The quantile of values under weights (all 1 where none are given; those of weight 0 count for nothing): linear between
 * the values in falling order, each placed at the weight of all down to it. No values give 0.
 *
 * Source: LightGBM, src/objective/regression_objective.hpp, PercentileFun, carried over to weights.
 */
export function weightedQuantile(values: Float64Array, weights: Float64Array | undefined, quantile: number): number {
  const order: number[] = [];
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights?.[i] ?? 1;
    if (weight <= 0) continue;
    total += weight;
    order.push(i);
  }
  if (order.length === 0) return 0;
  order.sort((a, b) => values[b]! - values[a]! || a - b);
  const at = (1 - quantile) * total;
  let passed = 0;
  let before = order[0]!;
  for (const i of order) {
    const weight = weights?.[i] ?? 1;
    if (passed + weight > at) {
      const [high, low] = [values[before]!, values[i]!];
      return high - (high - low) * ((at - passed) / weight);
    }
    passed += weight;
    before = i;
  }
  return values[before]!;
}
