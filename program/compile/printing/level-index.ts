import { murmur3 } from "../../text/murmur3.ts";

/** Fewer levels than this are compared one by one. */
export const fewLevels = 8;

/**
 * A hash table with open addressing over a list of texts: position + 1 at the slot of the text's MurmurHash3, or at the
 * next free one; 0 is free. Its length is a power of two, and at most four fifths of it are taken.
 */
export function levelIndex(levels: readonly string[]): Uint32Array {
  let slots = 16;
  while (slots * 0.8 < levels.length) slots *= 2;
  const index = new Uint32Array(slots);
  levels.forEach((level, k) => {
    let at = murmur3(level) & (slots - 1);
    while (index[at] !== 0) at = (at + 1) & (slots - 1);
    index[at] = k + 1;
  });
  return index;
}
