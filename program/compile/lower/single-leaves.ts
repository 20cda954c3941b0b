import { programLimits } from "../../limits.ts";
import { ProgramError } from "../../problem.ts";
import type { Forest } from "../model.ts";

/**
 * The same sums with one number a leaf: the trees again for each class.
 *
 * Errors: PROGRAM_TARGET_UNSUPPORTED where they would take more than a program's tensors may.
 */
export function singleLeaves(forest: Forest): Forest {
  const { leafWidth, treeStart, left, right, bitsetStart, bitsets, leafValue } = forest;
  if (leafWidth === 1) return forest;
  const leaves = leafValue.length / leafWidth;
  const nodes = left.length;
  // 26 bytes a node
  if (leafWidth * (26 * nodes + bitsets.byteLength) + leafValue.byteLength > programLimits.tensorBytes)
    throw new ProgramError(
      "PROGRAM_TARGET_UNSUPPORTED",
      `Trees of ${nodes} splits are too many to be held once for each of ${leafWidth} classes.`,
      "Score with `millrace score` or export to JavaScript, or train fewer or smaller trees.",
    );
  const moved = (refs: Int32Array) =>
    again(refs, leafWidth, (ref, k) => (ref < 0 ? ref - k * leaves : ref + k * nodes));
  const classOf = (tree: number) => tree % leafWidth;
  const roots = moved(treeStart);
  const starts = again(bitsetStart.subarray(0, nodes), leafWidth, (start, k) => start + k * bitsets.length);
  return {
    ...forest,
    // Trees take turns with the classes.
    treeStart: roots.map((_, t) => roots[classOf(t) * treeStart.length + Math.floor(t / leafWidth)]!),
    feature: again(forest.feature, leafWidth),
    threshold: again(forest.threshold, leafWidth),
    left: moved(left),
    right: moved(right),
    missingLeft: again(forest.missingLeft, leafWidth),
    categorical: again(forest.categorical, leafWidth),
    bitsetStart: Int32Array.from({ length: nodes * leafWidth + 1 }, (_, n) => starts[n] ?? bitsets.length * leafWidth),
    bitsets: again(bitsets, leafWidth),
    leafValue: leafValue.map((_, i) => leafValue[(i % leaves) * leafWidth + Math.floor(i / leaves)]!),
    leafWidth: 1,
  };
}

type Numbers = Float64Array | Int32Array | Uint32Array | Uint8Array;

/** `times` copies one after the other; `of` gives the entry of copy k. */
function again<T extends Numbers>(values: T, times: number, of?: (value: number, k: number) => number): T {
  const made = new (values.constructor as new (length: number) => T)(values.length * times);
  for (let k = 0; k < times; k++)
    made.set(of === undefined ? values : values.map((value) => of(value, k)), k * values.length);
  return made;
}
