import type { Goal, Leaves } from "./goal.ts";

/** Leaves kept of a group of trees, and pairs looked at when two groups are merged: what a bound may cost. */
const mostLeaves = 512;
const mostPairs = 8192;

/**
 * What the goal's sum is at most in a box of cells (`box[2a]` … `box[2a + 1]` of axis a): no change within it goes beyond.
 *
 * Each tree alone gives its greatest leaf within the box, which two trees may not reach together. So trees are merged, two
 * groups at a time, into the sums of leaves whose boxes meet, as long as these stay few; the sum of the groups' greatest is a
 * bound, and exact where one group is left. Source: H. Chen et al., Robustness verification of tree-based models, NeurIPS 2019
 * (boxes that meet in pairs meet all together, so pairs are enough).
 */
export function boundGoal(goal: Goal, box: Int32Array): number {
  let sum = goal.constant;
  goal.linear.forEach((cells, a) => {
    if (cells === null) return;
    let most = Number.NEGATIVE_INFINITY;
    for (let c = box[2 * a]!; c <= box[2 * a + 1]!; c++) most = Math.max(most, cells.most[c]!);
    sum += most;
  });
  let groups: Leaves[] = [];
  for (const tree of goal.trees) {
    const within = clip(tree, box);
    if (within.count === 1) sum += within.values[0]!;
    else groups.push(within);
  }
  const total = () => groups.reduce((all, { values }) => all + greatest(values), sum);
  let bound = total();
  while (bound >= -goal.slack && groups.length > 1) {
    const merged = mergePairs(groups, goal.axes.length);
    if (merged.length === groups.length) break;
    groups = merged;
    bound = total();
  }
  return bound;
}

function greatest(values: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > most) most = value;
  return most;
}

/** The leaves that a box reaches, cut to it. */
function clip({ count, bounds, values }: Leaves, box: Int32Array): Leaves {
  const width = box.length;
  const kept = new Int32Array(count * width);
  const keptValues = new Float64Array(count);
  let n = 0;
  for (let l = 0; l < count; l++)
    if (meet(bounds, l * width, box, 0, kept, n * width, width)) keptValues[n++] = values[l]!;
  return { count: n, bounds: kept.subarray(0, n * width), values: keptValues.subarray(0, n) };
}

/** Writes where two boxes meet; false where they don't. */
function meet(
  a: Int32Array,
  fromA: number,
  b: Int32Array,
  fromB: number,
  out: Int32Array,
  at: number,
  width: number,
): boolean {
  for (let k = 0; k < width; k += 2) {
    const low = Math.max(a[fromA + k]!, b[fromB + k]!);
    const high = Math.min(a[fromA + k + 1]!, b[fromB + k + 1]!);
    if (low > high) return false;
    out[at + k] = low;
    out[at + k + 1] = high;
  }
  return true;
}

/** Neighbours merged in pairs, the smallest groups first; pairs that would grow too large stay apart. */
function mergePairs(groups: readonly Leaves[], axes: number): Leaves[] {
  const sorted = groups.toSorted((a, b) => a.count - b.count);
  const made: Leaves[] = [];
  for (let k = 0; k < sorted.length; k += 2) {
    const [one, other] = [sorted[k]!, sorted[k + 1]];
    const merged = other === undefined ? null : merge(one, other, 2 * axes);
    if (merged !== null) made.push(merged);
    else made.push(one, ...(other === undefined ? [] : [other]));
  }
  return made;
}

function merge(one: Leaves, other: Leaves, width: number): Leaves | null {
  if (one.count * other.count > mostPairs) return null;
  const bounds = new Int32Array(mostLeaves * width);
  const values = new Float64Array(mostLeaves);
  const spare = new Int32Array(width);
  let n = 0;
  for (let i = 0; i < one.count; i++)
    for (let j = 0; j < other.count; j++) {
      if (!meet(one.bounds, i * width, other.bounds, j * width, spare, 0, width)) continue;
      if (n === mostLeaves) return null;
      bounds.set(spare, n * width);
      values[n++] = one.values[i]! + other.values[j]!;
    }
  return { count: n, bounds: bounds.slice(0, n * width), values: values.slice(0, n) };
}
