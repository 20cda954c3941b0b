import type { Frame } from "../columns.ts";
import type { ExternalNodes, PreparedNode } from "../interpreter/evaluate.ts";
import type { RawRow } from "../interpreter/row.ts";
import type { Program } from "../model.ts";
import type { CheckedNode } from "../validate.ts";
import type { TermShare } from "./parts.ts";

/** What each input adds to a row's margin: base + Σ contributions = margin, for each output. */
export interface Explanation {
  /** By input; a multiclass program has one number a class, others one. */
  readonly contributions: Readonly<Record<string, readonly number[]>>;
  /** The margin of a row of which nothing is known. */
  readonly base: readonly number[];
  readonly margin: readonly number[];
  /** Of sampled contributions: how far each may be off by the draw, one standard deviation; shaped as `contributions`. */
  readonly standardErrors?: Readonly<Record<string, readonly number[]>>;
}

/**
 * How contributions were found. Exact by the terms of a sum: `treeShap` (what is not known follows the training rows' shares),
 * `interventionalTreeShap` (it takes the background rows' values), `linearShap`, and trees and linear models together. Of any
 * other margin, beside background rows: `exactShapley` tries every set of inputs, `sampledShapley` draws orders of them.
 */
export type ExplanationMethod =
  | "treeShap"
  | "interventionalTreeShap"
  | "linearShap"
  | "treeAndLinearShap"
  | "interventionalTreeAndLinearShap"
  | "exactShapley"
  | "sampledShapley";

/** A program whose graph was checked and made ready. */
export interface PreparedProgram {
  readonly program: Program;
  readonly nodes: readonly CheckedNode[];
  readonly prepared: readonly PreparedNode[];
}

/** By text input, its terms. */
export type TopTerms = Readonly<Record<string, readonly TermShare[]>>;

export interface Explainer {
  /** The raw inputs that the margin depends on. */
  readonly inputs: readonly string[];
  readonly method: ExplanationMethod;
  readonly base: readonly number[];
  explain(row: RawRow): Explanation;
  /** Row by row, in order. */
  explainFrame(frame: Frame): readonly Explanation[];
  /**
   * The terms of each text that a linear model reads, and what each adds to the margin, greatest first, at most `most`. Where
   * that linear model is a feature of others, such as trees, it is what each adds to that feature.
   * Beside a background also terms that the text lacks; of a hashed text those have no name, and are left out.
   */
  topTerms(row: RawRow, most?: number): TopTerms;
  /** As `topTerms`, row by row, in order. */
  topTermsFrame(frame: Frame, most?: number): readonly TopTerms[];
  /** How much each input decides over the training rows: shares that add up to 1. Trees only. */
  importances(): Readonly<Record<string, number>>;
}

export interface ExplainOptions {
  /**
   * Rows that stand for the training rows, where the program does not hold what it needs of those; 25 of them at most
   * stand beside a margin that is no sum. */
  readonly background?: Frame;
  /**
   * What an input that is not known takes: `path`, the training rows' shares at each split of a tree; `interventional`, the
   * values of the background rows, whatever the other inputs are. Default: `path`.
   */
  readonly unknown?: "path" | "interventional";
  /** Of a margin that is no sum: up to so many inputs every set is tried, 2ⁿ margins a background row; default: 8. */
  readonly mostExact?: number;
  /** Makes nodes ready that need a runtime beside this package. */
  readonly external?: ExternalNodes;
}
