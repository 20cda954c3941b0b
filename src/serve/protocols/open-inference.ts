import type { JsonObject, JsonValue, ProgramInput } from "@millrace/program";
import type { AnsweredRow, Endpoint, ScoredRequest, ServedModel } from "../model.ts";
import { invalid, isObject, objectOr } from "../read-rows.ts";

/*
 * The Open Inference Protocol v2 in JSON: one tensor a column, shape [n] or [n, 1]; a model whose inputs are all numbers
 * also takes one tensor of shape [n, inputs].
 * Source: kserve.github.io, "Open Inference Protocol (V2)", REST.
 */

const datatypes = {
  number: "FP64",
  integer: "INT64",
  bool: "BOOL",
  timestamp: "BYTES",
  string: "BYTES",
  strings: "BYTES",
  vector: "FP64",
} as const;
const knownTypes = new Set(
  "BOOL UINT8 UINT16 UINT32 UINT64 INT8 INT16 INT32 INT64 FP16 BF16 FP32 FP64 BYTES".split(" "),
);
const deepestData = 8;

export const serverMetadata: JsonObject = {
  name: "millrace",
  version: "0.1.0",
  extensions: ["model_repository"],
};

export function modelMetadata(endpoint: Endpoint, model: ServedModel): JsonObject {
  return {
    name: endpoint.name,
    versions: endpoint.routes.map((route) => String(route.model.version)),
    platform: "millrace_program",
    inputs: model.inputs.map((input) => ({
      name: input.name,
      datatype: datatypes[input.type],
      shape: input.width === undefined ? [-1] : [-1, input.width],
    })),
    outputs: outputsOf(model).map(({ name, datatype, width }) => ({
      name,
      datatype,
      shape: width === undefined ? [-1] : [-1, width],
    })),
  };
}

/** The rows of an infer request. Errors: SERVE_REQUEST_INVALID. */
export function rowsFromTensors(body: JsonValue, inputs: readonly ProgramInput[]): readonly JsonObject[] {
  const request = objectOr(body, "The body is not a JSON object.");
  if (!Array.isArray(request.inputs) || request.inputs.length === 0) throw invalid('The body has no "inputs".');
  const tensors = request.inputs.map(readTensor);
  const packed = tensors.length === 1 ? packedRows(tensors[0]!, inputs) : undefined;
  if (packed !== undefined) return packed;
  const rows = tensors[0]!.shape[0]!;
  const widthOf = (name: string) => inputs.find((input) => input.name === name)?.width;
  for (const { name, shape } of tensors) {
    if (shape[0] !== rows) throw invalid(`Input "${name}" holds ${shape[0]} rows, others hold ${rows}.`);
    if (shape.length > 2 || (shape.length === 2 && shape[1] !== 1 && widthOf(name) === undefined))
      throw invalid(`Input "${name}" has shape [${shape.join(", ")}]; a column has [n] or [n, 1].`);
  }
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(
      tensors.map(({ name, data, shape }) => {
        const width = widthOf(name) === undefined ? undefined : (shape[1] ?? 1);
        return [name, width === undefined ? data[row]! : data.slice(row * width, (row + 1) * width)];
      }),
    ),
  );
}

export function inferReply(endpoint: Endpoint, scored: ScoredRequest, body: JsonValue): JsonObject {
  const { model, rows } = scored;
  const request = isObject(body) ? body : {};
  const wanted = Array.isArray(request.outputs)
    ? request.outputs.map((output: JsonValue) => String(isObject(output) ? output.name : output))
    : undefined;
  const offered = outputsOf(model);
  const missing = wanted?.find((name) => !offered.some((output) => output.name === name));
  if (missing !== undefined)
    throw invalid(
      `There is no output "${missing.slice(0, 80)}"; there are ${offered.map((one) => one.name).join(", ")}.`,
    );
  return {
    model_name: endpoint.name,
    model_version: String(model.version),
    ...(typeof request.id === "string" ? { id: request.id } : {}),
    outputs: offered
      .filter((output) => wanted === undefined || wanted.includes(output.name))
      .map(({ name, datatype, width }) => ({
        name,
        datatype,
        shape: width === undefined ? [rows.length] : [rows.length, width],
        data: dataOf(name, width, model, rows),
      })),
  };
}

