/**
 * Compares two texts by their UTF-8 bytes: negative, 0 or positive. Lone surrogates count as U+FFFD.
 *
 * ```ts
 * compareUtf8("\uFFFF", "😀") < 0; // true, although "\uFFFF" > "😀" by UTF-16 code units
 * ```
 *
 * Source: the Unicode Standard 16, §2.5 (UTF-8 keeps the order of code points) and §5.17 (the fix-up used here).
 */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  const left = a.isWellFormed() ? a : a.toWellFormed();
  const right = b.isWellFormed() ? b : b.toWellFormed();
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) {
    const x = left.charCodeAt(i);
    const y = right.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return left.length - right.length;
}

/** Code units in the order of the code points they begin: surrogates after U+E000 … U+FFFF. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
