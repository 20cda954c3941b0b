import type { Program, Tensors } from "../../model.ts";
import { ProgramError } from "../../problem.ts";
import { lowerWithGraphs, unsupported } from "../lower.ts";
import type { CompileOptions, Compiler, LoweredWithGraphs } from "../model.ts";
import { describeModel, inputTensors } from "./describe.ts";
import { irVersion, microsoftDomain, mlDomain, mlOpset, opset } from "./domains.ts";
import type { EmbeddedGraph } from "./embed/embed-graph.ts";
import { GraphPrinter } from "./graph-printer.ts";
import { encodeOnnx, type OnnxNode } from "./onnx-model.ts";
import { outputNames, printOutputs } from "./print-outputs.ts";
import { printStatement } from "./print-statement.ts";

/** `LabelEncoder` with tensors is of this one on. */
const encoderMlOpset = 4;
const mostBytes = 2 ** 31 - 1;

/**
 * The program as one ONNX graph with all of its feature engineering: raw columns in, score, prediction and a score for
 * each class out.
 *
 * Inputs are [rows, 1]: strings, and doubles for every other type. Missing: "" and NaN, in and out; where an input is
 * missing that may not be, the score is. A value of the wrong kind, such as a fraction for an integer, is not refused.
 * Needs onnxruntime ≥ 1.30 (hash: its com.microsoft.MurmurHash3); onnxruntime-node ends a text at its first NUL.
 * Source: ONNX 1.21, operators of ai.onnx 26 and ai.onnx.ml 5.
 */
export const onnxCompiler: Compiler = {
  kind: "compiler",
  name: "onnx",
  version: "1",
  traits: { exact: false, tolerance: 1e-6 },
  supports: (program, tensors) => {
    try {
      compileGraph(program, tensors, { name: "model" });
      return [];
    } catch (error) {
      if (error instanceof ProgramError && error.code === "PROGRAM_TARGET_UNSUPPORTED") return [error.message];
      throw error;
    }
  },
  compile: (program, tensors, options) => ({
    files: [{ path: "model.onnx", content: compileGraph(program, tensors, options) }],
    usage: ["load model.onnx with onnxruntime 1.30 or later; its doc_string says what goes in and what comes out"],
  }),
};

function compileGraph(program: Program, tensors: Tensors, options: CompileOptions): Uint8Array {
  const lowered = lowerWithGraphs(program, tensors);
  const inputs = inputTensors(lowered);
  const printer = new GraphPrinter(
    lowered,
    inputs.map(({ name }) => name),
    outputNames,
  );
  for (const statement of lowered.statements) printStatement(printer, statement);
  const outputs = printOutputs(printer, lowered);
  const graph = printer.builder.built(outputs.map(({ name }) => name));
  const own = graph.nodes.flatMap((node) => ("encoded" in node ? [] : node));
  const domains = new Set([...own.map(({ domain }) => domain), ...printer.embedded.flatMap((one) => [...one.domains])]);
  const bytes = encodeOnnx({
    irVersion,
    opsets: [
      { domain: "", version: opset },
      { domain: mlDomain, version: mlVersion(own, printer.embedded) },
      ...(domains.has(microsoftDomain) ? [{ domain: microsoftDomain, version: 1 }] : []),
    ],
    producer: "millrace",
    ...describeModel(lowered, inputs, options),
    graph: { name: graphName(options), ...graph, inputs, outputs },
  });
  return withinLimit(bytes, lowered);
}

/**
 * That of the graphs within, where nothing else needs a newer one: a newer one has no TreeEnsembleClassifier and -Regressor
 * any more.
 */
function mlVersion(own: readonly OnnxNode[], embedded: readonly EmbeddedGraph[]): number {
  const old = embedded.find(({ operators }) => [...operators].some((op) => /^TreeEnsemble[CR]/.test(op)));
  if (old === undefined) return mlOpset;
  if (own.some(({ op }) => op === "TreeEnsemble"))
    throw unsupported(`trees beside an ONNX graph's own, older ones`, "ONNX");
  return Math.max(old.mlVersion, encoderMlOpset);
}

function withinLimit(bytes: Uint8Array, { tables }: LoweredWithGraphs): Uint8Array {
  if (bytes.length <= mostBytes) return bytes;
  throw unsupported(`a model of ${bytes.length} bytes with ${tables.length} tables; the most is 2 GiB`, "ONNX");
}

function graphName({ name }: CompileOptions): string {
  return name.replace(/[^A-Za-z0-9_-]/g, "_") || "model";
}
