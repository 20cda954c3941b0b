import type { Embedding } from "./layers.ts";
import type { Encoding, Floats, Knots } from "./pieces.ts";

/**
 * Writes what enters the first layer, `width` numbers a row: numbers and marks, those that have knots with what they become
 * beside themselves, then the levels' numbers. Columns: numbers and marks first, then codes, in the order of the embeddings.
 */
export function writeEntries(
  columns: readonly Float64Array[],
  rows: Uint32Array,
  knots: readonly Knots[],
  encoding: Encoding,
  embeddings: readonly Embedding<Floats>[],
  out: Floats,
  width: number,
): void {
  const count = rows.length;
  const numbers = columns.length - embeddings.length;
  let at = 0;
  for (let j = 0; j < numbers; j++) {
    const column = columns[j]!;
    const own = knots[j];
    for (let k = 0; k < count; k++) out[k * width + at] = column[rows[k]!]!;
    at++;
    if (own === undefined || own.length === 0) continue;
    for (let k = 0; k < count; k++) encoding.write(column[rows[k]!]!, own, out, k * width + at);
    at += encoding.count(own);
  }
  embeddings.forEach(({ width: own, values }, e) => {
    const codes = columns[numbers + e]!;
    for (let k = 0; k < count; k++) {
      const from = codes[rows[k]!]! * own;
      for (let j = 0; j < own; j++) out[k * width + at + j] = values[from + j]!;
    }
    at += own;
  });
}
