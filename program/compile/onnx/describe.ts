import { canonicalJson } from "../../format/canonical-json.ts";
import type { InputType, ProgramInput } from "../../model.ts";
import { unsupported } from "../lower.ts";
import type { CompileOptions, LoweredWithGraphs } from "../model.ts";
import type { OnnxModel, OnnxValue } from "./onnx-model.ts";
import { outputNames } from "./print-outputs.ts";

const meanings: Readonly<Record<InputType, string>> = {
  number: "a number",
  integer: "a whole number within ±(2^53 − 1)",
  bool: "0 (false) or 1 (true)",
  timestamp: "whole microseconds since 1970-01-01T00:00:00Z",
  string: "text",
  strings: "a list of texts",
  vector: "a list of numbers",
};

/**
 * One tensor of [rows, 1] an input, named as its column. A name that an output has, or that holds a NUL (runtimes end a
 * name there), is written as `column_<position>`.
 */
export function inputTensors({ inputs }: LoweredWithGraphs): OnnxValue[] {
  const taken = new Set<string>([...outputNames, ...inputs.map(({ input }) => input.name)]);
  return inputs.map(({ input }, i) => {
    if (input.type === "strings" || input.type === "vector") throw unsupported("lists as inputs", "ONNX");
    const name = isUsable(input.name) ? input.name : unique(`column_${i}`, taken);
    const missing = input.type === "string" ? "an empty text" : "NaN";
    return {
      name,
      type: input.type === "string" ? "string" : "double",
      shape: ["rows", 1],
      doc: `${meanings[input.type]}; ${input.missingAllowed ? `missing: ${missing}` : "may not be missing"}`,
    };
  });
}

/** The texts that say how the model is to be used, for people and as JSON. */
export function describeModel(
  lowered: LoweredWithGraphs,
  tensors: readonly OnnxValue[],
  options: CompileOptions,
): Pick<OnnxModel, "doc" | "metadata" | "version"> {
  const { task, classes, threshold } = lowered.program.outputs;
  const inputs = lowered.inputs.map(({ input }, i) => describeInput(input, tensors[i]!));
  const facts: [string, string | undefined][] = [
    ["name", options.name],
    ["version", options.version?.toString()],
    ["digest", options.digest],
    ["task", task],
    ["classes", classes === undefined ? undefined : canonicalJson([...classes])],
    ["threshold", task === "binary" ? canonicalJson(threshold ?? 0.5) : undefined],
    ["inputs", canonicalJson(inputs)],
  ];
  return {
    doc: documentation(task),
    metadata: facts.flatMap(([key, value]) => (value === undefined ? [] : [[`millrace.${key}`, value] as const])),
    ...(options.version === undefined ? {} : { version: options.version }),
  };
}

function describeInput({ name, type, missingAllowed, pattern }: ProgramInput, tensor: OnnxValue) {
  return {
    tensor: tensor.name,
    column: name,
    type,
    missingAllowed,
    ...(pattern === undefined ? {} : { pattern }),
  };
}

function documentation(task: string): string {
  const outputs =
    task === "regression"
      ? "score and prediction: double [rows], the predicted value."
      : task === "binary"
        ? "score: double [rows], the probability of the second class. prediction: string [rows], the second class where score >= threshold. scores: double [rows, 2]."
        : "score: double [rows], the greatest of the scores. prediction: string [rows], the class of the greatest score, the first on a tie. scores: double [rows, classes].";
  return [
    "A Millrace program: raw columns in, predictions out, all feature engineering inside.",
    "Inputs, each [rows, 1], named as the columns: string for text, double for everything else (bool 0 or 1; timestamp whole microseconds since 1970-01-01T00:00:00Z; the pattern in the metadata is that of the source's texts).",
    "Missing is NaN, for text the empty string; a missing score is NaN, its prediction an empty string (regression: NaN). Where an input is missing that may not be, the score is missing.",
    outputs,
    "The metadata millrace.* says name, version, digest, task, classes, threshold and inputs, lists as JSON.",
  ].join("\n");
}

function isUsable(name: string): boolean {
  return !name.includes("\0") && !outputNames.some((output) => output === name);
}

function unique(wanted: string, taken: Set<string>): string {
  let name = wanted;
  while (taken.has(name)) name += "_";
  taken.add(name);
  return name;
}
