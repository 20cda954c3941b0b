import { nearestValue, type Point } from "./climb.ts";
import type { Goal } from "./goal.ts";

/** Numbers that are searched together, at most, and leaves looked at for one row: what an exact answer may cost. */
const mostTogether = 3;
const mostLooks = 3_000_000;

/** The fewest numbers that reach the goal together. */
export interface FewestAxes {
  /** `null`: none was found within the budget. */
  readonly point: Point | null;
  /** No smaller number of changes reaches the goal; infinity: no change at all. */
  readonly certified: number;
}

/** A leaf seen from some axes: of the `k`th it holds cells bounds[2k] … bounds[2k + 1]. */
interface Leaf {
  readonly tree: number;
  readonly value: number;
  readonly bounds: readonly number[];
}

/** What the sum is without the trees, and by how much a linear model may go beyond it within the cells. */
interface Sum {
  readonly sum: number;
  readonly beyond: number;
}

/** A leaf that the row reaches by moving the axes of `off` and no others. */
interface Reached {
  readonly tree: number;
  readonly leaf: number;
  readonly off: readonly number[];
}

/**
 * The fewest axes whose cells together lift the goal's sum to 0, found by trying every axis, every pair and every three.
 *
 * A leaf counts for a set of axes where all others already hold, so few leaves are left of each tree, and cells between their
 * borders are alike. A set, or a part of one, is left as soon as the trees' greatest leaves do not add up to the goal. Exact as
 * far as the looks last; then what was ruled out is certified.
 */
export function fewestAxes(goal: Goal): FewestAxes {
  const reached = reachedLeaves(goal);
  const axes = [...goal.axes.keys()].filter((a) => isFree(goal, a));
  const lifts = goal.axes.map((_, a) => (axes.includes(a) && goal.linear[a] !== null ? liftOf(goal, a) : null));
  const held = goal.linear.reduce((sum, cells) => sum + (cells?.atOwn ?? 0), goal.constant);
  let looks = mostLooks;
  let unsure = Number.POSITIVE_INFINITY;
  for (let size = 1; size <= axes.length; size++) {
    if (size > mostTogether) return { point: null, certified: Math.min(unsure, size) };
    for (const set of setsOf(axes, size)) {
      const leaves = reached
        .filter(({ off }) => off.every((a) => set.includes(a)))
        .map(({ tree, leaf }): Leaf => {
          const { bounds, values } = goal.trees[tree]!;
          const at = (a: number) => 2 * (leaf * goal.axes.length + a);
          return { tree, value: values[leaf]!, bounds: set.flatMap((a) => [bounds[at(a)]!, bounds[at(a) + 1]!]) };
        });
      looks -= reached.length;
      const point = descend(
        set,
        0,
        leaves,
        { sum: held, beyond: 0 },
        { cells: goal.cell.slice(), values: goal.own.slice() },
      );
      if (point !== null) return { point, certified: Math.min(unsure, size) };
      if (looks < 0) return { point: null, certified: Math.min(unsure, size) };
    }
  }
  return { point: null, certified: unsure };

  /** Tries the cells of the set's axes from `depth` on, those before held. */
  function descend(
    set: readonly number[],
    depth: number,
    leaves: readonly Leaf[],
    { sum, beyond }: Sum,
    at: Pick<Point, "cells" | "values">,
  ): Point | null {
    looks -= leaves.length;
    if (looks < 0) return null;
    const most = sum + greatest(leaves);
    if (depth === set.length) {
      if (most >= 0) return { cells: at.cells.slice(), values: at.values.slice(), sum: most };
      // Rounding, or what a linear model gives between the ends of a cell, may still reach it.
      if (most + beyond >= -goal.slack) unsure = Math.min(unsure, set.length);
      return null;
    }
    const left = set.slice(depth).reduce((all, a) => all + (lifts[a]?.greatest ?? 0), 0);
    if (most + beyond + left < -goal.slack) return null;
    const axis = set[depth]!;
    const lift = lifts[axis] ?? null;
    for (const cell of candidates(goal, axis, leaves, depth, lift !== null)) {
      const within = leaves.filter(({ bounds }) => bounds[2 * depth]! <= cell && cell <= bounds[2 * depth + 1]!);
      at.cells[axis] = cell;
      at.values[axis] = lift === null ? nearestValue(goal, axis, cell) : lift.value[cell]!;
      const lifted = { sum: sum + (lift?.gain[cell] ?? 0), beyond: beyond + (lift?.beyond[cell] ?? 0) };
      const found = descend(set, depth + 1, within, lifted, at);
      if (found !== null) return found;
      if (looks < 0) break;
    }
    at.cells[axis] = goal.cell[axis]!;
    at.values[axis] = goal.own[axis]!;
    return null;
  }
}

