import type { RandomStream } from "#kernel";
import type { ColumnSample } from "../column-sample.ts";

/**
 * The first Wasserstein distance of two ascending samples, weighted or not: the area between their distribution
 * functions.
 */
export function meanMove(
  a: Float64Array,
  b: Float64Array,
  aWeights?: Float64Array | undefined,
  bWeights?: Float64Array | undefined,
): number {
  const [n, m] = [massOf(a, aWeights), massOf(b, bWeights)];
  let i = 0;
  let j = 0;
  let below = 0;
  let belowOther = 0;
  let area = 0;
  let last = Math.min(a[0]!, b[0]!);
  while (i < a.length || j < b.length) {
    const x = i >= a.length ? b[j]! : j >= b.length ? a[i]! : Math.min(a[i]!, b[j]!);
    area += Math.abs(below / n - belowOther / m) * (x - last);
    last = x;
    for (; i < a.length && a[i]! <= x; i++) below += aWeights === undefined ? 1 : aWeights[i]!;
    for (; j < b.length && b[j]! <= x; j++) belowOther += bWeights === undefined ? 1 : bWeights[j]!;
  }
  return area;
}

function massOf(values: Float64Array, weights: Float64Array | undefined): number {
  return weights === undefined ? values.length : weights.reduce((sum, weight) => sum + weight, 0);
}

const drawBudget = 4_000_000;

/** Mean and variance of the distance when the rows of both samples are dealt anew, in one walk over the pooled values a deal. */
export function shuffledMoves(
  reference: ColumnSample,
  current: ColumnSample,
  shuffles: number,
  random: RandomStream,
): { expected: number; variance: number; times: number } {
  const { values, weights } = pooled(reference, current);
  const all = values.length;
  const drawn = Math.min(reference.sorted.length, current.sorted.length);
  const times = Math.max(20, Math.min(shuffles, Math.floor(drawBudget / all)));
  const order = Uint32Array.from(values, (_, i) => i);
  const mine = new Uint8Array(all);
  const found = new Float64Array(times);
  for (let time = 0; time < times; time++) {
    mine.fill(0);
    for (let i = 0; i < drawn; i++) {
      const j = i + Math.floor(random.uniform() * (all - i));
      const swap = order[i]!;
      order[i] = order[j]!;
      order[j] = swap;
      mine[order[i]!] = 1;
    }
    found[time] = area(values, weights, mine);
  }
  const expected = found.reduce((sum, x) => sum + x, 0) / times;
  const variance = found.reduce((sum, x) => sum + (x - expected) * (x - expected), 0) / (times - 1);
  return { expected, variance, times };
}

function pooled(reference: ColumnSample, current: ColumnSample) {
  const values = new Float64Array(reference.sorted.length + current.sorted.length);
  values.set(reference.sorted);
  values.set(current.sorted, reference.sorted.length);
  const [a, b] = [reference.sortedWeights, current.sortedWeights];
  if (a === undefined || b === undefined) return { values: values.sort(), weights: undefined };
  const weights = Float64Array.of(...a, ...b);
  const order = Uint32Array.from(values, (_, i) => i).sort((x, y) => values[x]! - values[y]!);
  return { values: Float64Array.from(order, (i) => values[i]!), weights: Float64Array.from(order, (i) => weights[i]!) };
}

function area(values: Float64Array, weights: Float64Array | undefined, mine: Uint8Array): number {
  let n = 0;
  let all = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!;
    all += weight;
    if (mine[i] === 1) n += weight;
  }
  const m = all - n;
  let difference = 0;
  let sum = 0;
  for (let i = 0; i + 1 < values.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!;
    difference += mine[i] === 1 ? weight / n : -weight / m;
    sum += Math.abs(difference) * (values[i + 1]! - values[i]!);
  }
  return sum;
}
