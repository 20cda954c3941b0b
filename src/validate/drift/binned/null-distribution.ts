import type { RandomStream } from "#kernel";
import { chiSquareTail } from "../../significance/gamma.ts";
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

const drawBudget = 4_000_000;

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
  const rows = new Int32Array(n + m);
  let at = 0;
  for (let cell = 0; cell < cells; cell++) {
    rows.fill(cell, at, at + totals[cell]!);
    at += totals[cell]!;
  }
  const drawn = Math.min(n, m);
  const times = Math.max(20, Math.min(shuffles, Math.floor(drawBudget / drawn)));
  const values = new Float64Array(times);
  for (let time = 0; time < times; time++) {
    const smaller = new Float64Array(cells);
    for (let i = 0; i < drawn; i++) {
      const j = i + Math.floor(random.uniform() * (rows.length - i));
      const cell = rows[j]!;
      rows[j] = rows[i]!;
      rows[i] = cell;
      smaller[cell]! += 1;
    }
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
