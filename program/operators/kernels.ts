import type { Column, StringColumn } from "../columns.ts";
import type { Attributes, AttributeTable } from "./attributes.ts";
import {
  type Cell,
  isNumeric,
  misfit,
  numberType,
  type Operator,
  type Prepared,
  type ValueType,
  withMask,
} from "./operator.ts";

/** A function of one number; NaN says missing. It never sees a missing value or NaN. */
export type NumberKernel = (x: number) => number;

/** An operator of one number-like input whose missing input gives missing. */
export function unaryOperator(
  op: string,
  attributes: AttributeTable,
  kernel: (attributes: Attributes) => NumberKernel,
  accepts: (type: ValueType | undefined) => boolean = isNumeric,
  check: (attributes: Attributes) => string | undefined = () => undefined,
): Operator {
  return {
    op,
    attributes,
    result: (inputs, given) => {
      if (inputs.length !== 1 || !accepts(inputs[0])) return misfit("one value", inputs);
      return check(given) ?? numberType;
    },
    prepare: (_, given) => unaryKernel(kernel(given)),
  };
}

export function unaryKernel(apply: NumberKernel, whenMissing = Number.NaN): Prepared {
  return scalarKernel(1, "number", (x) => (Number.isNaN(x[0]!) ? whenMissing : apply(x[0]!)));
}

/** A function of one row's numbers, where NaN is missing, as it is in the result. Bools are 0 and 1. */
export type RowKernel = (x: Float64Array) => number;

export function scalarKernel(width: number, gives: "number" | "bool", apply: RowKernel): Prepared {
  const x = new Float64Array(width);
  return {
    columns: (inputs, rows) => {
      const read = inputs.map(scalars);
      const out = gives === "bool" ? new Uint8Array(rows) : new Float64Array(rows);
      const mask = new Uint8Array(rows);
      for (let i = 0; i < rows; i++) {
        for (let k = 0; k < width; k++) {
          const { values, missing } = read[k]!;
          x[k] = missing?.[i] === 1 ? Number.NaN : values[i]!;
        }
        const y = apply(x);
        if (Number.isNaN(y)) mask[i] = 1;
        else out[i] = y + 0;
      }
      return withMask({ type: gives, values: out } as Column, mask);
    },
    cells: (inputs, out) => () => {
      for (let k = 0; k < width; k++) x[k] = inputs[k]!.missing ? Number.NaN : inputs[k]!.number;
      put(out, apply(x));
    },
  };
}

/** Writes a number into a cell: NaN is missing, −0 is 0. */
export function put(out: Cell, y: number): void {
  if (Number.isNaN(y)) out.missing = true;
  else {
    out.missing = false;
    out.number = y + 0;
  }
}

/** The values and mask of a column of numbers or bools. */
export function scalars(column: Column): { values: Float64Array | Uint8Array; missing: Uint8Array | undefined } {
  if (column.type === "string" || column.type === "vector")
    throw new TypeError(`A ${column.type} column holds no numbers.`);
  return { values: column.values, missing: column.missing };
}

/**
 * Copies numbers and vectors side by side into row-major rows, and marks rows where one of them is missing.
 * Gives the width.
 */
export function sideBySide(inputs: readonly Column[], rows: number, width: number, missing: Uint8Array): Float64Array {
  const out = new Float64Array(rows * width);
  let at = 0;
  for (const input of inputs) {
    if (input.type === "string") continue;
    const span = input.type === "vector" ? input.width : 1;
    for (let i = 0; i < rows; i++) {
      if (input.missing?.[i] === 1) missing[i] = 1;
      for (let k = 0; k < span; k++) out[i * width + at + k] = input.values[i * span + k]!;
    }
    at += span;
  }
  return out;
}

/** As `sideBySide` for one row; false where an input is missing. */
export function gather(inputs: readonly Cell[], types: readonly ValueType[], out: Float64Array): boolean {
  let at = 0;
  for (let i = 0; i < inputs.length; i++) {
    const cell = inputs[i]!;
    if (cell.missing) return false;
    if (types[i]!.type === "vector") {
      out.set(cell.vector, at);
      at += cell.vector.length;
    } else out[at++] = cell.number;
  }
  return true;
}

/** A vector operator over each row: `apply` writes the output row, and returns false for missing. */
export type VectorKernel = (input: Float64Array, at: number, out: Float64Array, outAt: number) => boolean;

