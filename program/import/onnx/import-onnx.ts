import type { InputType, ProgramInput, ValueRef } from "../../model.ts";
import { type Imported, type ImportOptions, invalidModel, unsupportedModel } from "../model.ts";
import { ProgramBuilder } from "../program-builder.ts";
import { columnReaders, type OnnxReader } from "./columns.ts";
import { floatColumn } from "./float-steps.ts";
import { modelReaders } from "./models.ts";
import { type OnnxFileValue, readOnnx } from "./read-onnx.ts";
import { columnsOf, format, type OnnxValue } from "./values.ts";

const readers: ReadonlyMap<string, OnnxReader> = new Map(Object.entries({ ...columnReaders, ...modelReaders }));
const inputTypes: Readonly<Partial<Record<OnnxFileValue["type"], InputType>>> = {
  float: "number",
  double: "number",
  integer: "integer",
  string: "string",
};

/**
 * An ONNX graph of `ai.onnx.ml` operators, as skl2onnx and onnxmltools write it, as a program.
 *
 * ```ts
 * const { program, tensors } = importOnnx(bytes, { columns: { X: ["age", "income"] } });
 * ```
 *
 * Operators: TreeEnsembleRegressor and -Classifier, LinearRegressor and -Classifier, Scaler, Imputer, OneHotEncoder,
 * LabelEncoder, Normalizer, Concat, Gather, ArrayFeatureExtractor, Reshape, Cast, Identity, ZipMap, MatMul and arithmetic
 * with constants. An input of one column is named as it is; the columns of a wider one are `<input>_<position>` unless
 * `columns` names them. Where a runtime computes in floats a program computes in doubles; trees compare the float that a
 * number becomes, also behind scalers and arithmetic with constants. Missing: NaN, and for texts the empty one.
 * Errors: PROGRAM_IMPORT_INVALID: not such a file; PROGRAM_IMPORT_UNSUPPORTED: another operator, or one used otherwise;
 * those of `validateProgram`.
 * Source: ONNX 1.23, docs/Operators-ml.md.
 */
export function importOnnx(bytes: Uint8Array, options: ImportOptions = {}): Imported {
  const { nodes, constants, inputs, outputs } = readOnnx(bytes);
  const columns = inputs.map((input) => columnsOfInput(input, options));
  const builder = new ProgramBuilder(columns.flat());
  const values = new Map<string, OnnxValue>();
  for (const [name, tensor] of constants) values.set(name, { kind: "constant", tensor });
  let next = 0;
  inputs.forEach(({ name, type }, i) => {
    const refs = columns[i]!.map(() => next++);
    // a runtime of floats makes floats of whole numbers, too
    const steps = (ref: ValueRef) => (type === "double" ? {} : { steps: floatColumn(ref) });
    values.set(
      name,
      type === "string"
        ? { kind: "texts", refs }
        : { kind: "numbers", parts: refs.map((ref) => ({ ref, width: 1, ...steps(ref) })) },
    );
  });
  for (const node of nodes) {
    const read = readers.get(node.op);
    if (read === undefined) throw unsupportedModel(format, `the operator ${node.op}`);
    const given = node.inputs.map((name) => {
      const value = values.get(name);
      if (value === undefined) throw invalidModel(format, `a node ${node.op} reads "${name}", which nothing makes`);
      return value;
    });
    const made = read({ builder, node, inputs: given });
    node.outputs.forEach((name, i) => {
      const value = made[i];
      if (value !== undefined) values.set(name, value);
    });
  }
  return result(
    builder,
    outputs.map(({ name }) => values.get(name)),
    options,
  );
}

function columnsOfInput({ name, type, shape }: OnnxFileValue, { columns = {} }: ImportOptions): ProgramInput[] {
  const inputType = inputTypes[type];
  if (inputType === undefined)
    throw unsupportedModel(format, `an input "${name}" of another type than numbers and texts`);
  const width = shape.length === 1 ? 1 : (shape[1] ?? -1);
  const isMatrix = shape.length > 1 && width !== 1;
  const given = Object.hasOwn(columns, name) ? columns[name]! : isMatrix ? columns[""] : undefined;
  if (shape.length > 2 || (width < 1 && given === undefined))
    throw unsupportedModel(
      format,
      `an input "${name}" of unknown width, unless the option "columns" names its columns`,
    );
  if (given !== undefined && width > 0 && given.length !== width)
    throw unsupportedModel(format, `${width} columns in "${name}", for which ${given.length} names are given`);
  const names = given ?? (width === 1 ? [name] : Array.from({ length: width }, (_, k) => `${name}_${k}`));
  return names.map((each) => ({ name: each, type: inputType, missingAllowed: true }));
}

function result(
  builder: ProgramBuilder,
  outputs: readonly (OnnxValue | undefined)[],
  options: ImportOptions,
): Imported {
  const found = outputs.findLast((value) => value?.kind === "classes" && value.scores);
  if (found?.kind === "classes") {
    const classes = options.classes ?? found.names;
    return builder.built({ task: classes.length === 2 ? "binary" : "multiclass", score: found.score, classes });
  }
  const numbers = outputs.findLast((value) => value?.kind === "numbers");
  if (numbers?.kind !== "numbers") throw unsupportedModel(format, "neither scores of classes nor a number as output");
  const [score, ...more] = columnsOf(builder, numbers.parts);
  if (score === undefined || more.length > 0) throw unsupportedModel(format, `an output of ${more.length + 1} numbers`);
  return builder.built({ task: "regression", score });
}
