import type { CheckedInput } from "../check-input.ts";
import { metricNames } from "../metrics/metric.ts";
import type { EvaluationInput, MetricResult } from "../model.ts";
import { forecastMeasures } from "./forecast-measures.ts";
import { measureWithIntervals } from "./measure-set.ts";
import { rankingMeasures } from "./ranking-measures.ts";

type Draws = { readonly seed: number; readonly draws: number; readonly confidence: number };

/** The metrics of rankings and forecasts, where the input says which rows form a ranking, or what a forecast is beside. */
export function furtherMetrics(
  { task, scores, labels, weights, weighted }: CheckedInput,
  { ranking, forecast }: EvaluationInput,
  { seed, draws, confidence }: Draws,
): Record<string, MetricResult> {
  const found: Record<string, MetricResult> = {};
  const options = { seed, draws, confidence };
  if (ranking !== undefined && task !== "multiclass") {
    const set = rankingMeasures(scores, labels, ranking.queries, ranking.top === undefined ? {} : { top: ranking.top });
    const ofQueries = weighted ? { weights: queryWeights(ranking.queries, weights) } : {};
    Object.assign(found, measureWithIntervals(set, { ...options, ...ofQueries }));
  }
  if (forecast !== undefined && task === "regression") {
    const { history, scale, series, season = 1, interval } = forecast;
    const before = { ...(history && { history }), ...(scale && { scale }), ...(series && { series }), season };
    const set = forecastMeasures(scores, labels, { ...before, ...(interval && { interval }) });
    const given = new Set([
      ...(history === undefined && scale === undefined && series === undefined ? [] : (["history"] as const)),
      ...(interval === undefined ? [] : (["interval"] as const)),
    ]);
    const wanted = new Set(metricNames(task, given));
    const measured = Object.entries(measureWithIntervals(set, weighted ? { ...options, weights } : options));
    Object.assign(found, Object.fromEntries(measured.filter(([name]) => wanted.has(name))));
  }
  return found;
}

/** The mean weight of a query's rows, in the order in which queries first occur. */
function queryWeights(queries: ArrayLike<string | number>, weights: Float64Array): number[] {
  const sums = new Map<string | number, { weight: number; rows: number }>();
  for (let row = 0; row < weights.length; row++) {
    const own = sums.get(queries[row]!) ?? { weight: 0, rows: 0 };
    own.weight += weights[row]!;
    own.rows++;
    sums.set(queries[row]!, own);
  }
  return [...sums.values()].map(({ weight, rows }) => weight / rows);
}
