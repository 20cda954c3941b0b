import type { Tree } from "../model.ts";

/** The best division of a leaf's rows. */
export interface Split {
  readonly gain: number;
  readonly feature: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly leftGradient: number;
  readonly leftHessian: number;
  readonly extraL2: number;
}

/** Rows start … end of the row order, and their sums in integer units. */
export interface Leaf {
  readonly start: number;
  readonly end: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly depth: number;
  readonly node: number;
  readonly side: "left" | "right";
  readonly extraL2: number;
  /** What its value must lie within, so that monotone splits above it hold. */
  low: number;
  high: number;
  /** Groups of features that hold all that the path to it has used; none where features may meet freely. */
  readonly groups?: readonly Uint8Array[] | undefined;
  /** Where its histograms are, and the bins that its best split sends left. */
  slot: number;
  split: Split | undefined;
}

/** What one integer of gradient or hessian stands for. */
export interface Units {
  readonly gradient: number;
  readonly hessian: number;
}

/** What a tree is grown under beside the options. */
export interface Rules {
  /** What leaf values are multiplied by. */
  readonly learningRate: number;
  /** Sets of features that may meet on a path, a byte a feature. */
  readonly groups?: readonly Uint8Array[] | undefined;
  readonly units: Units;
  /** Of each feature: 1 where values may only rise with it, −1 where they may only fall; none where no feature has one. */
  readonly directions?: Int8Array | undefined;
  /** The value of the leaf of rows start … end of the row order, before the learning rate, instead of the integers' Newton step. */
  readonly leafValue?: ((start: number, end: number, extraL2: number) => number) | undefined;
}

/** A tree, and the rows of each of its leaves in the row order. */
export interface GrownTree {
  readonly tree: Tree;
  readonly ranges: readonly (readonly [number, number])[];
}
