import type { Forest } from "./terms.ts";

/*
 * Exact path-dependent Shapley values of a tree: what each feature adds to the tree's expected value, where a feature that is
 * not known follows a split's rows in the shares of the training rows.
 * Source: S. Lundberg, G. Erion, S.-I. Lee, Consistent Individualized Feature Attribution for Tree Ensembles, 2018, Algorithm 2.
 */

/** The features met on the way to a node; `zero` and `one`: the share that goes on where the feature is unknown, and known. */
interface Step {
  feature: number;
  zero: number;
  one: number;
  weight: number;
}

/** Adds the values of all trees of a row to `phi` (feature × class) and gives nothing; `x` holds NaN where missing. */
export function treeShap(forest: Forest, x: Float64Array, phi: Float64Array): void {
  const { roots, classes } = forest;
  for (let t = 0; t < roots.length; t++) if (roots[t]! >= 0) walk(forest, x, phi, t % classes, roots[t]!, [], 1, 1, -1);
}

function walk(
  forest: Forest,
  x: Float64Array,
  phi: Float64Array,
  output: number,
  node: number,
  before: readonly Step[],
  zero: number,
  one: number,
  feature: number,
): void {
  // no training row and not this row either
  if (zero === 0 && one === 0) return;
  const path = extend(before, zero, one, feature);
  if (node < 0) {
    const value = forest.leafValue[~node]!;
    for (let i = 1; i < path.length; i++) {
      const step = path[i]!;
      phi[step.feature * forest.classes + output]! += unwoundSum(path, i) * (step.one - step.zero) * value;
    }
    return;
  }
  const split = forest.feature[node]!;
  const [hot, cold] = forest.goesLeft(node, x[split]!)
    ? [forest.left[node]!, forest.right[node]!]
    : [forest.right[node]!, forest.left[node]!];
  const met = path.findIndex((step, i) => i > 0 && step.feature === split);
  const [incomingZero, incomingOne] = met < 0 ? [1, 1] : [path[met]!.zero, path[met]!.one];
  const rest = met < 0 ? path : unwound(path, met);
  const cover = forest.coverOf(node);
  const share = (child: number) => (cover === 0 ? 0 : forest.coverOf(child) / cover);
  walk(forest, x, phi, output, hot, rest, incomingZero * share(hot), incomingOne, split);
  walk(forest, x, phi, output, cold, rest, incomingZero * share(cold), 0, split);
}

function extend(before: readonly Step[], zero: number, one: number, feature: number): Step[] {
  const path = before.map((step) => ({ ...step }));
  const depth = path.length;
  path.push({ feature, zero, one, weight: depth === 0 ? 1 : 0 });
  for (let i = depth - 1; i >= 0; i--) {
    path[i + 1]!.weight += (one * path[i]!.weight * (i + 1)) / (depth + 1);
    path[i]!.weight = (zero * path[i]!.weight * (depth - i)) / (depth + 1);
  }
  return path;
}

/** The path as if the step at `place` had not been taken. */
function unwound(from: readonly Step[], place: number): Step[] {
  const path = from.map((step) => ({ ...step }));
  const depth = path.length - 1;
  const { zero, one } = path[place]!;
  let next = path[depth]!.weight;
  for (let i = depth - 1; i >= 0; i--) {
    if (one !== 0) {
      const kept = path[i]!.weight;
      path[i]!.weight = (next * (depth + 1)) / ((i + 1) * one);
      next = kept - (path[i]!.weight * zero * (depth - i)) / (depth + 1);
    } else path[i]!.weight = (path[i]!.weight * (depth + 1)) / (zero * (depth - i));
  }
  for (let i = place; i < depth; i++) {
    path[i]!.feature = path[i + 1]!.feature;
    path[i]!.zero = path[i + 1]!.zero;
    path[i]!.one = path[i + 1]!.one;
  }
  path.pop();
  return path;
}

function unwoundSum(path: readonly Step[], place: number): number {
  const depth = path.length - 1;
  const { zero, one } = path[place]!;
  let next = path[depth]!.weight;
  let total = 0;
  for (let i = depth - 1; i >= 0; i--) {
    if (one !== 0) {
      const weight = (next * (depth + 1)) / ((i + 1) * one);
      total += weight;
      next = path[i]!.weight - (weight * zero * (depth - i)) / (depth + 1);
    } else total += path[i]!.weight / ((zero * (depth - i)) / (depth + 1));
  }
  return total;
}
