import type { Column } from "../columns.ts";
import type { Attributes, AttributeTable } from "./attributes.ts";
import { put, scalars } from "./kernels.ts";
import { isNumeric, type Operator, type Prepared, typeName, type ValueType, withMask } from "./operator.ts";

/** A function of one row's numbers, where NaN is missing, as it is in the result. Bools are 0 and 1. */
export type RowKernel = (x: Float64Array) => number;

export interface ScalarOperator {
  readonly op: string;
  readonly attributes?: AttributeTable;
  /** A sentence where the inputs do not fit; they are number-like already. */
  readonly takes: (inputs: readonly ValueType[]) => string | undefined;
  readonly check?: (attributes: Attributes) => string | undefined;
  readonly gives: "number" | "bool";
  readonly kernel: (attributes: Attributes) => RowKernel;
}

/** An operator of number-like values that sees missing ones as NaN. */
export function scalarOperator({ op, attributes = {}, takes, check, gives, kernel }: ScalarOperator): Operator {
  return {
    op,
    attributes,
    result: (inputs, given) => {
      const wrong = inputs.some(({ type }) => type === "string" || type === "vector") ? "takes numbers" : takes(inputs);
      if (wrong !== undefined) return `${wrong}; got ${inputs.map(typeName).join(", ") || "nothing"}`;
      return check?.(given) ?? { type: gives };
    },
    prepare: (types, given) => scalarKernel(types.length, gives, kernel(given)),
  };
}

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

/** An operator of two numbers; missing where one of them is. */
export function binaryOperator(op: string, apply: (x: number, y: number) => number): Operator {
  return scalarOperator({
    op,
    takes: (inputs) => (inputs.length === 2 && inputs.every(isNumeric) ? undefined : "takes two numbers"),
    gives: "number",
    kernel: () => (x) => (Number.isNaN(x[0]!) || Number.isNaN(x[1]!) ? Number.NaN : apply(x[0]!, x[1]!)),
  });
}
