// What makes programs and puts scores into files; a page that only scores loads none of it.
export { encodeProgram } from "./format/encode.ts";
export { type ModelFileParts, writeModelFile } from "./format/model-file.ts";
export { storedZip, writeZip } from "./format/zip.ts";
export { evaluateGraph } from "./interpreter/evaluate.ts";
export { mapOutputs, outputCells, outputColumns } from "./outputs.ts";
export { pruneProgram } from "./prune.ts";
