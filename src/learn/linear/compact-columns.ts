import type { SparseRows } from "./fit-sparse.ts";

export interface CompactColumns {
  readonly rows: SparseRows;
  /** Values of the columns as they come, and the last one, for the columns of `rows`. */
  fromWide(point: Float64Array): Float64Array;
  /** The other way; columns that no row has get 0. */
  toWide(point: Float64Array): Float64Array;
}

/**
 * The same rows with only the columns that they have, the most frequent first: of very many columns a few hundred make up
 * most entries, and side by side their weights stay in the first-level cache. Entries keep their order.
 */
export function compactColumns(data: SparseRows): CompactColumns {
  const { width, indexes, starts, rows } = data;
  const entries = starts[rows]!;
  const counts = new Uint32Array(width);
  for (let k = 0; k < entries; k++) counts[indexes[k]!]!++;
  const used = columnsByCount(counts, rows);
  const placeOf = new Uint32Array(width);
  used.forEach((column, place) => {
    placeOf[column] = place;
  });
  const own = new Uint32Array(entries);
  for (let k = 0; k < entries; k++) own[k] = placeOf[indexes[k]!]!;
  return {
    rows: { ...data, indexes: own, width: used.length },
    fromWide(point) {
      const out = new Float64Array(used.length + 1);
      for (let j = 0; j < used.length; j++) out[j] = point[used[j]!]!;
      out[used.length] = point[width]!;
      return out;
    },
    toWide(point) {
      const out = new Float64Array(width + 1);
      for (let j = 0; j < used.length; j++) out[used[j]!] = point[j]!;
      out[width] = point[used.length]!;
      return out;
    },
  };
}

/** Columns of a positive count, the greatest count first, then by column: sorted as numbers that hold both. */
function columnsByCount(counts: Uint32Array, rows: number): Uint32Array {
  const used: number[] = [];
  // A term may stand in a row more than once; beyond `rows` times it is as frequent as can be.
  counts.forEach((count, column) => {
    if (count > 0) used.push((rows - Math.min(count, rows)) * counts.length + column);
  });
  return Uint32Array.from(Float64Array.from(used).sort(), (key) => key % counts.length);
}
