import type { Bucket } from "../model.ts";
import { allBits, bucketNumbers, type CountedNumbers, finestBits } from "../partial/counted-numbers.ts";

const mostCells = 256;

/** Numbers counted by their leading bits, as many of these as 256 cells allow; `kept` is how fine `counted` is. */
export function numberCells(counted: CountedNumbers, kept: number): Bucket[] {
  const bits = finestBits(counted.values, kept, mostCells, 0);
  const { values, counts } = bucketNumbers(counted, bits);
  return Array.from(values, (edge, k): Bucket => {
    const far = beyond(edge, bits);
    return { low: Math.min(edge, far), high: Math.max(edge, far), count: counts[k]! };
  });
}

/** How many leading bits tell the cells apart: by the width of one that does not touch zero. */
export function cellBits(cells: readonly Bucket[]): number {
  const cell = cells.find(({ low, high }) => Math.abs(nearZero(low, high)) >= leastNormal);
  if (cell === undefined) return allBits;
  const edge = Math.abs(nearZero(cell.low, cell.high));
  return Math.min(allBits, Math.round(Math.log2(2 ** exponentOf(edge) / (cell.high - cell.low))));
}

/** The numbers that stand for the cells, with their counts: of each the edge nearer to zero. */
export function cellNumbers(cells: readonly Bucket[]): CountedNumbers {
  return {
    values: Float64Array.from(cells, ({ low, high }) => nearZero(low, high)),
    counts: Float64Array.from(cells, ({ count }) => count),
  };
}

const nearZero = (low: number, high: number) => (Math.abs(low) < Math.abs(high) ? low : high);

const leastNormal = 2 ** -1022;
const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);

function exponentOf(value: number): number {
  bits[0] = value;
  return ((words[1]! >>> 20) & 0x7ff) - 1023;
}

/** The other edge of a cell, farther from zero; of the greatest one the greatest double. */
function beyond(edge: number, kept: number): number {
  const sign = edge < 0 ? -1 : 1;
  const size = Math.abs(edge);
  if (size < leastNormal) return sign * (size + Number.MIN_VALUE);
  const far = size + 2 ** (exponentOf(size) - kept);
  return sign * (Number.isFinite(far) ? far : Number.MAX_VALUE);
}
