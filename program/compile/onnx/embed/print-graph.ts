import { inspectOnnx } from "../../../import/onnx/inspect-onnx.ts";
import type { OnnxPort } from "../../../operators/attributes.ts";
import type { GraphStatement } from "../../model.ts";
import { opset } from "../domains.ts";
import type { GraphPrinter } from "../graph-printer.ts";
import { type EncodedNodes, type OnnxTensor, type OnnxType, typeCodes } from "../onnx-model.ts";
import { printAnyMissing } from "../print-number.ts";
import { embedGraph } from "./embed-graph.ts";
import { newNode, writeNode } from "./foreign-node.ts";

const tensorTypes = { float32: "float", float64: "double", int64: "int64", bool: "bool", string: "string" } as const;
const toDouble = { to: { int: typeCodes.double } } as const;

/**
 * Adds the nodes of an ONNX graph to the whole one, over the values that feed it. A graph that takes any number of rows has them
 * all at once; one of exactly one row is run row by row.
 */
export function printGraph(p: GraphPrinter, statement: GraphStatement): void {
  const { model, feeds, output, width, to } = statement;
  const { names, missing } = printFeeds(p, statement);
  const isOneRow = inspectOnnx(model).inputs.some(({ shape }) => shape[0] === 1);
  const [foreign, own] = [p.builder.prefix(), p.builder.prefix()];
  const fed = new Map(feeds.map(({ name }, k) => [name, isOneRow ? `${own}fed${k}` : names[k]!]));
  const named = (name: string) => fed.get(name) ?? foreign + name;
  const graph = embedGraph(model, output, opset, named, own);
  p.embedded.push(graph);
  const [cast, result] = [`${own}cast`, `${own}result`];
  /** The graph and what brings its output to numbers of a known shape. */
  const nodesOf = (before: readonly Uint8Array[], shape: string): EncodedNodes => ({
    ...graph,
    encoded: [
      ...before,
      ...graph.nodes,
      writeNode(newNode("Cast", [named(output)], cast, toDouble)),
      writeNode(newNode("Reshape", [cast, shape], result)),
    ],
    inputs: [...names, shape],
    output: result,
  });
  let made = result;
  if (isOneRow) {
    const constants = new Map<string, OnnxTensor>([
      [`${own}axis`, { type: "int64", shape: [1], values: [0] }],
      [`${own}shape`, { type: "int64", shape: [1], values: [width] }],
    ]);
    const unsqueezed = feeds.map((_, k) => newNode("Unsqueeze", [`${own}row${k}`, `${own}axis`], `${own}fed${k}`));
    const nodes = nodesOf(unsqueezed.map(writeNode), `${own}shape`);
    const body = {
      name: "row",
      nodes: [nodes],
      constants,
      initializers: nodes.initializers,
      sparseInitializers: nodes.sparseInitializers,
      inputs: feeds.map(({ type, shape }, k) => ({ name: `${own}row${k}`, type: tensorTypes[type], shape })),
      outputs: [{ name: result, type: "double" as const, shape: [width] }],
      inner: [],
    };
    made = p.node("Scan", names, { body: { graph: body }, num_scan_inputs: { int: feeds.length } });
  } else {
    p.builder.embed(nodesOf([], p.builder.integers([-1, width])));
    p.mark(made, names);
  }
  if (missing !== undefined) made = p.where(missing, p.nan(), made);
  if ("number" in to) p.numbers[to.number] = made;
  else p.vectors[to.vector] = made;
}

/** A tensor of [rows, …shape] for each feed, and where a missing value makes the whole missing. */
function printFeeds(p: GraphPrinter, { feeds, parts }: GraphStatement) {
  const names: string[] = [];
  const gaps: string[] = [];
  let at = 0;
  for (const { type, shape } of feeds) {
    const size = shape.reduce((product, one) => product * one, 1);
    const values: string[] = [];
    for (let left = size; left > 0; at++) {
      const part = parts[at]!;
      left -= "vector" in part ? p.width(part.vector) : 1;
      values.push(valueFor(p, part, type, gaps));
    }
    const cast = type === "string" || type === "float64" ? values : values.map((one) => castTo(p, one, type));
    const flat = p.sideBySide(cast);
    names.push(shape.length === 1 ? flat : p.node("Reshape", [flat, p.builder.integers([-1, ...shape])]));
  }
  return { names, missing: gaps.length === 0 ? undefined : gaps.reduce((a, b) => p.node("Or", [a, b])) };
}

/** NaN is missing to floats; other types have no such value, so what is missing is noted, and 0 goes in its place. */
function valueFor(
  p: GraphPrinter,
  part: GraphStatement["parts"][number],
  type: OnnxPort["type"],
  gaps: string[],
): string {
  if ("text" in part) return p.texts[part.text]!;
  const isWhole = type === "int64" || type === "bool";
  const value = "number" in part ? p.numbers[part.number]! : p.vectors[part.vector]!;
  const isSound = "number" in part || p.whole.has(part.vector);
  const missing = isSound ? p.node("IsNaN", [value]) : printAnyMissing(p, value);
  if (!isWhole) return isSound ? value : p.where(missing, p.nan(), value);
  gaps.push("number" in part || !isSound ? missing : printAnyMissing(p, value));
  const unusable = p.node("Or", [missing, p.node("IsInf", [value])]);
  return p.where(unusable, p.builder.double(0), value);
}

function castTo(p: GraphPrinter, value: string, type: "float32" | "int64" | "bool"): string {
  return p.node("Cast", [value], { to: { int: typeCodes[tensorTypes[type] satisfies OnnxType] } });
}
