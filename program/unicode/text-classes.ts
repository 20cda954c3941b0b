import { lowerRuns, markBoundaries, plainRuns, unicodeVersion, wordBoundaries } from "./tables.ts";

/** The tables that a `terms` node carries: `classes`, `foldFrom` and `foldTo` of docs/reference/program.md. */
export interface TextClasses {
  readonly classes: Float64Array;
  readonly foldFrom: Float64Array;
  readonly foldTo: Float64Array;
}

/** The Unicode version of the tables; a program carries them, so that it reads text alike for ever. */
export { unicodeVersion };

/**
 * Tables for words of letters, marks and numbers; `lower` takes simple lower case, `plain` leaves marks out (é is e).
 *
 * ```ts
 * textClasses({ lower: true, plain: false }).classes.slice(0, 4); // 48, 58, 65, 91: digits, then A to Z
 * ```
 *
 * Source: general categories L, M and N, case mapping and canonical decomposition of the Unicode Character Database, in
 * the version that `unicodeVersion` names. Deviation: İ becomes i without its dot; a capital sigma is always σ.
 */
export function textClasses({ lower, plain }: { readonly lower: boolean; readonly plain: boolean }): TextClasses {
  const fold = new Map<number, number>();
  const small = lower ? mapOf(lowerRuns) : new Map<number, number>();
  const bare = plain ? mapOf(plainRuns) : new Map<number, number>();
  // ǅ is a letter with a mark whose capital is another letter: the marks go first, and again behind the change of case
  for (const point of new Set([...small.keys(), ...bare.keys()])) {
    const without = bare.get(point) ?? point;
    const lowered = small.get(without) ?? without;
    fold.set(point, bare.get(lowered) ?? lowered);
  }
  if (plain) for (const point of inside(totals(markBoundaries))) fold.set(point, -1);
  const from = Float64Array.from(fold.keys()).sort();
  return { classes: totals(wordBoundaries), foldFrom: from, foldTo: from.map((point) => fold.get(point)!) };
}

function* inside(boundaries: Float64Array): Generator<number> {
  for (let k = 0; k < boundaries.length; k += 2)
    for (let point = boundaries[k]!; point < boundaries[k + 1]!; point++) yield point;
}

function totals(base64: string): Float64Array {
  let total = 0;
  return Float64Array.from(varints(base64), (step) => {
    total += step;
    return total;
  });
}

function mapOf(base64: string): Map<number, number> {
  const map = new Map<number, number>();
  const numbers = varints(base64);
  let start = 0;
  for (let k = 0; k < numbers.length; k += 4) {
    const [gap = 0, length = 0, step = 1, change = 0] = numbers.slice(k, k + 4);
    start += gap;
    const by = change % 2 === 1 ? -(change + 1) / 2 : change / 2;
    for (let i = 0; i < length; i++) map.set(start + i * step, start + i * step + by);
  }
  return map;
}

function varints(base64: string): number[] {
  const numbers: number[] = [];
  let scale = 1;
  let number = 0;
  for (const char of atob(base64)) {
    const byte = char.charCodeAt(0);
    number += (byte % 128) * scale;
    scale *= 128;
    if (byte > 127) continue;
    numbers.push(number);
    number = 0;
    scale = 1;
  }
  return numbers;
}
