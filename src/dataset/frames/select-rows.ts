import type { Column, Frame } from "@millrace/program";

/**
 * The rows of a frame that a mask marks (one byte a row, non-zero keeps), or the rows at the given indices in their order.
 *
 * ```ts
 * selectRows(frame, Uint32Array.of(2, 0)); // the third row, then the first
 * ```
 *
 * Shapes: a `Uint8Array` of `frame.rows` is a mask; any other array holds row numbers, which may repeat. Levels are kept as they are.
 */
export function selectRows(frame: Frame, rows: Uint8Array | Uint32Array | Int32Array | readonly number[]): Frame {
  const indices =
    rows instanceof Uint8Array ? maskIndices(rows) : rows instanceof Uint32Array ? rows : Uint32Array.from(rows);
  const columns = new Map<string, Column>();
  for (const [name, column] of frame.columns) columns.set(name, selectColumn(column, indices));
  return { rows: indices.length, columns };
}

/** Row numbers that a mask marks, in order. */
export function maskIndices(mask: Uint8Array): Uint32Array {
  let count = 0;
  for (let row = 0; row < mask.length; row++) if (mask[row] !== 0) count++;
  const indices = new Uint32Array(count);
  let next = 0;
  for (let row = 0; row < mask.length; row++) if (mask[row] !== 0) indices[next++] = row;
  return indices;
}

function selectColumn(column: Column, indices: Uint32Array): Column {
  const n = indices.length;
  if (column.type === "string") {
    const codes = new Int32Array(n);
    for (let k = 0; k < n; k++) codes[k] = column.codes[indices[k]!]!;
    return { type: "string", codes, levels: column.levels };
  }
  const missing = column.missing === undefined ? {} : { missing: picked(column.missing, indices, new Uint8Array(n)) };
  if (column.type === "vector") {
    const values = new Float64Array(n * column.width);
    for (let k = 0; k < n; k++)
      values.set(
        column.values.subarray(indices[k]! * column.width, (indices[k]! + 1) * column.width),
        k * column.width,
      );
    return { ...column, values, ...missing };
  }
  if (column.type === "bool")
    return { type: "bool", values: picked(column.values, indices, new Uint8Array(n)), ...missing };
  return { type: column.type, values: picked(column.values, indices, new Float64Array(n)), ...missing };
}

function picked<T extends Uint8Array | Float64Array>(from: T, indices: Uint32Array, to: T): T {
  for (let k = 0; k < indices.length; k++) to[k] = from[indices[k]!]!;
  return to;
}
