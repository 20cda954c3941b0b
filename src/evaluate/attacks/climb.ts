import type { Goal } from "./goal.ts";

/** A changed row: the cell and the value of each axis, and the goal's sum there. */
export interface Point {
  readonly cells: Int32Array;
  readonly values: Float64Array;
  readonly sum: number;
}

/** Rounds over all axes without which a climb ends anyway. */
const mostRounds = 8;

/** The value of a cell that lies nearest to the row's own. */
export function nearestValue({ axes, own, cell }: Goal, axis: number, at: number): number {
  if (at === cell[axis]) return own[axis]!;
  return at > cell[axis]! ? axes[axis]!.low[at]! : axes[axis]!.high[at]!;
}

/** The corner of a box that is nearest to the row. */
export function nearestCorner(goal: Goal, box: Int32Array): Point {
  const cells = Int32Array.from(goal.cell, (own, a) => Math.min(Math.max(own, box[2 * a]!), box[2 * a + 1]!));
  return pointAt(goal, cells);
}

function pointAt(goal: Goal, cells: Int32Array): Point {
  const values = Float64Array.from(cells, (cell, a) =>
    Number.isNaN(goal.own[a]!) ? Number.NaN : nearestValue(goal, a, cell),
  );
  let sum = goal.constant;
  for (const { count, bounds, values: leaves } of goal.trees)
    for (let l = 0; l < count; l++)
      if (holds(bounds, l, cells, -1)) {
        sum += leaves[l]!;
        break;
      }
  goal.linear.forEach((_, a) => {
    sum += linearAt(goal, a, cells[a]!, values[a]!);
  });
  return { cells, values, sum };
}

function linearAt({ linear, axes, own }: Goal, a: number, cell: number, value: number): number {
  const cells = linear[a];
  if (cells == null) return 0;
  if (value === own[a]) return cells.atOwn;
  return value === axes[a]!.low[cell] ? cells.atLow[cell]! : cells.atHigh[cell]!;
}

function holds(bounds: Int32Array, leaf: number, cells: Int32Array, except: number): boolean {
  const width = 2 * cells.length;
  for (let a = 0; a < cells.length; a++) {
    if (a === except) continue;
    const at = leaf * width + 2 * a;
    if (cells[a]! < bounds[at]! || cells[a]! > bounds[at + 1]!) return false;
  }
  return true;
}

/**
 * Lifts the goal's sum within a box: one axis after the other is moved to its best cell, until none helps or the goal is
 * reached. Each move is exact; the climb as a whole may stop short of the box's best point.
 */
export function climb(goal: Goal, box: Int32Array, start: Point): Point {
  let best = start;
  for (let round = 0; round < mostRounds; round++) {
    const before = best.sum;
    for (let a = 0; a < goal.axes.length; a++) {
      if (box[2 * a] === box[2 * a + 1] && box[2 * a] === best.cells[a] && goal.linear[a] === null) continue;
      best = bestAlong(goal, box, best, a);
      if (best.sum >= 0) return best;
    }
    if (best.sum <= before) break;
  }
  return best;
}

/** The best cell of one axis, all others held; the nearest of equals. */
function bestAlong(goal: Goal, box: Int32Array, from: Point, a: number): Point {
  const [low, high] = [box[2 * a]!, box[2 * a + 1]!];
  const width = 2 * goal.axes.length;
  const change = new Float64Array(high - low + 2);
  for (const { count, bounds, values } of goal.trees)
    for (let l = 0; l < count; l++) {
      const at = l * width + 2 * a;
      const [start, end] = [Math.max(bounds[at]!, low), Math.min(bounds[at + 1]!, high)];
      if (start > end || !holds(bounds, l, from.cells, a)) continue;
      change[start - low]! += values[l]!;
      change[end - low + 1]! -= values[l]!;
    }
  const { axes, own, cell } = goal;
  let best: { at: number; value: number; sum: number } | null = null;
  let trees = 0;
  for (let at = low; at <= high; at++) {
    trees += change[at - low]!;
    const near = nearestValue(goal, a, at);
    const ends = goal.linear[a] === null ? [near] : [near, at >= cell[a]! ? axes[a]!.high[at]! : axes[a]!.low[at]!];
    for (const value of ends) {
      const sum = trees + linearAt(goal, a, at, value);
      const nearer = best !== null && sum === best.sum && Math.abs(value - own[a]!) < Math.abs(best.value - own[a]!);
      if (best === null || sum > best.sum || nearer) best = { at, value, sum };
    }
  }
  if (best === null || Number.isNaN(own[a]!)) return from;
  const cells = from.cells.slice();
  const values = from.values.slice();
  cells[a] = best.at;
  values[a] = best.value;
  const others = from.sum - ownSum(goal, from, a);
  const sum = others + best.sum;
  return sum > from.sum + goal.slack ? { cells, values, sum } : from;
}

/** What an axis' trees and linear models give at a point: all trees, so that the rest is what no move changes. */
function ownSum(goal: Goal, { cells, values }: Point, a: number): number {
  let sum = linearAt(goal, a, cells[a]!, values[a]!);
  for (const { count, bounds, values: leaves } of goal.trees)
    for (let l = 0; l < count; l++)
      if (holds(bounds, l, cells, -1)) {
        sum += leaves[l]!;
        break;
      }
  return sum;
}
