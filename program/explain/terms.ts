import { singleLeaves } from "../compile/lower/single-leaves.ts";
import { forestOf as treesOf } from "../compile/lower/vectors.ts";
import type { ValueRef } from "../model.ts";
import type { Attributes } from "../operators/attributes.ts";
import { ProgramError } from "../problem.ts";
import type { CheckedNode } from "../validate.ts";

/** Trees with what Shapley values need of them. */
export interface Forest {
  readonly classes: number;
  readonly bases: readonly number[];
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly leafValue: Float64Array;
  goesLeft(node: number, x: number): boolean;
  /** Rows that reached a node or leaf (~place). */
  coverOf(ref: number): number;
}

/** A part of the margin that is a sum over features, or over the terms of a text, times `factor`. */
export interface Term {
  readonly kind: "trees" | "linear" | "termLinear";
  readonly refs: readonly ValueRef[];
  readonly node: CheckedNode;
  readonly factor: number;
}

export interface Margin {
  /** The value before the links. */
  readonly start: ValueRef;
  /** An operator that makes it no such sum. */
  readonly endedBy?: string;
  readonly terms: readonly Term[];
  /** What is added to every output. */
  readonly constant: number;
}

/** Operators between the margin and the score; what is explained lies before them. */
const links = new Set(["logistic", "softmax", "exp", "platt", "isotonic", "betaCalibration"]);

/**
 * The margin of a program as terms: sums of trees and linear models, averaged, scaled and added.
 *
 * Errors: PROGRAM_TARGET_UNSUPPORTED: a margin that is not such a sum.
 */
export function marginOf(nodes: readonly CheckedNode[], inputs: number, score: ValueRef): Margin {
  const margin = readMargin(nodes, inputs, score);
  if (margin.endedBy !== undefined) throw unexplained(`a margin made by "${margin.endedBy}"`);
  return margin;
}

/** As `marginOf`; of a margin that is no such sum, the operator that ends it. */
export function readMargin(nodes: readonly CheckedNode[], inputs: number, score: ValueRef): Margin {
  const terms: Term[] = [];
  let constant = 0;
  let start = score;
  while (start >= inputs && links.has(nodes[start - inputs]!.operator.op)) start = nodes[start - inputs]!.inputs[0]!;
  const open: { readonly ref: ValueRef; readonly factor: number }[] = [{ ref: start, factor: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { ref, factor } = next;
    const node = nodes[ref - inputs];
    if (node === undefined) return { start, endedBy: "input", terms: [], constant: 0 };
    const { attributes } = node;
    const { op } = node.operator;
    if (op === "trees" || op === "linear" || op === "termLinear")
      terms.push({ kind: op, refs: node.inputs, node, factor });
    else if (op === "combine")
      node.inputs.forEach((part, k) => {
        open.push({ ref: part, factor: factor * attributes.numbers("weights")[k]! });
      });
    else if (op === "add" || op === "subtract")
      open.push({ ref: node.inputs[0]!, factor }, { ref: node.inputs[1]!, factor: op === "add" ? factor : -factor });
    else if (op === "identityLink") open.push({ ref: node.inputs[0]!, factor });
    else if (op === "temperature") open.push({ ref: node.inputs[0]!, factor: factor / attributes.number("value") });
    else if (op === "scale") {
      const scale = attributes.number("scale");
      constant -= (factor * attributes.number("offset")) / scale;
      open.push({ ref: node.inputs[0]!, factor: factor / scale });
    } else return { start, endedBy: op, terms: [], constant: 0 };
  }
  return { start, terms, constant };
}

export function unexplained(what: string): ProgramError {
  return new ProgramError(
    "PROGRAM_TARGET_UNSUPPORTED",
    `Explanations cannot express ${what}.`,
    "Give background rows, such as training rows.",
  );
}

/** The trees of a node, of one class each; `leafCover` is how many rows reached each leaf. */
export function forestOf(a: Attributes, leafCover: Float64Array): Forest {
  const trees = singleLeaves(treesOf(a));
  const { feature, left, right, threshold, bitsetStart: start, bitsets: bits, categorical, missingLeft } = trees;
  const cover = new Float64Array(feature.length);
  const coverOf = (ref: number) => (ref < 0 ? leafCover[~ref]! : cover[ref]!);
  // children come after their parent
  for (let n = feature.length - 1; n >= 0; n--) cover[n] = coverOf(left[n]!) + coverOf(right[n]!);
  return {
    classes: trees.bases.length,
    bases: trees.bases,
    roots: trees.treeStart,
    feature,
    threshold,
    left,
    right,
    leafValue: trees.leafValue,
    coverOf,
    goesLeft: (node, x) => {
      if (Number.isNaN(x)) return missingLeft[node] === 1;
      if (categorical[node] !== 1) return x <= threshold[node]!;
      const words = start[node + 1]! - start[node]!;
      if (!(x >= 0 && x < words * 32 && Math.floor(x) === x)) return missingLeft[node] === 1;
      return ((bits[start[node]! + (x >>> 5)]! >>> (x & 31)) & 1) === 1;
    },
  };
}

/** The leaf that a row reaches in a tree. */
export function leafOf(forest: Forest, root: number, x: Float64Array): number {
  let node = root;
  while (node >= 0) node = forest.goesLeft(node, x[forest.feature[node]!]!) ? forest.left[node]! : forest.right[node]!;
  return ~node;
}
