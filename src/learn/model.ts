import type { JsonObject, ProgramNode, Tensors, ValueRef } from "@millrace/program";
import type { z } from "zod";
import type { Plugin, WorkContext } from "#kernel";

export type LearningTask = "binary" | "multiclass" | "regression";

/** One column of the training matrix. Missing is a bit; a missing row's value is not read. */
export interface LearningFeature {
  readonly name: string;
  /** `categorical` values are codes 0 … levels − 1; a code outside that range is an unseen level. */
  readonly kind: "numeric" | "categorical";
  readonly levels?: number;
  readonly values: Float64Array;
  readonly missing?: Uint8Array;
}

/** Rows to learn from. The target is 0 or 1 (binary), the class index (multiclass) or the value (regression). */
export interface LearningData {
  readonly rows: number;
  readonly features: readonly LearningFeature[];
  readonly target: Float64Array;
  readonly weights?: Float64Array;
  /** Which query each row belongs to, for rankings; rows of one query need not be neighbours. */
  readonly queries?: Uint32Array;
}

export interface FitInput {
  readonly task: LearningTask;
  /** How many classes: 2 for binary, 1 for regression. */
  readonly classes: number;
  readonly train: LearningData;
  /** Rows for early stopping; a learner that does not stop early ignores them. */
  readonly validation?: LearningData;
  /** An earlier model of the same learner, task and features to continue from; only boosted trees can. */
  readonly start?: FittedModel;
}

/** What a fit may use of the world, and the seed that every random number of it hangs on. */
export interface FitContext extends Pick<WorkContext, "stopping" | "progress"> {
  readonly seed: number;
  /** Worker threads for one fit. The result does not depend on it. */
  readonly threads: number;
}

export interface LearnerTraits {
  readonly tasks: readonly LearningTask[];
  /** Whether missing values may reach it (else the features must have been imputed). */
  readonly missing: boolean;
  readonly weights: boolean;
  /** Whether categorical features may reach it as codes. */
  readonly categorical: boolean;
}

/** Where the features of a plan lie in the program, in the order of the training matrix. */
export interface FeatureRefs {
  readonly features: readonly { readonly ref: ValueRef }[];
  /** The position that the next node gets. */
  readonly nextRef: ValueRef;
  /** Put before every tensor's name, so that several models share one program. */
  readonly prefix: string;
}

/** Nodes to append to a program; `margin` is the value that the link turns into scores. */
export interface ModelNodes {
  readonly nodes: readonly ProgramNode[];
  readonly tensors: Tensors;
  readonly margin: ValueRef;
  readonly score: ValueRef;
}

export interface FittedModel {
  /** The learner that made it. */
  readonly learner: string;
  readonly task: LearningTask;
  readonly classes: number;
  /** Work of the fit and facts for people (rounds, leaves, chosen strength). */
  readonly facts: JsonObject;
}

/**
 * A way to learn. `fit` gives a model, `predict` its margins (class-major for several classes), `toProgram` the same
 * computation as program nodes.
 */
export interface Learner<M extends FittedModel = FittedModel, S extends z.ZodObject = z.ZodObject>
  extends Plugin<"learner", LearnerTraits> {
  readonly options: S;
  fit(input: FitInput, options: z.output<S>, context: FitContext): Promise<M>;
  /** Margins: one a row; for several classes class-major (`margins[c * rows + row]`). */
  predict(model: M, features: readonly LearningFeature[], rows: number): Float64Array;
  toProgram(model: M, plan: FeatureRefs): ModelNodes;
}
