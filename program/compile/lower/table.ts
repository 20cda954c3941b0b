import type { Lowering } from "./builder.ts";
import { categories } from "./categories.ts";
import { dates } from "./dates.ts";
import { logic } from "./logic.ts";
import { numbers } from "./numbers.ts";
import { texts } from "./text.ts";
import { uncertainty } from "./uncertainty.ts";
import { vectors } from "./vectors.ts";

/** How each operator is expressed, by name; an operator that is not here runs in the interpreter only. */
export const lowerings: ReadonlyMap<string, Lowering> = new Map(
  Object.entries({ ...numbers, ...logic, ...categories, ...dates, ...texts, ...vectors, ...uncertainty }),
);