const isFree = ({ own, first, last, linear }: Goal, a: number) =>
  !Number.isNaN(own[a]!) && (first[a]! < last[a]! || linear[a] !== null);

/** Of each tree the leaves that few enough axes hold the row from. */
function reachedLeaves({ trees, cell, axes }: Goal): Reached[] {
  const width = axes.length;
  return trees.flatMap(({ count, bounds }, tree) => {
    const found: Reached[] = [];
    for (let leaf = 0; leaf < count; leaf++) {
      const off: number[] = [];
      for (let a = 0; a < width && off.length <= mostTogether; a++) {
        const at = 2 * (leaf * width + a);
        if (cell[a]! < bounds[at]! || cell[a]! > bounds[at + 1]!) off.push(a);
      }
      if (off.length <= mostTogether) found.push({ tree, leaf, off });
    }
    return found;
  });
}

/** What the trees add at most: of each its greatest leaf. The leaves of a tree stand together. */
function greatest(leaves: readonly Leaf[]): number {
  let sum = 0;
  for (let l = 0; l < leaves.length; ) {
    const { tree } = leaves[l]!;
    let most = Number.NEGATIVE_INFINITY;
    for (; l < leaves.length && leaves[l]!.tree === tree; l++) most = Math.max(most, leaves[l]!.value);
    sum += most;
  }
  return sum;
}

/** One cell of each stretch that no leaf's border cuts, the nearest to the row's own; the nearest stretch first. */
function candidates(goal: Goal, axis: number, leaves: readonly Leaf[], depth: number, each: boolean): number[] {
  const [first, last, own] = [goal.first[axis]!, goal.last[axis]!, goal.cell[axis]!];
  const starts = new Set([first]);
  if (each) for (let cell = first; cell <= last; cell++) starts.add(cell);
  for (const { bounds } of leaves) {
    if (bounds[2 * depth]! > first) starts.add(bounds[2 * depth]!);
    if (bounds[2 * depth + 1]! < last) starts.add(bounds[2 * depth + 1]! + 1);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted
    .map((start, k) => Math.min(Math.max(own, start), (sorted[k + 1] ?? last + 1) - 1))
    .sort((a, b) => Math.abs(a - own) - Math.abs(b - own));
}

/** Of each cell the value where linear models add most, how much more than at the row's own, and what no end of a cell gives. */
function liftOf(goal: Goal, a: number) {
  const { atOwn, atLow, atHigh, most } = goal.linear[a]!;
  const { low, high, mayGrow, mayShrink } = goal.axes[a]!;
  const [gain, value, beyond] = [
    new Float64Array(low.length),
    new Float64Array(low.length),
    new Float64Array(low.length),
  ];
  let greatest = 0;
  for (let cell = goal.first[a]!; cell <= goal.last[a]!; cell++) {
    const isOwn = cell === goal.cell[a];
    const ends = [
      ...(isOwn ? [{ value: goal.own[a]!, gain: 0 }] : []),
      ...(isOwn && !mayShrink ? [] : [{ value: low[cell]!, gain: atLow[cell]! - atOwn }]),
      ...(isOwn && !mayGrow ? [] : [{ value: high[cell]!, gain: atHigh[cell]! - atOwn }]),
    ];
    const best = ends.reduce((one, other) => (other.gain > one.gain ? other : one));
    gain[cell] = best.gain;
    value[cell] = best.value;
    beyond[cell] = Math.max(0, most[cell]! - atOwn - best.gain);
    greatest = Math.max(greatest, gain[cell]! + beyond[cell]!);
  }
  return { gain, value, beyond, greatest };
}

function* setsOf(axes: readonly number[], size: number, from = 0): Generator<readonly number[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let k = from; k <= axes.length - size; k++)
    for (const rest of setsOf(axes, size - 1, k + 1)) yield [axes[k]!, ...rest];
}
