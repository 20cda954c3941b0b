import type { RandomStream } from "#kernel";
import { chiSquareTail } from "../../significance/gamma.ts";
import { drawHypergeometric } from "../../significance/hypergeometric.ts";
import type { BinnedDistance } from "./binned-distances.ts";
import { type BinnedPair, poolUnseen } from "./binned-pair.ts";

/** What a distance is worth when nothing has drifted. */
export interface NullDistribution {
  readonly expected: number;
  readonly spread: number;
  readonly pValue: number;
  /** `formula`, or how many shuffles it was learned from. */
  readonly from: string;
}

/**
 * The stability index that two samples of one source have by chance: with B filled bins and n and m rows its mean is
 * (B − 1)(1/n + 1/m) and its variance 2 (B − 1)(1/n + 1/m)².
 *
 * ```ts
 * stabilityIndexNull(225, 4500, 865).expected; // 0.3087…
 * ```
 *
 * Holds where every bin expects a few rows on both sides; sparse levels are shuffled instead (`shuffledNull`).
 * Source: B. Yurdakul, "Statistical properties of population stability index", 2018, §3.
 */
export function stabilityIndexNull(bins: number, n: number, m: number): { expected: number; spread: number } {
  const noise = 1 / n + 1 / m;
  return { expected: (bins - 1) * noise, spread: Math.sqrt(2 * (bins - 1)) * noise };
}

const cellBudget = 200_000;

/**
 * The distribution of a distance under shuffling: the rows of both windows are dealt anew, many times, and the tail is
 * read from a chi-square matched to the mean and the spread. Levels that only one window has are pooled after each deal.
 *
 * Random: from the stream given; the same stream gives the same answer.
 */
export function shuffledNull(
  pair: BinnedPair,
  distance: BinnedDistance,
  value: number,
  shuffles: number,
  random: RandomStream,
): NullDistribution {
  const cells = pair.reference.length;
  // Weighted counts are dealt as whole rows.
  const totals = pair.reference.map((count, cell) => Math.round(count + pair.current[cell]!));
  const n = Math.min(sum(totals), Math.round(sum(pair.reference)));
  const m = sum(totals) - n;
  const drawn = Math.min(n, m);
  const times = Math.max(20, Math.min(shuffles, Math.floor(cellBudget / cells)));
  const values = new Float64Array(times);
  for (let time = 0; time < times; time++) {
    const smaller = dealInto(totals, drawn, n + m, random);
    const larger = smaller.map((count, cell) => totals[cell]! - count);
    const [a, b] = n <= m ? [smaller, larger] : [larger, smaller];
    const pooled = pair.pooledUnseen ? poolUnseen(a, b) : { reference: a, current: b };
    values[time] = distance(pooled.reference, pooled.current, n, m);
  }
  const expected = sum(values) / times;
  const variance = sum(values.map((x) => (x - expected) * (x - expected))) / (times - 1);
  return {
    expected,
    spread: Math.sqrt(variance),
    pValue: matchedTail(value, expected, variance),
    from: `${times} shuffles`,
  };
}

/** The rows of a random deal by cell: each cell's share of the rows that are left, one after the other. */
function dealInto(totals: Float64Array, draws: number, rows: number, random: RandomStream): Float64Array {
  let left = draws;
  let among = rows;
  return totals.map((total) => {
    const dealt = drawHypergeometric(total, left, among, random);
    left -= dealt;
    among -= total;
    return dealt;
  });
}

/** The tail of the scaled chi-square with this mean and variance. */
export function matchedTail(value: number, expected: number, variance: number): number {
  if (!(variance > 0)) return value > expected ? 0 : 1;
  const scale = variance / (2 * expected);
  return chiSquareTail(value / scale, expected / scale);
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
