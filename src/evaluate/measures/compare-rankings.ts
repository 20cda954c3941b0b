import { bootstrap, centralInterval } from "../intervals/bootstrap.ts";
import { metricNamed } from "../metrics/metric.ts";
import type { ModelComparison, RankingInput } from "../model.ts";
import { rankingMeasures } from "./ranking-measures.ts";

/**
 * Two rankings of the same queries, compared in pairs: a draw takes whole queries.
 *
 * Weights of rows are not looked at. `null` where no query has a relevant row.
 */
export function compareRankings(
  labels: ArrayLike<number>,
  [first, second]: readonly [Float64Array, Float64Array],
  metricName: string,
  { queries, top }: RankingInput,
  { seed, draws, confidence }: { readonly seed: number; readonly draws: number; readonly confidence: number },
): ModelComparison | null {
  const { name, traits } = metricNamed(metricName);
  const sets = [first, second].map((scores) =>
    rankingMeasures(scores, labels, queries, top === undefined ? {} : { top }),
  );
  const at = sets[0]!.names.indexOf(name);
  const width = sets[0]!.names.length;
  const weights = new Float64Array(sets[0]!.rows).fill(1);
  const [own, other] = sets.map((set) => {
    const out = new Float64Array(width).fill(Number.NaN);
    if (set.rows > 0) set.measure(weights, out);
    return out[at]!;
  }) as [number, number];
  if (!Number.isFinite(own) || !Number.isFinite(other)) return null;
  const drawn = bootstrap(sets, weights, draws, seed);
  const sign = traits.direction === "up" ? 1 : -1;
  const differences: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const difference = drawn[0]!.values[draw * width + at]! - drawn[1]!.values[draw * width + at]!;
    if (Number.isFinite(difference)) differences.push(difference);
  }
  const better = differences.reduce((sum, d) => sum + (d * sign > 0 ? 1 : d === 0 ? 0.5 : 0), 0);
  const interval = centralInterval(Float64Array.from(differences).sort(), draws, confidence);
  return {
    metric: name,
    direction: traits.direction,
    rows: labels.length,
    first: own,
    second: other,
    difference: own - other,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    pBetter: differences.length === 0 ? 0.5 : better / differences.length,
    draws,
    confidence,
  };
}
