/**
 * Columns as the interpreter and every room above read them: typed arrays, one value a row. Missing is a bit beside the
 * value (1 = missing; absent = none missing), never NaN; a missing row's value is 0 and is not to be read.
 */
export type Column = NumberColumn | BoolColumn | StringColumn | VectorColumn;

/** `integer` holds whole numbers within ±2^53; `timestamp` whole microseconds UTC since 1970 within ±2^53. */
export interface NumberColumn {
  readonly type: "number" | "integer" | "timestamp";
  readonly values: Float64Array;
  readonly missing?: Uint8Array;
}

export interface BoolColumn {
  readonly type: "bool";
  /** 0 or 1. */
  readonly values: Uint8Array;
  readonly missing?: Uint8Array;
}

/** Dictionary-coded text: `levels[codes[row]]`, code −1 is missing. Levels are distinct; their order says nothing. */
export interface StringColumn {
  readonly type: "string";
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

/** Fixed-width rows of numbers, row-major (`values[row * width + k]`); a missing row is missing whole. */
export interface VectorColumn {
  readonly type: "vector";
  readonly width: number;
  readonly values: Float64Array;
  readonly missing?: Uint8Array;
}

export type ColumnType = Column["type"];

/** Equally long columns by name, in order. */
export interface Frame {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, Column>;
}
