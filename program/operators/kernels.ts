import type { Column } from "../columns.ts";
import type { Attributes, AttributeTable } from "./attributes.ts";
import {
  type Cell,
  isNumeric,
  numberType,
  type Operator,
  type Prepared,
  typeName,
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
      if (inputs.length !== 1 || !accepts(inputs[0])) return `takes one value; got ${inputs.map(typeName).join(", ")}`;
      return check(given) ?? numberType;
    },
    prepare: (_, given) => unaryKernel(kernel(given)),
  };
}

export function unaryKernel(apply: NumberKernel, whenMissing = Number.NaN): Prepared {
  return {
    columns: ([input], rows) => {
      const { values, missing } = scalars(input!);
      const out = new Float64Array(rows);
      const mask = new Uint8Array(rows);
      for (let i = 0; i < rows; i++) {
        const y = missing !== undefined && missing[i] === 1 ? whenMissing : apply(values[i]!);
        if (Number.isNaN(y)) mask[i] = 1;
        else out[i] = y + 0;
      }
      return withMask({ type: "number", values: out }, mask);
    },
    cells: ([input], out) => {
      const x = input!;
      return () => put(out, x.missing ? whenMissing : apply(x.number));
    },
  };
}

/** An operator of two numbers; missing where one of them is. */
export function binaryOperator(op: string, apply: (x: number, y: number) => number): Operator {
  return {
    op,
    attributes: {},
    result: (inputs) =>
      inputs.length === 2 && inputs.every(isNumeric)
        ? numberType
        : `takes two numbers; got ${inputs.map(typeName).join(", ")}`,
    prepare: () => ({
      columns: ([first, second], rows) => {
        const a = scalars(first!);
        const b = scalars(second!);
        const out = new Float64Array(rows);
        const mask = new Uint8Array(rows);
        for (let i = 0; i < rows; i++) {
          const y = a.missing?.[i] === 1 || b.missing?.[i] === 1 ? Number.NaN : apply(a.values[i]!, b.values[i]!);
          if (Number.isNaN(y)) mask[i] = 1;
          else out[i] = y + 0;
        }
        return withMask({ type: "number", values: out }, mask);
      },
      cells: ([first, second], out) => {
        const a = first!;
        const b = second!;
        return () => put(out, a.missing || b.missing ? Number.NaN : apply(a.number, b.number));
      },
    }),
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

/** Numbers and vectors, laid side by side, to one vector. NaN in a result makes the row missing. */
export function vectorKernel(
  types: readonly ValueType[],
  width: number,
  outWidth: number,
  apply: VectorKernel,
): Prepared {
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
      return withMask({ type: "vector", width: outWidth, values }, mask);
    },
    cells: (inputs, out) => {
      const data = new Float64Array(width);
      return () => {
        out.missing = !(gather(inputs, types, data) && apply(data, 0, out.vector, 0) && clean(out.vector, 0, outWidth));
      };
    },
  };
}

/** As `vectorKernel`, to one number. */
export function reduceKernel(
  types: readonly ValueType[],
  width: number,
  apply: (input: Float64Array, at: number) => number,
): Prepared {
  return {
    columns: (inputs, rows) => {
      const mask = new Uint8Array(rows);
      const data = sideBySide(inputs, rows, width, mask);
      const values = new Float64Array(rows);
      for (let i = 0; i < rows; i++) {
        const y = mask[i] === 1 ? Number.NaN : apply(data, i * width);
        if (Number.isNaN(y)) mask[i] = 1;
        else values[i] = y + 0;
      }
      return withMask({ type: "number", values }, mask);
    },
    cells: (inputs, out) => {
      const data = new Float64Array(width);
      return () => put(out, gather(inputs, types, data) ? apply(data, 0) : Number.NaN);
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
