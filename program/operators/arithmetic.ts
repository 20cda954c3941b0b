import { binaryOperator } from "./kernels.ts";

export const arithmetic = [
  binaryOperator("add", (x, y) => x + y),
  binaryOperator("subtract", (x, y) => x - y),
  binaryOperator("multiply", (x, y) => x * y),
  binaryOperator("divide", (x, y) => (y === 0 ? Number.NaN : x / y)),
];
