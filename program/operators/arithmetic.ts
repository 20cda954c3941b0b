import { pow } from "../elementary/logarithm.ts";
import { binaryOperator } from "./scalars.ts";

export const arithmetic = [
  binaryOperator("add", (x, y) => x + y),
  binaryOperator("subtract", (x, y) => x - y),
  binaryOperator("multiply", (x, y) => x * y),
  binaryOperator("divide", (x, y) => (y === 0 ? Number.NaN : x / y)),
  binaryOperator("power", pow),
  binaryOperator("minimum", (x, y) => (y < x ? y : x)),
  binaryOperator("maximum", (x, y) => (y > x ? y : x)),
];
