import { boundGoal } from "./bound-goal.ts";
import { climb, nearestCorner, nearestValue, type Point } from "./climb.ts";
import { fewestAxes } from "./fewest-axes.ts";
import type { Goal } from "./goal.ts";
import type { Norm } from "./model.ts";

/** How near a flip is: found at `distance`, and none nearer than `certified`. */
export interface NearestFlip {
  /** The nearest change that was found; `null`: none. */
  readonly found: { readonly distance: number; readonly values: Float64Array } | null;
  /** No change nearer than this reaches the goal; infinity: none at all, as far as the axes go. */
  readonly certified: number;
}

/**
 * The smallest change that reaches the goal, and a proof of how small it can be.
 *
 * Greatest change: the radius is halved between one that a climb reaches the goal in and one that the bound rules out. Then, for
 * every norm, boxes of cells are searched nearest first: a box that the bound rules out is dropped, one whose nearest corner
 * reaches the goal is the answer, any other is cut in two. What is left after `boxes` boxes still proves a distance. Of the count
 * of changes one, two and three are tried first, exactly as far as their budget lasts.
 */
export function nearestFlip(goal: Goal, norm: Norm, boxes: number): NearestFlip {
  const whole = new Int32Array(2 * goal.axes.length);
  goal.first.forEach((first, a) => {
    whole[2 * a] = first;
    whole[2 * a + 1] = goal.last[a]!;
  });
  let certified = 0;
  let found: Point | null = null;
  if (norm === "greatest") ({ found, certified } = byRadius(goal));
  else if (norm === "count") {
    const fewest = fewestAxes(goal);
    certified = fewest.certified;
    found = fewest.point;
  }
  if (found === null && norm !== "greatest") {
    const any = climb(goal, whole, nearestCorner(goal, whole));
    if (any.sum >= 0) found = any;
  }
  let best = found === null ? Number.POSITIVE_INFINITY : distanceOf(goal, found.values, norm);
  const queue: { box: Int32Array; key: number }[] = [{ box: whole, key: 0 }];
  for (let left = boxes; certified < best; left--) {
    const next = popNearest(queue);
    if (next === undefined || next.key >= best) {
      // Everything nearer than the best was ruled out.
      certified = best;
      break;
    }
    if (left <= 0) {
      certified = Math.max(certified, next.key);
      break;
    }
    const box = norm === "greatest" ? within(goal, next.box, best) : next.box;
    if (box === null || boundGoal(goal, box) < -goal.slack) continue;
    const corner = nearestCorner(goal, box);
    const reached = corner.sum >= 0 ? corner : climb(goal, box, corner);
    const distance = reached.sum >= 0 ? distanceOf(goal, reached.values, norm) : Number.POSITIVE_INFINITY;
    if (distance < best) {
      best = distance;
      found = reached;
    }
    const halves = cut(goal, box);
    // One cell on each axis that a linear model alone could still lift: nearer than that nothing is known.
    if (halves === null) {
      if (distance > next.key) certified = Math.max(certified, Math.min(next.key, best));
      if (distance > next.key) break;
      continue;
    }
    for (const half of halves) pushBox(queue, { box: half, key: boxDistance(goal, half, norm) });
  }
  return { found: found === null ? null : { distance: best, values: found.values }, certified };
}

/** The greatest radius that the bound rules out, and the least in which a climb reaches the goal. */
function byRadius(goal: Goal): { found: Point | null; certified: number } {
  const radii = new Set<number>([0]);
  goal.axes.forEach((_, a) => {
    for (let c = goal.first[a]!; c <= goal.last[a]!; c++) radii.add(stepOf(goal, a, nearestValue(goal, a, c)));
  });
  const sorted = [...radii].filter((one) => !Number.isNaN(one)).sort((a, b) => a - b);
  const boxAt = (radius: number) => within(goal, null, radius, true)!;
  let [none, all] = [-1, sorted.length];
  while (all - none > 1) {
    const middle = (none + all) >> 1;
    if (boundGoal(goal, boxAt(sorted[middle]!)) < -goal.slack) none = middle;
    else all = middle;
  }
  const certified = none + 1 < sorted.length ? sorted[none + 1]! : Number.POSITIVE_INFINITY;
  let found: Point | null = null;
  let [short, far] = [none, sorted.length];
  while (far - short > 1) {
    // The first look takes everything: where that fails, nothing less is tried.
    const middle = far === sorted.length ? sorted.length - 1 : (short + far) >> 1;
    const box = boxAt(sorted[middle]!);
    const reached = climb(goal, box, nearestCorner(goal, box));
    if (reached.sum < 0) {
      if (far === sorted.length) break;
      short = middle;
    } else {
      far = middle;
      found = reached;
    }
  }
  return { found, certified };
}

const stepOf = ({ axes, own }: Goal, a: number, value: number) => Math.abs(value - own[a]!) / axes[a]!.spread;

/** The cells of a box that begin nearer than a radius (or at it); null where an axis has none. */
function within(goal: Goal, box: Int32Array | null, radius: number, closed = false): Int32Array | null {
  const made = new Int32Array(2 * goal.axes.length);
  const near = (a: number, c: number) => {
    const step = stepOf(goal, a, nearestValue(goal, a, c));
    return closed ? step <= radius : step < radius || c === goal.cell[a];
  };
  for (let a = 0; a < goal.axes.length; a++) {
    let low = box === null ? goal.first[a]! : box[2 * a]!;
    let high = box === null ? goal.last[a]! : box[2 * a + 1]!;
    if (!Number.isNaN(goal.own[a]!)) {
      while (low <= high && !near(a, low)) low++;
      while (high >= low && !near(a, high)) high--;
    }
    if (low > high) return null;
    made[2 * a] = low;
    made[2 * a + 1] = high;
  }
  return made;
}

/** How far changed values lie from the row's own, in spreads. */
export function distanceOf(goal: Goal, values: Float64Array, norm: Norm): number {
  let [most, sum, count] = [0, 0, 0];
  for (let a = 0; a < values.length; a++) {
    if (Number.isNaN(goal.own[a]!)) continue;
    const step = stepOf(goal, a, values[a]!);
    most = Math.max(most, step);
    sum += step;
    if (step > 0) count++;
  }
  return norm === "greatest" ? most : norm === "sum" ? sum : count;
}

function boxDistance(goal: Goal, box: Int32Array, norm: Norm): number {
  return distanceOf(goal, nearestCorner(goal, box).values, norm);
}

/** Cuts the axis with the most cells in its middle; null where each has one. */
function cut(goal: Goal, box: Int32Array): [Int32Array, Int32Array] | null {
  let [axis, most] = [-1, 1];
  for (let a = 0; a < goal.axes.length; a++) {
    const cells = box[2 * a + 1]! - box[2 * a]! + 1;
    if (cells > most) [axis, most] = [a, cells];
  }
  if (axis < 0) return null;
  const middle = (box[2 * axis]! + box[2 * axis + 1]!) >> 1;
  const [low, high] = [box.slice(), box.slice()];
  low[2 * axis + 1] = middle;
  high[2 * axis] = middle + 1;
  return [low, high];
}

interface Keyed {
  readonly box: Int32Array;
  readonly key: number;
}

/** A binary heap by key. */
function pushBox(heap: Keyed[], one: Keyed): void {
  let at = heap.length;
  heap.push(one);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]!.key <= one.key) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = one;
}

function popNearest(heap: Keyed[]): Keyed | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]!.key < heap[child]!.key) child++;
    if (heap[child]!.key >= last.key) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return first;
}
