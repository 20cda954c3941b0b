import type { Num, NumFunction, Test, Text } from "../model.ts";
import type { Value } from "./builder.ts";

// Short names for the forms of `model.ts`.
export const constant = (value: number): Num => ({ k: "const", value });
export const missingNumber = constant(Number.NaN);
export const add = (a: Num, b: Num): Num => ({ k: "add", a, b });
export const subtract = (a: Num, b: Num): Num => ({ k: "subtract", a, b });
export const multiply = (a: Num, b: Num): Num => ({ k: "multiply", a, b });
export const divide = (a: Num, b: Num): Num => ({ k: "divide", a, b });
export const mod = (a: Num, b: Num): Num => ({ k: "mod", a, b });
export const call = (name: NumFunction, ...args: Num[]): Num => ({ k: "call", name, args });
export const floor = (a: Num): Num => call("floor", a);
export const when = (test: Test, yes: Num, no: Num): Num => ({ k: "if", test, yes, no });
export const lessThan = (a: Num, b: Num): Test => ({ k: "lt", a, b });
export const atMost = (a: Num, b: Num): Test => ({ k: "le", a, b });
export const equal = (a: Num, b: Num): Test => ({ k: "eq", a, b });
export const isMissing = (a: Num): Test => ({ k: "missing", a });
export const not = (test: Test): Test => ({ k: "not", test });
export const both = (a: Test, b: Test): Test => ({ k: "and", a, b });
export const either = (a: Test, b: Test): Test => ({ k: "or", a, b });
export const at = (table: number, index: Num): Num => ({ k: "at", table, index });

export function num(value: Value | undefined): Num {
  if (value?.type !== "number") throw new TypeError("The validator lets no other type through.");
  return { k: "num", slot: value.slot };
}

export function text(value: Value | undefined): Text {
  if (value?.type !== "string") throw new TypeError("The validator lets no other type through.");
  return { k: "text", slot: value.slot };
}
