import { log } from "@millrace/program";
import { z } from "zod";
import { parseOptions } from "#kernel";
import { orderByScore } from "../metrics/score-order.ts";
import { isNumber, type MeasureSet, type MeasureSpec, measureSet, refuseUnless, sameLength } from "./measure-set.ts";

export const rankingMeasureOptionsSchema = z.strictObject({
  top: z.int().min(1).optional().describe("NDCG looks at so many places; default: all."),
});
export type RankingMeasureOptions = z.input<typeof rankingMeasureOptionsSchema>;

/**
 * NDCG and mean average precision of rankings, one a query.
 *
 * ```ts
 * const set = rankingMeasures(Float64Array.of(3, 2, 1), [0, 1, 0], ["q", "q", "q"]);
 * measureWithIntervals(set, { draws: 0 }).mapScore?.value; // 0.5
 * ```
 *
 * Shapes: rows with the same query form one ranking; relevance is not negative, and above 0 counts as relevant for MAP.
 * Weights and draws are by query, in the order in which queries first occur. Rows of equal score share their places.
 * Missing: a query without a relevant row has no ranking to judge and is left out; without any other the value is null.
 * Errors: EVALUATE_LENGTH_MISMATCH · EVALUATE_SCORE_INVALID · EVALUATE_LABEL_INVALID.
 * Source: K. Järvelin, J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20, 2002; ties as
 * F. McSherry, M. Najork, "Computing information retrieval performance measures efficiently in the presence of tied
 * scores", ECIR 2008.
 */
export function rankingMeasures(
  scores: Float64Array,
  relevance: ArrayLike<number>,
  queries: ArrayLike<string | number>,
  options: RankingMeasureOptions = {},
): MeasureSet {
  const { top = Infinity } = parseOptions(rankingMeasureOptionsSchema, options, "ranking measures");
  sameLength("scores", scores.length, relevance.length);
  sameLength("queries", queries.length, relevance.length);
  refuseUnless("EVALUATE_SCORE_INVALID", "score", scores, isNumber, "a finite number");
  refuseUnless(
    "EVALUATE_LABEL_INVALID",
    "relevance",
    relevance,
    (value) => value >= 0 && value < Infinity,
    "0 or more",
  );
  const rows = new Map<string | number, number[]>();
  for (let row = 0; row < relevance.length; row++) {
    const own = rows.get(queries[row]!);
    if (own === undefined) rows.set(queries[row]!, [row]);
    else own.push(row);
  }
  const each = [...rows.values()].map((own) => {
    const gains = Float64Array.from(own, (row) => relevance[row]!);
    const { order, groupEnds } = orderByScore(Float64Array.from(own, (row) => scores[row]!));
    return { ndcg: ndcg(gains, order, groupEnds, top), map: averagePrecision(gains, order, groupEnds) };
  });
  const sum = (weights: Float64Array) => ({
    ndcg: weightedMean(weights, (query) => each[query]!.ndcg),
    map: weightedMean(weights, (query) => each[query]!.map),
  });
  const reason = "no query has a relevant row";
  const specs: MeasureSpec<ReturnType<typeof sum>>[] = [
    { name: "ndcgScore", direction: "up", value: (means) => means.ndcg, reason },
    { name: "mapScore", direction: "up", value: (means) => means.map, reason },
  ];
  return measureSet(each.length, sum, specs);
}

function weightedMean(weights: Float64Array, of: (query: number) => number): number {
  let sum = 0;
  let total = 0;
  for (let query = 0; query < weights.length; query++) {
    const value = of(query);
    if (Number.isNaN(value)) continue;
    sum += weights[query]! * value;
    total += weights[query]!;
  }
  return sum / total;
}

const discount = (place: number) => log(2) / log(place + 2);

function ndcg(gains: Float64Array, order: Int32Array, groupEnds: Int32Array, top: number): number {
  let found = 0;
  let at = 0;
  for (const end of groupEnds) {
    let gain = 0;
    let discounts = 0;
    const count = end - at;
    for (; at < end; at++) {
      gain += gains[order[at]!]!;
      if (at < top) discounts += discount(at);
    }
    found += (gain / count) * discounts;
  }
  let best = 0;
  gains
    .slice()
    .sort()
    .reverse()
    .forEach((gain, place) => {
      if (place < top) best += gain * discount(place);
    });
  return best > 0 ? found / best : Number.NaN;
}

function averagePrecision(gains: Float64Array, order: Int32Array, groupEnds: Int32Array): number {
  const relevant = gains.reduce((count, gain) => count + (gain > 0 ? 1 : 0), 0);
  let seen = 0;
  let sum = 0;
  let at = 0;
  for (const end of groupEnds) {
    let own = 0;
    for (; at < end; at++) if (gains[order[at]!]! > 0) own++;
    seen += own;
    sum += (own / relevant) * (seen / end);
  }
  return relevant > 0 ? sum : Number.NaN;
}
