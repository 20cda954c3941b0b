/** Distinct finite numbers, ascending, and how often each occurs. −0 is 0. */
export interface CountedNumbers {
  readonly values: Float64Array;
  readonly counts: Float64Array;
}

export const noNumbers: CountedNumbers = { values: new Float64Array(), counts: new Float64Array() };

const widest = 1 << 20;

/** Counts the first `count` entries of finite numbers; what it is given is sorted in place where that is the way. */
export function countNumbers(numbers: Float64Array, count: number): CountedNumbers {
  const values = numbers.subarray(0, count);
  if (count === 0) return noNumbers;
  let low = values[0]!;
  let high = low;
  let whole = true;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    else if (value > high) high = value;
    if (whole && Math.floor(value) !== value) whole = false;
  }
  if (whole && Number.isSafeInteger(low) && high - low < Math.min(widest, count * 4 + 1024))
    return countWhole(values, low, high);
  return countFew(values) ?? countSorted(values.sort());
}

function countWhole(values: Float64Array, low: number, high: number): CountedNumbers {
  const table = new Uint32Array(high - low + 1);
  for (let i = 0; i < values.length; i++) table[values[i]! - low]!++;
  let distinct = 0;
  for (let k = 0; k < table.length; k++) if (table[k] !== 0) distinct++;
  const result = empty(distinct);
  let at = 0;
  for (let k = 0; k < table.length; k++) {
    if (table[k] === 0) continue;
    result.values[at] = low + k;
    result.counts[at++] = table[k]!;
  }
  return result;
}

const fewest = 8192;
const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);

/** By a hash table, as long as there are few distinct values: cheaper than sorting. */
function countFew(values: Float64Array): CountedNumbers | undefined {
  const slots = fewest * 4;
  const keys = new Float64Array(slots).fill(Number.NaN);
  const counts = new Float64Array(slots);
  let distinct = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! + 0;
    bits[0] = value;
    let slot = Math.imul(words[0]! ^ Math.imul(words[1]!, 0x9e3779b1), 0x85ebca6b);
    slot = (slot ^ (slot >>> 15)) & (slots - 1);
    while (keys[slot] !== value) {
      if (counts[slot] === 0) {
        if (distinct++ === fewest) return undefined;
        keys[slot] = value;
        break;
      }
      slot = (slot + 1) & (slots - 1);
    }
    counts[slot]!++;
    // Where most of a good sample is new, the rest will be.
    if (i === 4095 && distinct > 2048) return undefined;
  }
  const order = new Float64Array(distinct);
  const countOf = new Map<number, number>();
  let at = 0;
  for (let slot = 0; slot < slots; slot++) {
    if (counts[slot] === 0) continue;
    order[at++] = keys[slot]!;
    countOf.set(keys[slot]!, counts[slot]!);
  }
  order.sort();
  return { values: order, counts: Float64Array.from(order, (value) => countOf.get(value)!) };
}

function countSorted(sorted: Float64Array): CountedNumbers {
  let distinct = 1;
  for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) distinct++;
  const result = empty(distinct);
  let at = -1;
  for (let i = 0; i < sorted.length; i++) {
    if (at < 0 || sorted[i] !== result.values[at]) result.values[++at] = sorted[i]! + 0;
    result.counts[at]!++;
  }
  return result;
}

const empty = (length: number) => ({ values: new Float64Array(length), counts: new Float64Array(length) });

/** The numbers of both. */
export function mergeNumbers(a: CountedNumbers, b: CountedNumbers): CountedNumbers {
  if (a.values.length === 0) return b;
  if (b.values.length === 0) return a;
  const merged = empty(a.values.length + b.values.length);
  let i = 0;
  let j = 0;
  let at = 0;
  while (i < a.values.length || j < b.values.length) {
    const x = i < a.values.length ? a.values[i]! : Infinity;
    const y = j < b.values.length ? b.values[j]! : Infinity;
    merged.values[at] = x < y ? x : y;
    merged.counts[at++] = (x <= y ? a.counts[i++]! : 0) + (y <= x ? b.counts[j++]! : 0);
  }
  return { values: merged.values.slice(0, at), counts: merged.counts.slice(0, at) };
}

/** Bits behind the leading one: all of a double's, so that a bucket holds one number. */
export const allBits = 52;
/** The fewest that buckets keep: one is then at most 0.2 % wide. */
const leastBits = 9;
/** Buckets are as fine as this many allow, which is finer where the numbers lie close together. */
const mostBuckets = 4096;

/** Share by which a number differs at most from the middle of its bucket. */
export const bucketError = (kept: number) => 2 ** -(kept + 1);

/** A number rounded towards zero to `kept` bits behind the leading one. */
export function bucketOf(value: number, kept: number): number {
  bits[0] = value;
  if (kept <= 20) {
    words[0] = 0;
    words[1]! &= -1 << (20 - kept);
  } else if (kept < allBits) words[0]! &= -1 << (allBits - kept);
  return bits[0]! + 0;
}

/** The numbers of each bucket together. */
export function bucketNumbers({ values, counts }: CountedNumbers, kept: number): CountedNumbers {
  const merged = empty(values.length);
  let at = -1;
  for (let i = 0; i < values.length; i++) {
    const bucket = bucketOf(values[i]!, kept);
    if (at < 0 || merged.values[at] !== bucket) merged.values[++at] = bucket;
    merged.counts[at]! += counts[i]!;
  }
  return { values: merged.values.slice(0, at + 1), counts: merged.counts.slice(0, at + 1) };
}

/**
 * The most bits, from `kept` down to `least`, with which ascending numbers fill no more than `most` buckets. Buckets of
 * fewer bits are unions of those of more, so that parts may be put together in any order and end with the same ones.
 */
export function finestBits(values: Float64Array, kept: number, most = mostBuckets, least = leastBits): number {
  // How many neighbours are told apart from as many bits on: by the first bit in which they differ.
  const apart = new Float64Array(allBits + 1);
  let high = 0;
  let low = 0;
  for (let i = 0; i < values.length; i++) {
    bits[0] = values[i]! + 0;
    if (i > 0) {
      const [x, y] = [(words[1]! ^ high) >>> 0, (words[0]! ^ low) >>> 0];
      const first = x !== 0 ? 63 - Math.clz32(x) : 31 - Math.clz32(y);
      apart[Math.max(0, allBits - first)]! += 1;
    }
    high = words[1]!;
    low = words[0]!;
  }
  let filled = 1 + apart[0]!;
  let finest = 0;
  while (finest < kept && filled + apart[finest + 1]! <= most) filled += apart[++finest]!;
  return Math.max(finest, least);
}
