import type { MarginParts } from "@millrace/program/explain";

/** How far a changed row lies from its own: the greatest change, the sum of changes (both in spreads), or how many inputs. */
export type Norm = "greatest" | "sum" | "count";

/** An input that can be changed, cut into cells within which no split of a tree changes its side. */
export interface Axis {
  readonly input: string;
  /** Only whole numbers. */
  readonly whole: boolean;
  /** Standard deviation over the reference rows: the unit of distances. */
  readonly spread: number;
  readonly mayGrow: boolean;
  readonly mayShrink: boolean;
  /** Cell c holds the values low[c] … high[c], ascending. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** What linear models add at both ends of a cell, and bounds within it, `output * cells + cell`. */
  readonly linear: {
    readonly atLow: Float64Array;
    readonly atHigh: Float64Array;
    readonly least: Float64Array;
    readonly most: Float64Array;
  } | null;
}

/** Where a node of a tree cuts: of an axis the cells below `cut` go one way; of anything else −1, and rows decide. */
export interface Cuts {
  readonly axis: Int32Array;
  readonly cut: Int32Array;
  /** 1: the cells below the cut go left. */
  readonly lowLeft: Uint8Array;
}

/** A model seen as a function of cells. */
export interface AttackSpace {
  readonly parts: MarginParts;
  readonly axes: readonly Axis[];
  /** The axis that alone moves a feature of the margin. */
  readonly axisOf: ReadonlyMap<number, number>;
  /** One for each part that is trees. */
  readonly cuts: readonly (Cuts | null)[];
  /** Inputs of the model that are held still, and why. */
  readonly held: readonly { readonly input: string; readonly reason: string }[];
}
