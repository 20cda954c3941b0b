import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import type { Forest } from "../../model.ts";
import { layOutForest } from "../../printing/forest-layout.ts";
import { forestWalker } from "./forest-walker.ts";

afterEach(() => void vi.unstubAllGlobals());

const features = 4;

/** A forest of random trees; every third node asks a set of categories. */
function grow(shape: readonly number[], classes: number): Forest {
  let drawn = 0;
  const draw = (below: number) => shape[drawn++ % shape.length]! % below;
  const node = { feature: [], threshold: [], left: [], right: [], missingLeft: [], categorical: [] } as Record<
    "feature" | "threshold" | "left" | "right" | "missingLeft" | "categorical",
    number[]
  >;
  const leafValue: number[] = [];
  const bits: number[][] = [];
  const add = (depth: number): number => {
    if (depth === 0 || draw(4) === 0) return ~(leafValue.push((draw(2001) - 1000) / 7) - 1);
    const at = node.feature.push(draw(features)) - 1;
    node.threshold.push((draw(41) - 20) / 2);
    node.missingLeft.push(draw(2));
    node.categorical.push(draw(3) === 0 ? 1 : 0);
    bits.push(node.categorical[at] === 1 ? Array.from({ length: draw(3) }, () => draw(2 ** 31)) : []);
    node.left.push(0);
    node.right.push(0);
    node.left[at] = add(depth - 1);
    node.right[at] = add(depth - 1);
    return at;
  };
  const treeStart = Int32Array.from({ length: 1 + draw(7) }, () => add(1 + draw(6)));
  let end = 0;
  return {
    bases: Array.from({ length: classes }, (_, k) => k / 3),
    treeStart,
    feature: Int32Array.from(node.feature),
    threshold: Float64Array.from(node.threshold),
    left: Int32Array.from(node.left),
    right: Int32Array.from(node.right),
    missingLeft: Uint8Array.from(node.missingLeft),
    categorical: Uint8Array.from(node.categorical),
    bitsetStart: Int32Array.from([0, ...bits.map((set) => (end += set.length))]),
    bitsets: Uint32Array.from(bits.flat()),
    leafValue: Float64Array.from(leafValue),
    leafWidth: 1,
  };
}

/** The sums of one row as docs/reference/program.md says. */
function sumsOf(forest: Forest, x: Float64Array): number[] {
  const sums = [...forest.bases];
  forest.treeStart.forEach((root, t) => {
    let at = root;
    while (at >= 0) {
      const value = x[forest.feature[at]!]!;
      const [start, end] = [forest.bitsetStart[at]!, forest.bitsetStart[at + 1]!];
      let left = forest.missingLeft[at] === 1;
      if (forest.categorical[at] === 0) left = Number.isNaN(value) ? left : value <= forest.threshold[at]!;
      else if (Number.isInteger(value) && value >= 0 && value < 32 * (end - start))
        left = ((forest.bitsets[start + Math.floor(value / 32)]! >>> (value % 32)) & 1) === 1;
      at = left ? forest.left[at]! : forest.right[at]!;
    }
    sums[t % sums.length]! += forest.leafValue[~at]!;
  });
  return sums;
}

const value = fc.oneof(
  fc.integer({ min: -20, max: 100 }).map((whole) => whole / 2),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 5e-324, 1e300, 64, 95, 2 ** 31),
);

test("WebAssembly, and JavaScript where that is forbidden, give the sums of the plain walk, to the bit", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { minLength: 5, maxLength: 200 }),
      fc.integer({ min: 1, max: 3 }),
      fc.array(value, { minLength: features, maxLength: features * 70 }),
      (shape, classes, values) => {
        const forest = grow(shape, classes);
        const layout = layOutForest(forest, [0, 1, 2, 3], true)!;
        const rows = Math.floor(values.length / features);
        const x = Float64Array.from(values);
        const want = Array.from({ length: rows }, (_, i) =>
          sumsOf(forest, x.subarray(i * features, (i + 1) * features)),
        );
        const tables = {
          ...layout,
          ...{ start: [], code: [], words: [], ...layout.sets },
          columns: layout.columns.flatMap(({ slot, low }) => [slot, low ? 1 : 0]),
          codes: (layout.sets?.columns ?? []).flatMap(({ slot, limit }) => [slot, limit]),
          bases: forest.bases,
        };
        const fast = forestWalker(tables);
        vi.stubGlobal("WebAssembly", undefined);
        const plain = forestWalker(tables);
        vi.unstubAllGlobals();
        for (const walker of [fast, plain]) {
          const out = new Float64Array(rows * classes);
          walker.rows(x, features, rows, out);
          expect([...out]).toEqual(want.flat().map((sum) => sum + 0));
          const one = new Float64Array(classes);
          expect(walker.row(x, (rows - 1) * features, one)).toBe(want[rows - 1]![0]);
          expect([...one]).toEqual(want[rows - 1]!.map((sum) => sum + 0));
        }
      },
    ),
    { numRuns: 300 },
  );
});
