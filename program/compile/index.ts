export { compilers } from "./compilers.ts";
export { jsCompiler, tsCompiler } from "./javascript/compiler.ts";
export { lowerProgram } from "./lower.ts";
export type {
  Compiled,
  CompiledFile,
  CompileOptions,
  Compiler,
  Forest,
  Lowered,
  LoweredInput,
  Num,
  NumFunction,
  Part,
  Statement,
  Table,
  Test,
  Text,
} from "./model.ts";
export { nearSplits } from "./near-splits.ts";
export { prefixOf } from "./printing/names.ts";
