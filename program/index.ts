export type { BoolColumn, Column, ColumnType, Frame, NumberColumn, StringColumn, VectorColumn } from "./columns.ts";
export { exp, expm1, sigmoid, tanh } from "./elementary/exponential.ts";
export { log, log1p, pow } from "./elementary/logarithm.ts";
export { cos, sin } from "./elementary/trigonometric.ts";
export { canonicalJson } from "./format/canonical-json.ts";
export { decodeProgram } from "./format/encode.ts";
export { type ModelFile, readModelFile } from "./format/model-file.ts";
export { sha256 } from "./format/sha256.ts";
export { programDigest, signatureOf } from "./format/signature.ts";
export { readZip } from "./format/zip.ts";
export type { Problem } from "./interpreter/check.ts";
export type { ExternalNodes, KeptValues } from "./interpreter/evaluate.ts";
export { type FrameExtras, type FrameScores, load, type RowScore, type Scorer } from "./interpreter/load.ts";
export type { RawRow } from "./interpreter/row.ts";
export { isKnownPattern, type TimestampReader, timestampReader } from "./interpreter/timestamp-text.ts";
export { type ReadValue, Unreadable, type ValueReader, valueReader } from "./interpreter/values.ts";
export type { Digest, JsonObject, JsonValue } from "./json.ts";
export { programLimits } from "./limits.ts";
export type {
  InputDomain,
  InputType,
  Program,
  ProgramInput,
  ProgramNode,
  ProgramOutputs,
  Tensor,
  Tensors,
  ValueRef,
} from "./model.ts";
export { operatorTable } from "./operators/table.ts";
export {
  type AbstainReason,
  abstainReasons,
  type ExtraOutput,
  extraOutputs,
  outputRefs,
} from "./outputs.ts";
export { ProgramError, type ProgramErrorCode } from "./problem.ts";
export { murmur3 } from "./text/murmur3.ts";
export { validateProgram } from "./validate.ts";
