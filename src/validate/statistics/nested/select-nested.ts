import type { NestedColumn, NestedFrame } from "./model.ts";

/** The rows at the given places, in their order. */
export function selectNested(frame: NestedFrame, rows: ArrayLike<number>): NestedFrame {
  const columns = new Map<string, NestedColumn>();
  for (const [name, column] of frame.columns) columns.set(name, select(column, rows));
  return { rows: rows.length, columns };
}

function select(column: NestedColumn, rows: ArrayLike<number>): NestedColumn {
  const n = rows.length;
  const missing =
    "missing" in column && column.missing !== undefined
      ? { missing: Uint8Array.from({ length: n }, (_, k) => column.missing![rows[k]!]!) }
      : {};
  switch (column.type) {
    case "string":
      return { ...column, codes: Int32Array.from({ length: n }, (_, k) => column.codes[rows[k]!]!) };
    case "bytes":
      return { ...column, values: Array.from({ length: n }, (_, k) => column.values[rows[k]!]!) };
    case "bool":
      return { ...column, values: Uint8Array.from({ length: n }, (_, k) => column.values[rows[k]!]!), ...missing };
    case "vector": {
      const { width, values } = column;
      const kept = new Float64Array(n * width);
      for (let k = 0; k < n; k++) kept.set(values.subarray(rows[k]! * width, (rows[k]! + 1) * width), k * width);
      return { ...column, values: kept, ...missing };
    }
    case "struct":
      return {
        ...column,
        rows: n,
        fields: new Map([...column.fields].map(([name, field]) => [name, select(field, rows)])),
        ...missing,
      };
    case "list": {
      const offsets = new Int32Array(n + 1);
      const inner: number[] = [];
      for (let k = 0; k < n; k++) {
        for (let at = column.offsets[rows[k]!]!; at < column.offsets[rows[k]! + 1]!; at++) inner.push(at);
        offsets[k + 1] = inner.length;
      }
      return { ...column, offsets, values: select(column.values, inner), ...missing };
    }
    default: {
      const values = new Float64Array(n);
      for (let k = 0; k < n; k++) values[k] = column.values[rows[k]!]!;
      return { ...column, values, ...missing };
    }
  }
}
