import { log } from "@millrace/program";
import { exponential } from "../../kernels/twin/numbers.ts";
import type { LearningData } from "../../model.ts";
import type { Objective } from "./regression-objective.ts";

const mostGrade = 30;
const gainOf = (grade: number) => 2 ** grade - 1;
const discounts: number[] = [];
const discountOf = (place: number) => {
  discounts[place] ??= Math.LN2 / log(place + 2);
  return discounts[place];
};

/**
 * LambdaMART: pairs of one query's rows of different grades pull apart, as strongly as swapping them would change the NDCG of
 * the first `places` rows.
 *
 * Source: Burges, "From RankNet to LambdaRank to LambdaMART", 2010; normalised as LightGBM does
 * (src/objective/rank_objective.hpp: by the distance of scores and by each query's sum).
 */
export function rankObjective(places: number): Objective {
  const queries = new WeakMap<LearningData, Query[]>();
  const queriesOf = (data: LearningData) => {
    const known = queries.get(data) ?? listQueries(data, places);
    queries.set(data, known);
    return known;
  };
  return {
    start: () => 0,
    slopes: () => [0, 0],
    loss: () => 0,
    slopesOf(data, margins, gradients, hessians) {
      gradients.fill(0);
      hessians.fill(0);
      for (const query of queriesOf(data)) addPairs(query, data.target, margins, places, gradients, hessians);
    },
    lossOf(data, margins) {
      let [sum, count] = [0, 0];
      for (const { rows, inverseBest } of queriesOf(data)) {
        count++;
        if (inverseBest === 0) continue;
        const order = byMargin(rows, margins);
        let gain = 0;
        for (let k = 0; k < Math.min(places, rows.length); k++) gain += gainOf(data.target[order[k]!]!) * discountOf(k);
        sum += 1 - gain * inverseBest;
      }
      return count === 0 ? 0 : sum / count;
    },
    logLink: false,
    least: { value: 0, allowed: true },
    grades: mostGrade,
  };
}

interface Query {
  readonly rows: Uint32Array;
  /** 1 / the gain of the best order's first places; 0 where all grades are 0. */
  readonly inverseBest: number;
}

function listQueries({ queries, target, rows }: LearningData, places: number): Query[] {
  const lists = new Map<number, number[]>();
  for (let i = 0; i < rows; i++) {
    const list = lists.get(queries![i]!);
    if (list === undefined) lists.set(queries![i]!, [i]);
    else list.push(i);
  }
  return [...lists.values()].map((list) => {
    const grades = list.map((row) => target[row]!).sort((a, b) => b - a);
    let best = 0;
    for (let k = 0; k < Math.min(places, grades.length); k++) best += gainOf(grades[k]!) * discountOf(k);
    return { rows: Uint32Array.from(list), inverseBest: best > 0 ? 1 / best : 0 };
  });
}

function byMargin(rows: Uint32Array, margins: Float64Array): Uint32Array {
  return rows.slice().sort((a, b) => margins[b]! - margins[a]! || a - b);
}

function addPairs(
  { rows, inverseBest }: Query,
  target: Float64Array,
  margins: Float64Array,
  places: number,
  gradients: Float32Array,
  hessians: Float32Array,
): void {
  if (inverseBest === 0) return;
  const order = byMargin(rows, margins);
  const spread = margins[order[0]!]! !== margins[order.at(-1)!]!;
  const gains = Float64Array.from(order, (row) => gainOf(target[row]!));
  const own = Float64Array.from(order, (row) => margins[row]!);
  let pull = 0;
  for (let place = 0; place < order.length; place++) discountOf(place);
  for (let i = 0; i < Math.min(places, order.length - 1); i++)
    for (let j = i + 1; j < order.length; j++) {
      const gap = gains[i]! - gains[j]!;
      if (gap === 0) continue;
      const [high, low] = gap > 0 ? [i, j] : [j, i];
      const distance = own[high]! - own[low]!;
      let change = Math.abs(gap) * (discounts[i]! - discounts[j]!) * inverseBest;
      if (spread) change /= 0.01 + Math.abs(distance);
      const p = 1 / (1 + exponential(distance));
      const slope = p * change;
      const curve = p * (1 - p) * change;
      gradients[order[low]!]! += slope;
      gradients[order[high]!]! -= slope;
      hessians[order[low]!]! += curve;
      hessians[order[high]!]! += curve;
      pull += 2 * slope;
    }
  if (!(pull > 0)) return;
  const scale = log(1 + pull) / Math.LN2 / pull;
  for (const row of rows) {
    gradients[row]! *= scale;
    hessians[row]! *= scale;
  }
}
