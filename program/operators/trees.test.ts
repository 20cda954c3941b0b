import { describe, expect, it } from "vitest";
import type { JsonObject, Tensor } from "../index.ts";
import { f64, numbers, run } from "../testing/run-operator.ts";

// node 0: x0 ≤ 2 ? leaf 0 : node 1; node 1: x1 in {0, 33} ? leaf 1 : leaf 2; missing goes right at 0 and left at 1
const splits: Record<string, Tensor> = {
  treeStart: { type: "i32", values: Int32Array.of(0, ~3) },
  feature: { type: "i32", values: Int32Array.of(0, 1) },
  threshold: f64(2, 0),
  left: { type: "i32", values: Int32Array.of(~0, ~1) },
  right: { type: "i32", values: Int32Array.of(1, ~2) },
  missingLeft: { type: "u8", values: Uint8Array.of(0, 1) },
  categorical: { type: "u8", values: Uint8Array.of(0, 1) },
  bitsetStart: { type: "i32", values: Int32Array.of(0, 0, 2) },
  bitsets: { type: "u32", values: Uint32Array.of(1, 2) },
};
const named = Object.fromEntries([...Object.keys(splits), "leafValue"].map((name) => [name, { tensor: name }]));

describe("trees", () => {
  it("go left at the threshold, follow bit sets and the flags of missing", () => {
    const tensors = { ...splits, leafValue: f64(10, 20, 30, 0.5) };
    const attributes = { base: 1, ...named };
    const x0 = numbers(2, 3, 3, 3, 3, 3, null);
    const x1 = numbers(9, 0, 33, 1, 64, 0.5, null);
    expect(run("trees", [x0, x1], attributes, tensors)).toEqual([11.5, 21.5, 21.5, 31.5, 21.5, 21.5, 21.5]);
    const cycle = { ...tensors, right: { type: "i32", values: Int32Array.of(0, ~2) } as Tensor };
    expect(() => run("trees", [x0, x1], attributes, cycle)).toThrow(/does not come after it/);
    const far = { ...tensors, feature: { type: "i32", values: Int32Array.of(0, 2) } as Tensor };
    expect(() => run("trees", [x0, x1], attributes, far)).toThrow(/reads feature 2 of 2/);
  });

  it("add a number a leaf to each class in version 2, and need whole leaves", () => {
    const tensors = { ...splits, leafValue: f64(10, -10, 20, -20, 30, -30, 0.5, 0.25) };
    const attributes = { base: [1, 0], classes: 2, ...named };
    const [x0, x1] = [numbers(2, 3, 3, null), numbers(9, 33, 1, null)];
    const second = (own: Record<string, Tensor>, given: JsonObject = attributes) =>
      run("trees", [x0, x1], given, own, 2);
    expect(second(tensors)).toEqual([
      [11.5, -9.75],
      [21.5, -19.75],
      [31.5, -29.75],
      [21.5, -19.75],
    ]);
    expect(second({ ...splits, leafValue: f64(10, 20, 30, 0.5) }, { base: 1, ...named })).toEqual([
      11.5, 21.5, 31.5, 21.5,
    ]);
    const beyond = { ...tensors, right: { type: "i32", values: Int32Array.of(2, ~2) } as Tensor };
    expect(() => second(beyond)).toThrow(/child at node 0 that is not there/);
    // of eight numbers, but of four leaves
    const past = { ...tensors, treeStart: { type: "i32", values: Int32Array.of(0, ~4) } as Tensor };
    expect(() => second(past)).toThrow(/starts at -5, which is not there/);
    expect(() => second({ ...tensors, leafValue: f64(1, 2, 3) })).toThrow(/3 leaf values, a part of/);
    expect(() => run("exp", [x0], {}, {}, 2)).toThrow(/version 2/);
  });
});