/** Numbers and vectors, laid side by side, to a number or a vector. NaN in a result makes the row missing. */
function sideKernel(types: readonly ValueType[], width: number, result: ValueType, apply: VectorKernel): Prepared {
  const outWidth = result.type === "vector" ? result.width : 1;
  return {
    columns: (inputs, rows) => {
      const mask = new Uint8Array(rows);
      const data = sideBySide(inputs, rows, width, mask);
      const values = new Float64Array(rows * outWidth);
      for (let i = 0; i < rows; i++) {
        if (mask[i] === 0 && apply(data, i * width, values, i * outWidth) && clean(values, i * outWidth, outWidth))
          continue;
        mask[i] = 1;
        values.fill(0, i * outWidth, (i + 1) * outWidth);
      }
      return withMask({ ...result, values } as Column, mask);
    },
    cells: (inputs, out) => {
      const data = new Float64Array(width);
      const made = result.type === "vector" ? out.vector : new Float64Array(1);
      return () => {
        out.missing = !(gather(inputs, types, data) && apply(data, 0, made, 0) && clean(made, 0, outWidth));
        if (outWidth === 1) out.number = made[0]!;
      };
    },
  };
}

export const vectorKernel = (types: readonly ValueType[], from: number, width: number, apply: VectorKernel): Prepared =>
  sideKernel(types, from, { type: "vector", width }, apply);

/** As `vectorKernel`, to one number. */
export const reduceKernel = (
  types: readonly ValueType[],
  from: number,
  apply: (input: Float64Array, at: number) => number,
): Prepared =>
  sideKernel(types, from, numberType, (input, at, out, outAt) => {
    out[outAt] = apply(input, at);
    return true;
  });

/** Writes what a text gives into zeros; null is a missing text. False or NaN: the result is missing. */
export type TextKernel = (text: string | null, out: Float64Array, at: number) => boolean;

/** One text to a number, a bool or a vector. In columns each distinct text is worked out once. */
export function textKernel(result: ValueType, apply: TextKernel): Prepared {
  const width = result.type === "vector" ? result.width : 1;
  const whole: TextKernel = (text, out, at) => apply(text, out, at) && clean(out, at, width);
  return {
    columns: ([input], rows) => {
      const { codes, levels } = input as StringColumn;
      const firsts = new Int32Array(levels.length + 1).fill(-1);
      const values = new Float64Array(rows * width);
      const mask = new Uint8Array(rows);
      for (let i = 0; i < rows; i++) {
        const code = codes[i]! < 0 ? levels.length : codes[i]!;
        const first = firsts[code]!;
        if (first >= 0) {
          mask[i] = mask[first]!;
          if (width === 1) values[i] = values[first]!;
          else values.copyWithin(i * width, first * width, (first + 1) * width);
          continue;
        }
        firsts[code] = i;
        if (whole(levels[code] ?? null, values, i * width)) continue;
        mask[i] = 1;
        values.fill(0, i * width, (i + 1) * width);
      }
      const made = result.type === "bool" ? Uint8Array.from(values) : values;
      return withMask({ ...result, values: made } as Column, mask);
    },
    cells: ([input], out) => {
      const cell = input!;
      const numbers = result.type === "vector" ? out.vector : new Float64Array(1);
      return () => {
        numbers.fill(0);
        out.missing = !whole(cell.missing ? null : cell.text, numbers, 0);
        if (width === 1) out.number = numbers[0]!;
      };
    },
  };
}

/** Several texts to one; null is missing. */
export function joinKernel(join: (texts: readonly (string | null)[]) => string | null): Prepared {
  return {
    columns: (inputs, rows) => {
      const columns = inputs as readonly StringColumn[];
      const codes = new Int32Array(rows);
      const places = new Map<string, number>();
      for (let i = 0; i < rows; i++) {
        const text = join(columns.map((column) => column.levels[column.codes[i]!] ?? null));
        codes[i] = text === null ? -1 : (places.get(text) ?? places.size);
        if (text !== null) places.set(text, codes[i]!);
      }
      return { type: "string", codes, levels: [...places.keys()] };
    },
    cells: (inputs, out) => () => {
      const text = join(inputs.map((cell) => (cell.missing ? null : cell.text)));
      out.missing = text === null;
      out.text = text ?? "";
    },
  };
}

function clean(values: Float64Array, at: number, width: number): boolean {
  for (let k = at; k < at + width; k++) {
    const y = values[k]!;
    if (Number.isNaN(y)) return false;
    values[k] = y + 0;
  }
  return true;
}
