import type { Column } from "@millrace/program";

/** Row r holds the values offsets[r] … offsets[r + 1]; a missing row holds none. */
export interface ListColumn {
  readonly type: "list";
  /** One more than there are rows. */
  readonly offsets: Int32Array;
  readonly missing?: Uint8Array;
  readonly values: NestedColumn;
}

/** Columns beside each other under one name; where the whole is missing, so is each field. */
export interface StructColumn {
  readonly type: "struct";
  readonly rows: number;
  readonly missing?: Uint8Array;
  readonly fields: ReadonlyMap<string, NestedColumn>;
}

/** Raw bytes; null is missing. */
export interface BytesColumn {
  readonly type: "bytes";
  readonly values: readonly (Uint8Array | null)[];
}

export type NestedColumn = Column | ListColumn | StructColumn | BytesColumn;

/** A frame whose columns may hold lists, structures and bytes. */
export interface NestedFrame {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, NestedColumn>;
}

/** How many rows a column has, as far as it says so itself. */
export function rowsOf(column: NestedColumn): number {
  switch (column.type) {
    case "list":
      return column.offsets.length - 1;
    case "struct":
      return column.rows;
    case "string":
      return column.codes.length;
    case "vector":
      return column.width === 0 ? (column.missing?.length ?? 0) : column.values.length / column.width;
    default:
      return column.values.length;
  }
}

export function isMissingAt(column: NestedColumn, row: number): boolean {
  if (column.type === "string") return column.codes[row]! < 0;
  if (column.type === "bytes") return column.values[row] === null;
  return column.missing?.[row] === 1;
}
