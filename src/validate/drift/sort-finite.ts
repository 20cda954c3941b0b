const digits = 65_536;

/**
 * Finite numbers ascending, in a new array, as `slice().sort()` gives them: a radix sort of their bits, 16 at a time,
 * which leaves out the digits that all share (whole numbers share most of them).
 */
export function sortFinite(values: Float64Array): Float64Array {
  if (values.length < 2048) return values.slice().sort();
  let from: Uint32Array = orderedBits(values);
  let to: Uint32Array = new Uint32Array(from.length);
  const counts = new Uint32Array(4 * digits);
  for (let i = 0; i < from.length; i += 2) {
    const [low, high] = [from[i]!, from[i + 1]!];
    counts[low & 0xffff]!++;
    counts[digits + (low >>> 16)]!++;
    counts[2 * digits + (high & 0xffff)]!++;
    counts[3 * digits + (high >>> 16)]!++;
  }
  for (let pass = 0; pass < 4; pass++) {
    const places = counts.subarray(pass * digits, (pass + 1) * digits);
    if (!placesOf(places, values.length)) continue;
    const word = pass >> 1;
    const shift = (pass & 1) * 16;
    for (let i = 0; i < from.length; i += 2) {
      const at = 2 * places[(from[i + word]! >>> shift) & 0xffff]!++;
      to[at] = from[i]!;
      to[at + 1] = from[i + 1]!;
    }
    [from, to] = [to, from];
  }
  return numbersOf(from);
}

/** Turns counts into first places; false where one digit holds all. */
function placesOf(counts: Uint32Array, all: number): boolean {
  let place = 0;
  for (let digit = 0; digit < digits; digit++) {
    const count = counts[digit]!;
    if (count === all) return false;
    counts[digit] = place;
    place += count;
  }
  return true;
}

/** The bits of each number as low and high word, turned so that they order as the numbers do. */
function orderedBits(values: Float64Array): Uint32Array {
  const bits = new Uint32Array(values.slice().buffer);
  for (let i = 0; i < bits.length; i += 2) {
    const high = bits[i + 1]!;
    if (high >>> 31 === 1) {
      bits[i] = ~bits[i]!;
      bits[i + 1] = ~high;
    } else bits[i + 1] = high | 0x80000000;
  }
  return bits;
}

function numbersOf(bits: Uint32Array): Float64Array {
  for (let i = 0; i < bits.length; i += 2) {
    const high = bits[i + 1]!;
    if (high >>> 31 === 1) bits[i + 1] = high & 0x7fffffff;
    else {
      bits[i] = ~bits[i]!;
      bits[i + 1] = ~high;
    }
  }
  return new Float64Array(bits.buffer, 0, bits.length / 2);
}
