import type { Goal } from "./goal.ts";
import type { Norm } from "./model.ts";
import { distanceOf, type NearestFlip } from "./nearest-flip.ts";

/** A row whose axes have these values gets the other decision, as the model itself says. */
export type Flips = (values: Float64Array) => boolean;

interface Slope {
  readonly axis: number;
  /** The end of the range where the axis lifts the goal most, and by how much. */
  readonly end: number;
  readonly gain: number;
}

/**
 * The smallest change of a model that is linear in its axes, exactly: `null` where it is not.
 *
 * Greatest change: all axes move by the same number of spreads in their best directions. Sum: the steepest axis first, as far
 * as it goes. Count: the axes with the greatest gains at the ends of their ranges. The last step is halved until no double
 * lies between, with the model's own decision.
 */
export function linearFlip(goal: Goal, norm: Norm, flips: Flips): NearestFlip | null {
  if (goal.trees.length > 0) return null;
  const slopes: Slope[] = [];
  for (let axis = 0; axis < goal.axes.length; axis++) {
    const slope = slopeOf(goal, axis);
    if (slope === undefined) return null;
    if (slope !== null) slopes.push(slope);
  }
  const spread = (axis: number) => goal.axes[axis]!.spread;
  const reach = ({ axis, end }: Slope) => Math.abs(end - goal.own[axis]!) / spread(axis);
  const moved = (steps: ReadonlyMap<number, number>) => {
    const values = goal.own.slice();
    for (const slope of slopes) {
      const step = Math.min(steps.get(slope.axis) ?? 0, reach(slope));
      values[slope.axis] = step >= reach(slope) ? slope.end : towards(goal, slope, step);
    }
    return values;
  };
  const all = moved(new Map(slopes.map((slope) => [slope.axis, reach(slope)])));
  if (!flips(all)) return { found: null, certified: Number.POSITIVE_INFINITY };
  if (norm === "greatest") {
    const most = Math.max(...slopes.map(reach));
    return least(0, most, (radius) => moved(new Map(slopes.map(({ axis }) => [axis, radius]))));
  }
  const order = slopes.toSorted((a, b) => (norm === "count" ? b.gain - a.gain : b.gain / reach(b) - a.gain / reach(a)));
  const steps = new Map<number, number>();
  for (const slope of order) {
    const before = new Map(steps);
    steps.set(slope.axis, reach(slope));
    if (!flips(moved(steps))) continue;
    return norm === "count"
      ? answer(moved(steps))
      : least(0, reach(slope), (step) => moved(new Map(before).set(slope.axis, step)));
  }
  return null;

  function least(none: number, enough: number, at: (step: number) => Float64Array): NearestFlip {
    let [low, high] = [none, enough];
    for (;;) {
      const middle = (low + high) / 2;
      if (middle <= low || middle >= high) break;
      if (flips(at(middle))) high = middle;
      else low = middle;
    }
    return answer(at(high));
  }

  function answer(values: Float64Array): NearestFlip {
    const distance = distanceOf(goal, values, norm);
    // Whole numbers cannot be taken in parts: the steepest first is then no proof of the least sum.
    const exact = norm !== "sum" || goal.axes.every(({ whole }) => !whole);
    return { found: { distance, values }, certified: exact ? distance * (1 - 1e-12) : 0 };
  }
}

function towards({ axes, own }: Goal, { axis, end }: Slope, step: number): number {
  const { spread, whole } = axes[axis]!;
  const value = own[axis]! + Math.sign(end - own[axis]!) * step * spread;
  return whole ? (end > own[axis]! ? Math.floor(value) : Math.ceil(value)) : value;
}

/** `null`: the axis lifts nothing; `undefined`: it is no straight line. */
function slopeOf(goal: Goal, a: number): Slope | null | undefined {
  const cells = goal.linear[a];
  if (cells == null || Number.isNaN(goal.own[a]!)) return null;
  const { low, high } = goal.axes[a]!;
  const [from, to] = [goal.first[a]!, goal.last[a]!];
  const [least, most] = [low[0]!, high.at(-1)!];
  const slope = (cells.atHigh.at(-1)! - cells.atLow[0]!) / (most - least);
  const straight = (value: number, at: number) =>
    Math.abs(cells.atLow[0]! + slope * (value - least) - at) <= goal.slack + 1e-9 * Math.abs(slope) * (most - least);
  for (let c = 0; c < low.length; c++)
    if (!straight(low[c]!, cells.atLow[c]!) || !straight(high[c]!, cells.atHigh[c]!)) return undefined;
  // One way only: the range then ends at the row's own value.
  const [start, stop] = [from === 0 ? least : goal.own[a]!, to === low.length - 1 ? most : goal.own[a]!];
  const end = slope > 0 ? stop : start;
  const gain = slope * (end - goal.own[a]!);
  return gain > 0 ? { axis: a, end, gain } : null;
}
