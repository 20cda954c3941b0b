import { jsCompiler, tsCompiler } from "./javascript/compiler.ts";
import type { Compiler } from "./model.ts";

/** Every compiler that there is, by the name that `--to` takes. */
export const compilers: ReadonlyMap<Compiler["name"], Compiler> = new Map(
  [jsCompiler, tsCompiler].map((compiler) => [compiler.name, compiler]),
);
