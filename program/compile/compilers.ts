import { cCompiler } from "./c/compiler.ts";
import { goCompiler } from "./go/compiler.ts";
import { javaCompiler } from "./java/compiler.ts";
import { jsCompiler, tsCompiler } from "./javascript/compiler.ts";
import type { Compiler } from "./model.ts";
import { onnxCompiler } from "./onnx/compiler.ts";
import { pythonCompiler } from "./python/compiler.ts";
import { sqlCompiler } from "./sql/compiler.ts";

/** Every compiler that there is, by the name that `--to` takes. */
export const compilers: ReadonlyMap<Compiler["name"], Compiler> = new Map(
  [onnxCompiler, tsCompiler, jsCompiler, pythonCompiler, cCompiler, javaCompiler, goCompiler, sqlCompiler].map(
    (compiler) => [compiler.name, compiler],
  ),
);
