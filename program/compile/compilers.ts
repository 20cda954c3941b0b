import { externalTable } from "../operators/external.ts";
import { pruneProgram } from "../prune.ts";
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
    (compiler) => [compiler.name, compiler.name === "onnx" ? compiler : withoutRuntimes(compiler)],
  ),
);

/** Generated code holds no runtime: operators that need one are lost in it. */
function withoutRuntimes(compiler: Compiler): Compiler {
  return {
    ...compiler,
    supports: (program, tensors, options) => {
      const found = new Set(pruneProgram(program).nodes.flatMap(({ op }) => (externalTable.has(op) ? [op] : [])));
      if (found.size === 0) return compiler.supports(program, tensors, options);
      return [...found].map((op) => `the operator "${op}", which needs a runtime beside the program`);
    },
  };
}
