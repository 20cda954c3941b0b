import type { Column, Frame } from "../columns.ts";
import { evaluateRefs, prepareNodes } from "../interpreter/evaluate.ts";
import { load, type ProgramSource, readSource } from "../interpreter/load.ts";
import type { Program, ValueRef } from "../model.ts";
import { type CheckedNode, checkProgram } from "../validate.ts";
import { nodesOf, sourcesOf } from "./sources.ts";
import { forestOf, marginOf, unexplained } from "./terms.ts";

/** Trees whose leaves are summed; a row goes left or right by one feature a node. */
export interface MarginTrees {
  readonly kind: "trees";
  readonly refs: readonly ValueRef[];
  /** The margin takes so many times the trees' sum. */
  readonly factor: number;
  readonly classes: number;
  readonly bases: readonly number[];
  /** A node where ≥ 0, else leaf −1 − r; tree t adds to class t mod classes. */
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly leafValue: Float64Array;
  /** NaN is missing. */
  goesLeft(node: number, x: number): boolean;
}

/** A linear model: of each number of its features a weight an output. */
export interface MarginLinear {
  readonly kind: "linear";
  readonly refs: readonly ValueRef[];
  readonly factor: number;
  readonly widths: readonly number[];
  /** Output by output. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** A margin taken apart into sums over features. */
export interface MarginParts {
  readonly program: Program;
  readonly outputs: number;
  /** Added to every output. */
  readonly constant: number;
  readonly parts: readonly (MarginTrees | MarginLinear)[];
  /** Positions of the raw inputs that a value is made of. */
  sourcesOf(ref: ValueRef): readonly number[];
  /** Nodes on the way from the raw inputs to a value, its own last; none of an input. */
  nodesTo(ref: ValueRef): readonly { readonly ref: ValueRef; readonly op: string }[];
  evaluate(frame: Frame, refs: readonly ValueRef[]): readonly Column[];
  /** Two classes: the least margin of the positive one. Errors: PROGRAM_TARGET_UNSUPPORTED: a link that may fall. */
  decisionMargin(): number;
}

/**
 * The margin of a program as trees and linear models over its features, for what looks inside a model.
 *
 * Errors: those of `load`; PROGRAM_TARGET_UNSUPPORTED: a margin that is no sum of trees and linear models.
 */
export function marginParts(source: ProgramSource): MarginParts {
  const { program, tensors } = readSource(source);
  const nodes = checkProgram(program, tensors);
  const prepared = prepareNodes(nodes);
  const inputs = program.inputs.length;
  const margin = marginOf(nodes, inputs, program.outputs.score);
  const parts = margin.terms.map(({ kind, refs, node, factor }): MarginTrees | MarginLinear => {
    if (kind === "termLinear") throw unexplained("words as inputs of which each can change");
    const { attributes, types } = node;
    if (kind === "linear")
      return {
        kind,
        refs,
        factor,
        widths: types.map((type) => (type.type === "vector" ? type.width : 1)),
        weights: attributes.f64("weights"),
        bias: attributes.f64("bias"),
      };
    const { goesLeft, ...forest } = forestOf(attributes, new Float64Array(attributes.f64("leafValue").length));
    return { kind, refs, factor, ...forest, goesLeft };
  });
  return {
    program,
    outputs: Math.max(...parts.map((part) => (part.kind === "trees" ? part.classes : part.bias.length))),
    constant: margin.constant,
    parts,
    sourcesOf: (ref) => sourcesOf(nodes, inputs, ref),
    nodesTo: (ref) => nodesTo(nodes, inputs, ref),
    evaluate: (frame, refs) => evaluateRefs(program.inputs, prepared, frame, refs),
    decisionMargin: () => decisionMargin(program, tensors, nodes),
  };
}

function nodesTo(nodes: readonly CheckedNode[], inputs: number, ref: ValueRef) {
  return [...nodesOf(nodes, inputs, ref)]
    .filter((at) => at >= inputs)
    .sort((a, b) => a - b)
    .map((found) => ({ ref: found, op: nodes[found - inputs]!.operator.op }));
}

/** Links that never fall as the margin rises, where their attributes are so. */
const rises: Readonly<Record<string, (node: CheckedNode) => boolean>> = {
  logistic: () => true,
  exp: () => true,
  platt: ({ attributes }) => attributes.number("a") > 0,
  betaCalibration: ({ attributes }) => attributes.number("a") >= 0 && attributes.number("b") >= 0,
  isotonic: ({ attributes }) => attributes.f64("y").every((value, k, all) => k === 0 || value >= all[k - 1]!),
};

function decisionMargin(
  program: Program,
  tensors: Parameters<typeof checkProgram>[1],
  nodes: readonly CheckedNode[],
): number {
  const inputs = program.inputs.length;
  const chain: number[] = [];
  for (let ref = program.outputs.score; ref >= inputs; ) {
    const node = nodes[ref - inputs]!;
    const { op } = node.operator;
    if (rises[op] === undefined) break;
    if (!rises[op](node)) throw unexplained(`a score that falls as its margin rises ("${op}")`);
    chain.unshift(ref - inputs);
    ref = node.inputs[0]!;
  }
  const threshold = program.outputs.threshold ?? 0.5;
  if (chain.length === 0) return threshold;
  const link = load({
    program: {
      format: 1,
      inputs: [{ name: "margin", type: "number", missingAllowed: false }],
      nodes: chain.map((node, k) => ({ ...program.nodes[node]!, inputs: [k] })),
      outputs: { task: "regression", score: chain.length },
    },
    tensors,
  });
  const positive = (margin: number) => (link.score({ margin }).score ?? Number.NaN) >= threshold;
  let [below, above] = [-1e6, 1e6];
  if (positive(below)) return Number.NEGATIVE_INFINITY;
  if (!positive(above)) return Number.POSITIVE_INFINITY;
  for (;;) {
    const middle = (below + above) / 2;
    if (middle <= below || middle >= above) return above;
    if (positive(middle)) above = middle;
    else below = middle;
  }
}
