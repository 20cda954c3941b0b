import type { MarginTrees } from "@millrace/program/explain";
import type { AttackSpace, Axis, Cuts } from "./model.ts";

/** A sum that a changed row must lift to 0 to get the other decision: of one row, towards one class. */
export interface Goal {
  readonly axes: readonly Axis[];
  /** The row's own value and cell on each axis. */
  readonly own: Float64Array;
  readonly cell: Int32Array;
  /** Cells that may be reached, as far as the axis and its one way allow; the row's own alone where its value is missing. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** Of each tree the leaves that the row can reach by its axes. */
  readonly trees: readonly Leaves[];
  /** By axis: what linear models add, cell by cell; null where none read it. */
  readonly linear: readonly (LinearCells | null)[];
  readonly constant: number;
  /** Sums nearer to 0 than this may be rounding. */
  readonly slack: number;
}

/** Leaves as boxes of cells: leaf l holds cells bounds[2 (l · axes + a)] … bounds[2 (l · axes + a) + 1] of axis a. */
export interface Leaves {
  readonly count: number;
  readonly bounds: Int32Array;
  readonly values: Float64Array;
}

export interface LinearCells {
  readonly atOwn: number;
  readonly atLow: Float64Array;
  readonly atHigh: Float64Array;
  readonly most: Float64Array;
}

/** What counts towards the goal: an output of the margin, and how often. */
export interface Aim {
  readonly signs: readonly { readonly output: number; readonly sign: 1 | -1 }[];
  readonly constant: number;
  /** Reaching 0 is not enough: by more than rounding. */
  readonly strict: boolean;
}

/**
 * A row's goal.
 *
 * Shapes: `features` holds a value for each part's features in the row, NaN where missing; `own` one for each axis.
 */
export function goalOf(
  space: AttackSpace,
  own: Float64Array,
  features: readonly Float64Array[],
  { signs, constant, strict }: Aim,
): Goal {
  const { axes, parts } = space;
  const cell = Int32Array.from(own, (value, a) => (Number.isNaN(value) ? 0 : cellOf(axes[a]!, value)));
  const first = Int32Array.from(cell, (own_, a) => (Number.isNaN(own[a]!) || !axes[a]!.mayShrink ? own_ : 0));
  const last = Int32Array.from(cell, (own_, a) =>
    Number.isNaN(own[a]!) || !axes[a]!.mayGrow ? own_ : axes[a]!.low.length - 1,
  );
  let sum = constant;
  let greatest = Math.abs(constant);
  const trees: Leaves[] = [];
  const signOf = (output: number) => signs.find((one) => one.output === output)?.sign ?? 0;
  parts.parts.forEach((part, p) => {
    if (part.kind === "linear") {
      sum += heldLinear(part, space, features[p]!, own, signOf);
      return;
    }
    part.bases.forEach((base, output) => {
      sum += signOf(output) * part.factor * base;
    });
    part.roots.forEach((root, tree) => {
      const factor = signOf(tree % part.classes) * part.factor;
      if (factor === 0) return;
      const leaves = leavesOf(part, space.cuts[p]!, root, features[p]!, { first, last, missing: own }, factor);
      greatest += Math.max(...leaves.values.map(Math.abs));
      if (leaves.count === 1) sum += leaves.values[0]!;
      else trees.push(leaves);
    });
  });
  const linear = axes.map((axis, a): LinearCells | null => {
    if (axis.linear === null || Number.isNaN(own[a]!)) return null;
    const cells = axis.low.length;
    const of = (values: Float64Array, lower: Float64Array) =>
      Float64Array.from({ length: cells }, (_, c) =>
        signs.reduce(
          (all, { output, sign }) => all + (sign > 0 ? values[output * cells + c]! : -lower[output * cells + c]!),
          0,
        ),
      );
    const { atLow, atHigh, least, most } = axis.linear;
    return {
      atOwn: ownLinear(space, a, features, signs),
      atLow: of(atLow, atLow),
      atHigh: of(atHigh, atHigh),
      most: of(most, least),
    };
  });
  const slack = 1e-9 * (1 + greatest);
  return { axes, own, cell, first, last, trees, linear, constant: strict ? sum - slack / 2 : sum, slack };
}

function cellOf({ high }: Axis, value: number): number {
  let [from, to] = [0, high.length - 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (value <= high[middle]!) to = middle;
    else from = middle + 1;
  }
  return from;
}

function leavesOf(
  trees: MarginTrees,
  { axis, cut, lowLeft }: Cuts,
  root: number,
  x: Float64Array,
  { first, last, missing }: { first: Int32Array; last: Int32Array; missing: Float64Array },
  factor: number,
): Leaves {
  const width = first.length;
  const bounds: number[] = [];
  const values: number[] = [];
  const box = new Int32Array(2 * width);
  for (let a = 0; a < width; a++) {
    box[2 * a] = first[a]!;
    box[2 * a + 1] = last[a]!;
  }
  const visit = (ref: number): void => {
    if (ref < 0) {
      values.push(factor * trees.leafValue[~ref]!);
      bounds.push(...box);
      return;
    }
    const a = axis[ref]!;
    const [left, right] = [trees.left[ref]!, trees.right[ref]!];
    if (a < 0 || Number.isNaN(missing[a]!)) {
      visit(trees.goesLeft(ref, x[trees.feature[ref]!]!) ? left : right);
      return;
    }
    const [from, to] = [box[2 * a]!, box[2 * a + 1]!];
    const turn = cut[ref]!;
    const [below, above] = lowLeft[ref] === 1 ? [left, right] : [right, left];
    if (from < turn) {
      box[2 * a + 1] = Math.min(to, turn - 1);
      visit(below);
      box[2 * a + 1] = to;
    }
    if (to >= turn) {
      box[2 * a] = Math.max(from, turn);
      visit(above);
      box[2 * a] = from;
    }
  };
  visit(root);
  return { count: values.length, bounds: Int32Array.from(bounds), values: Float64Array.from(values) };
}

/** What the features of a linear model add that no axis moves, and its bias. */
function heldLinear(
  part: Extract<AttackSpace["parts"]["parts"][number], { kind: "linear" }>,
  space: AttackSpace,
  x: Float64Array,
  own: Float64Array,
  signOf: (output: number) => number,
): number {
  const width = part.widths.reduce((sum, one) => sum + one, 0);
  let sum = 0;
  part.bias.forEach((bias, output) => {
    const factor = signOf(output) * part.factor;
    if (factor === 0) return;
    sum += factor * bias;
    eachNumber(part, (ref, at) => {
      const axis = space.axisOf.get(ref);
      if (axis === undefined || Number.isNaN(own[axis]!)) sum += factor * part.weights[output * width + at]! * x[at]!;
    });
  });
  return sum;
}

function ownLinear(space: AttackSpace, a: number, features: readonly Float64Array[], signs: Aim["signs"]): number {
  let sum = 0;
  space.parts.parts.forEach((part, p) => {
    if (part.kind !== "linear") return;
    const width = part.widths.reduce((all, one) => all + one, 0);
    eachNumber(part, (ref, at) => {
      if (space.axisOf.get(ref) !== a) return;
      for (const { output, sign } of signs)
        sum += sign * part.factor * part.weights[output * width + at]! * features[p]![at]!;
    });
  });
  return sum;
}

function eachNumber(
  { refs, widths }: { readonly refs: readonly number[]; readonly widths: readonly number[] },
  visit: (ref: number, at: number) => void,
): void {
  let at = 0;
  refs.forEach((ref, k) => {
    for (let j = 0; j < widths[k]!; j++) visit(ref, at++);
  });
}
