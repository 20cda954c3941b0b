import { murmur3 } from "@millrace/program";

const size = 4096;

/** How far the estimate is off, as a standard error over the truth: 1 / √(k − 2). */
export const distinctError = 1 / Math.sqrt(size - 2);

/**
 * The least hashes of the distinct values seen, ascending: at most 4096 of 52 bits. Those of two parts give those of the
 * whole, exactly.
 *
 * Source: Z. Bar-Yossef, T. S. Jayram, R. Kumar, D. Sivakumar, L. Trevisan, Counting Distinct Elements in a Data Stream, 2002.
 */
export type DistinctSketch = Float64Array;

export const noHashes: DistinctSketch = new Float64Array();

export function sketchHashes(hashes: Float64Array): DistinctSketch {
  return leastOf(hashes.sort());
}

export function mergeHashes(a: DistinctSketch, b: DistinctSketch): DistinctSketch {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return leastOf(both.sort());
}

function leastOf(sorted: Float64Array): DistinctSketch {
  const least = new Float64Array(size);
  let kept = 0;
  for (let i = 0; i < sorted.length && kept < size; i++)
    if (i === 0 || sorted[i] !== sorted[i - 1]) least[kept++] = sorted[i]!;
  return least.slice(0, kept);
}

/** How many distinct values there are, as the hashes say. */
export function estimateDistinct(hashes: DistinctSketch): number {
  if (hashes.length < size) return hashes.length;
  return Math.round((size - 1) / (hashes[size - 1]! / 2 ** 52));
}

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);

export function hashNumber(value: number): number {
  bits[0] = value + 0;
  const low = mixed(words[0]! ^ mixed(words[1]! ^ 0x5bd1e995));
  const high = mixed(words[1]! ^ mixed(words[0]! ^ 0x1b873593));
  return (high >>> 12) * 2 ** 32 + low;
}

/** The finaliser of MurmurHash3. */
function mixed(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

export function hashText(value: string): number {
  return ((murmur3(value, 1) >>> 0) >>> 12) * 2 ** 32 + (murmur3(value) >>> 0);
}
