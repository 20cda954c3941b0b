import { arithmetic } from "./arithmetic.ts";
import { categories } from "./categories.ts";
import { dates } from "./dates.ts";
import { linear } from "./linear.ts";
import { links } from "./links.ts";
import { logic } from "./logic.ts";
import { numbers } from "./numbers.ts";
import type { Operator } from "./operator.ts";
import { texts } from "./text.ts";
import { trees } from "./trees.ts";
import { uncertainty } from "./uncertainty.ts";
import { vectors } from "./vectors.ts";

/** Every operator of version 1, by name. An operator's meaning never changes; a new meaning is a new version. */
export const operatorTable: ReadonlyMap<string, Operator> = new Map(
  [
    ...arithmetic,
    ...numbers,
    ...logic,
    ...categories,
    ...dates,
    ...texts,
    ...vectors,
    linear,
    trees,
    ...links,
    ...uncertainty,
  ].map((operator) => [operator.op, operator]),
);