function dataOf(
  name: string,
  width: number | undefined,
  model: ServedModel,
  rows: readonly AnsweredRow[],
): JsonValue[] {
  if (name === "prediction") return rows.map((row) => row.prediction);
  if (name === "score")
    return rows.flatMap((row) =>
      width === undefined ? [row.score] : model.classes.map((one) => row.scores?.[one] ?? null),
    );
  if (name === "fallback") return rows.map((row) => row.fallbackReason ?? null);
  const extra = model.extras.find(({ column }) => column === name)!;
  return rows.map((row) => {
    const value = row[extra.name] ?? null;
    return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
  });
}

function outputsOf(model: ServedModel): { name: string; datatype: string; width?: number }[] {
  const score = {
    name: "score",
    datatype: "FP64",
    ...(model.task === "multiclass" ? { width: model.classes.length } : {}),
  };
  return [
    score,
    { name: "prediction", datatype: model.task === "regression" ? "FP64" : "BYTES" },
    ...model.extras.map(({ column, kind }) => ({ name: column, datatype: kind === "number" ? "FP64" : "BYTES" })),
    ...(model.fallback === undefined ? [] : [{ name: "fallback", datatype: "BYTES" }]),
  ];
}

interface TensorIn {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: readonly JsonValue[];
}

function readTensor(value: JsonValue, index: number): TensorIn {
  const tensor = objectOr(value, `Input ${index} is not an object.`);
  const { name, shape, datatype } = tensor;
  if (typeof name !== "string") throw invalid(`Input ${index} has no "name".`);
  const said = `Input "${name.slice(0, 80)}"`;
  if (typeof datatype !== "string" || !knownTypes.has(datatype)) throw invalid(`${said} has no known "datatype".`);
  if (
    !Array.isArray(shape) ||
    shape.length === 0 ||
    !shape.every((one) => Number.isSafeInteger(one) && Number(one) >= 0)
  )
    throw invalid(`${said} has no "shape" of whole numbers.`);
  if (!Array.isArray(tensor.data)) throw invalid(`${said} has no "data"; binary tensors are not taken here.`);
  const data: JsonValue[] = [];
  flatten(tensor.data, data, deepestData);
  const elements = shape.reduce<number>((product, one) => product * Number(one), 1);
  if (elements !== data.length)
    throw invalid(`${said} holds ${data.length} values; its shape [${shape.join(", ")}] asks for ${elements}.`);
  return { name, shape: shape.map(Number), data };
}

function flatten(value: JsonValue, into: JsonValue[], depth: number): void {
  if (!Array.isArray(value)) into.push(value);
  else if (depth === 0) throw invalid(`"data" is nested deeper than ${deepestData} lists.`);
  else for (const one of value) flatten(one as JsonValue, into, depth - 1);
}

function packedRows(tensor: TensorIn, inputs: readonly ProgramInput[]): readonly JsonObject[] | undefined {
  const [rows, width] = tensor.shape;
  const numeric = inputs.every((input) => input.type === "number" || input.type === "integer");
  if (tensor.shape.length !== 2 || !numeric || (inputs.length === 1 && inputs[0]!.name === tensor.name))
    return undefined;
  if (width !== inputs.length)
    throw invalid(`Input "${tensor.name}" is ${width} wide; the model has ${inputs.length} inputs.`);
  return Array.from({ length: rows! }, (_, row) =>
    Object.fromEntries(inputs.map((input, column) => [input.name, tensor.data[row * width + column]!])),
  );
}
