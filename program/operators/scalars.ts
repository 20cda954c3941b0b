import type { Attributes, AttributeTable } from "./attributes.ts";
import { type RowKernel, scalarKernel } from "./kernels.ts";
import { isNumeric, type Operator, typeName, type ValueType } from "./operator.ts";

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

/** An operator of two numbers; missing where one of them is. */
export function binaryOperator(op: string, apply: (x: number, y: number) => number): Operator {
  return scalarOperator({
    op,
    takes: (inputs) => (inputs.length === 2 && inputs.every(isNumeric) ? undefined : "takes two numbers"),
    gives: "number",
    kernel: () => (x) => (Number.isNaN(x[0]!) || Number.isNaN(x[1]!) ? Number.NaN : apply(x[0]!, x[1]!)),
  });
}
