import type { BoolColumn, NumberColumn } from "@millrace/program";
import { ExactSum } from "../sums/exact-sum.ts";
import {
  allBits,
  bucketNumbers,
  type CountedNumbers,
  countNumbers,
  finestBits,
  mergeNumbers,
} from "./counted-numbers.ts";
import { hashNumber, mergeHashes, sketchHashes } from "./distinct-sketch.ts";
import type { PartialNumbers } from "./model.ts";

/** What is kept of the numbers of a column; missing ones are passed over. */
export function partialNumbers(column: NumberColumn | BoolColumn, rows: number, limit: number): PartialNumbers {
  const { values, missing } = column;
  const finite = new Float64Array(rows);
  let count = 0;
  let nans = 0;
  let negativeInfinities = 0;
  let positiveInfinities = 0;
  for (let row = 0; row < rows; row++) {
    if (missing !== undefined && missing[row] === 1) continue;
    const value = values[row]!;
    // Only NaN and the infinities differ from themselves here.
    if (value - value !== 0) {
      if (value === Infinity) positiveInfinities++;
      else if (value === -Infinity) negativeInfinities++;
      else nans++;
    } else finite[count++] = value + 0;
  }
  const counted = countNumbers(finite, count);
  return limited(
    { bits: allBits, ...ofCounted(counted), nans, negativeInfinities, positiveInfinities, counted },
    limit,
  );
}

function ofCounted({ values, counts }: CountedNumbers) {
  const sum = new ExactSum();
  const squares = new ExactSum();
  let count = 0;
  let zeros = 0;
  // Sums of small whole numbers are exact in a double for a while.
  let whole = 0;
  let wholeSquares = 0;
  for (let k = 0; k < values.length; k++) {
    const value = values[k]!;
    const times = counts[k]!;
    count += times;
    if (value === 0) zeros = times;
    const product = value * times;
    if (Number.isSafeInteger(value) && Math.abs(value * product) < 2 ** 50) {
      whole += product;
      wholeSquares += value * product;
      if (wholeSquares < 2 ** 51 && Math.abs(whole) < 2 ** 51) continue;
      sum.add(whole);
      squares.add(wholeSquares);
      whole = 0;
      wholeSquares = 0;
    } else {
      if (times === 1) sum.add(value);
      else sum.addProduct(value, times);
      squares.addSquare(value, times);
    }
  }
  sum.add(whole);
  squares.add(wholeSquares);
  return {
    count,
    zeros,
    min: count === 0 ? Infinity : values[0]!,
    max: count === 0 ? -Infinity : values[values.length - 1]!,
    sum,
    squares,
  };
}

/** Counts become buckets and hashes where there are more than the limit, and stay so. */
function limited(numbers: PartialNumbers, limit: number): PartialNumbers {
  const { counted, hashes } = numbers;
  if (hashes === undefined && counted.values.length <= limit) return numbers;
  const bits = finestBits(counted.values, numbers.bits);
  return {
    ...numbers,
    bits,
    counted: bucketNumbers(counted, bits),
    hashes: hashes ?? sketchHashes(counted.values.map(hashNumber)),
  };
}

export function mergePartialNumbers(a: PartialNumbers, b: PartialNumbers, limit: number): PartialNumbers {
  const sketched = a.hashes !== undefined || b.hashes !== undefined;
  const [first, second] = sketched ? [limited(a, -1), limited(b, -1)] : [a, b];
  const bits = Math.min(first.bits, second.bits);
  const sum = new ExactSum();
  const squares = new ExactSum();
  for (const part of [a, b]) {
    sum.merge(part.sum);
    squares.merge(part.squares);
  }
  return limited(
    {
      bits,
      count: a.count + b.count,
      zeros: a.zeros + b.zeros,
      nans: a.nans + b.nans,
      negativeInfinities: a.negativeInfinities + b.negativeInfinities,
      positiveInfinities: a.positiveInfinities + b.positiveInfinities,
      min: Math.min(a.min, b.min),
      max: Math.max(a.max, b.max),
      sum,
      squares,
      counted: sketched
        ? mergeNumbers(bucketNumbers(first.counted, bits), bucketNumbers(second.counted, bits))
        : mergeNumbers(first.counted, second.counted),
      ...(sketched && { hashes: mergeHashes(first.hashes!, second.hashes!) }),
    },
    limit,
  );
}
