import { sha256 } from "../../format/sha256.ts";
import type { InputType, ProgramInput, ProgramOutputs } from "../../model.ts";
import type { OnnxPort } from "../../operators/attributes.ts";
import { type Imported, type ImportOptions, unsupportedModel } from "../model.ts";
import { classNames, ProgramBuilder } from "../program-builder.ts";
import { indexRanges } from "./index-ranges.ts";
import { inspectOnnx, type OnnxTensorType } from "./inspect-onnx.ts";

export interface OpaqueOptions extends ImportOptions {
  /** The output that is the score; default: the last one of floats. */
  readonly output?: string;
  /** What is done with the output: `softmax` or `logistic` where a network gives raw sums. */
  readonly link?: "none" | "softmax" | "logistic";
}

const format = "ONNX model";
const portTypes: Readonly<Record<number, OnnxPort["type"]>> = {
  1: "float32",
  7: "int64",
  8: "string",
  9: "bool",
  11: "float64",
};
const inputTypes: Readonly<Record<OnnxPort["type"], InputType>> = {
  float32: "number",
  float64: "number",
  int64: "integer",
  bool: "bool",
  string: "string",
};
const mostColumns = 10_000;

/**
 * Any ONNX graph as a program of one opaque node, which onnxruntime runs: governed, served and watched as others are, but no
 * target of generated code can express it.
 *
 * ```ts
 * const { program, tensors } = importOpaqueOnnx(bytes, { classes: ["no", "yes"], link: "softmax" });
 * load({ program, tensors }, { onnx });
 * ```
 *
 * Inputs: one column of its own name for an input of one value a row; `<input>_<position>`, or the names in `columns`, for a
 * wider one. A whole number that is a place in a table of the graph, such as an embedding's code, gives no score where the table
 * has no such place. Missing: NaN to floats, empty to texts; a missing value of another type gives no score.
 * Errors: those of `inspectOnnx`; PROGRAM_IMPORT_UNSUPPORTED: inputs or outputs that are no tensors of rows, or of open width.
 */
export function importOpaqueOnnx(bytes: Uint8Array, options: OpaqueOptions = {}): Imported {
  const { inputs, outputs } = inspectOnnx(bytes);
  const ports = inputs.map(portOf);
  const columns = ports.map((port) => columnsOf(port, ports.length, options));
  const builder = new ProgramBuilder(columns.flat());
  const output = scoreOutput(outputs, options);
  const width = widthOf(output, options);
  builder.tensors.set("onnx.model", { type: "u8", values: bytes.slice() });
  const score = builder.node("onnxModel", withinTables(builder, bytes, ports), {
    model: { tensor: "onnx.model" },
    digest: `sha256:${sha256(bytes)}`,
    feeds: ports.map(({ name, type, shape }) => ({ name, type, shape: [...shape] })),
    output: output.name,
    width,
  });
  return builder.built(outputsOf(builder, score, width, options));
}

/** The columns; a whole number that is a place in a table is missing where the table has no such place, as runtimes refuse it. */
function withinTables(builder: ProgramBuilder, bytes: Uint8Array, ports: readonly OnnxPort[]): number[] {
  const indexes = ports.filter(({ type }) => type === "int64");
  const found = indexRanges(bytes, new Map(indexes.map((port) => [port.name, sizeOf(port)])));
  let column = 0;
  return ports.flatMap((port) =>
    Array.from({ length: sizeOf(port) }, (_, place) => {
      const input = column++;
      const size = found.get(port.name)?.get(place);
      if (size === undefined) return input;
      const isWithin = builder.node("steps", [input], {
        edges: builder.doubles(`onnx.edges${size}`, [-0.5, size - 0.5]),
        values: builder.doubles("onnx.within", [0, 1, 0]),
      });
      return builder.node("divide", [input, isWithin], {}, `a place below ${size}`);
    }),
  );
}

const sizeOf = ({ shape }: OnnxPort) => shape.reduce((product, size) => product * size, 1);

/** The graph's input without its rows. */
export function portOf({ name, type, shape }: OnnxTensorType): OnnxPort {
  const known = portTypes[type];
  if (known === undefined)
    throw unsupportedModel(format, `an input "${name}" of another type than floats, 64-bit integers, bools and texts`);
  const [rows = -1, ...rest] = shape;
  if (rows > 1)
    throw unsupportedModel(
      format,
      `an input "${name}" of exactly ${rows} rows`,
      "Export it again with a first axis of any length (PyTorch: dynamic_axes or dynamic_shapes), or of one row.",
    );
  if (rest.some((size) => size < 1)) throw unsupportedModel(format, `an input "${name}" of open width`);
  return { name, type: known, shape: rest };
}

function columnsOf({ name, type, shape }: OnnxPort, count: number, { columns = {} }: OpaqueOptions): ProgramInput[] {
  const width = sizeOf({ name, type, shape });
  if (width > mostColumns)
    throw unsupportedModel(
      format,
      `an input "${name}" of ${width} numbers, which are no columns; for images see \`millrace automl --image\``,
    );
  const given = Object.hasOwn(columns, name) ? columns[name] : count === 1 && width > 1 ? columns[""] : undefined;
  if (given !== undefined && given.length !== width)
    throw unsupportedModel(format, `${width} columns in "${name}", for which ${given.length} names are given`);
  const names = given ?? (width === 1 ? [name] : Array.from({ length: width }, (_, k) => `${name}_${k}`));
  return names.map((each) => ({ name: each, type: inputTypes[type], missingAllowed: true }));
}

function scoreOutput(outputs: readonly OnnxTensorType[], { output }: OpaqueOptions): OnnxTensorType {
  const reals = outputs.filter(({ type }) => type === 1 || type === 11);
  const found = output === undefined ? reals.at(-1) : outputs.find(({ name }) => name === output);
  if (found !== undefined && (found.type === 1 || found.type === 11)) return found;
  const known = outputs.map(({ name }) => name).join(", ");
  if (output !== undefined) throw unsupportedModel(format, `no output of floats named "${output}" (it gives ${known})`);
  throw unsupportedModel(format, `no output of floats (it gives ${known}; scikit-learn: convert with zipmap false)`);
}

function widthOf({ name, shape }: OnnxTensorType, { classes }: OpaqueOptions): number {
  const [, ...rest] = shape;
  const width = rest.reduce((product, size) => (size < 1 ? Number.NaN : product * size), 1);
  if (Number.isInteger(width)) return width;
  if (classes !== undefined) return classes.length;
  throw unsupportedModel(format, `an output "${name}" of open width, unless the classes are named`);
}

function outputsOf(
  builder: ProgramBuilder,
  raw: number,
  width: number,
  { classes, link = "none" }: OpaqueOptions,
): ProgramOutputs {
  const score = link === "none" ? raw : builder.node(link, [raw]);
  if (width === 1) {
    if (classes === undefined) return { task: "regression", score };
    return { task: "binary", score, classes: classNames(2, classes) };
  }
  const names = classNames(width, classes);
  if (names.length !== width)
    throw unsupportedModel(format, `${width} scores, for which ${names.length} classes are named`);
  if (width === 2) return { task: "binary", score: builder.node("element", [score], { index: 1 }), classes: names };
  return { task: "multiclass", score, classes: names };
}
