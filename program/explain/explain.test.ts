import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { load } from "../interpreter/load.ts";
import type { Program, ProgramNode, Tensor } from "../model.ts";
import { pickFrom } from "../testing/parity.ts";
import { randomForest } from "../testing/random-forest.ts";
import { frameOf } from "../testing/random-program.ts";
import { explain, withLeafCovers } from "./index.ts";

const f64 = (...values: number[]): Tensor => ({ type: "f64", values: Float64Array.from(values) });
const inputs = ["x", "y", "z"].map((name) => ({ name, type: "number", missingAllowed: true }) as const);

/** Trees over the inputs, with the rows of their leaves. */
function forestCase(seed: number, classes = 1, version: 1 | 2 = 1): { program: Program; tensors: Map<string, Tensor> } {
  const pick = pickFrom(seed);
  const tensors = new Map<string, Tensor>();
  const attributes = randomForest(pick, tensors, "f", 3, classes, version);
  const leaves = tensors.get("f.leafValue")!.values.length / (version === 2 ? classes : 1);
  tensors.set("f.leafCover", f64(...Array.from({ length: leaves }, () => 1 + pick(20))));
  const trees: ProgramNode = {
    op: "trees",
    version,
    inputs: [0, 1, 2],
    attributes: { ...attributes, leafCover: { tensor: "f.leafCover" } },
  };
  const outputs: Program["outputs"] =
    classes === 1
      ? { task: "regression", score: 3 }
      : { task: "multiclass", score: 3, classes: Array.from({ length: classes }, (_, k) => `c${k}`) };
  return { program: { format: 2, inputs, nodes: [trees], outputs }, tensors };
}

const value = fc.oneof(
  fc.constant(null),
  fc.double({ noNaN: true, min: -40, max: 40 }),
  fc.integer({ min: 0, max: 40 }),
);
const row = fc.record({ x: value, y: value, z: value });

describe("explanations", () => {
  test("add up to the margin, and say nothing of an input that no tree splits", () => {
    fc.assert(
      fc.property(fc.nat(10_000), row, (seed, raw) => {
        const { program, tensors } = forestCase(seed);
        const { score } = load({ program, tensors }).score(raw);
        const { base, contributions, margin } = explain({ program, tensors }).explain(raw);
        const sum = Object.values(contributions).reduce((total, [one]) => total + one!, base[0]!);
        expect(Math.abs(sum - score!)).toBeLessThan(1e-9 * Math.max(1, Math.abs(score!)));
        expect(margin[0]).toBe(sum);
        const used = new Set(tensors.get("f.feature")!.values);
        inputs.forEach(({ name }, k) => {
          if (!used.has(k)) expect(contributions[name]).toEqual([0]);
        });
      }),
      { numRuns: 300 },
    );
  });

  test("are the Shapley values by their definition, over all orders of three features", () => {
    for (let seed = 0; seed < 40; seed++) {
      const { program, tensors } = forestCase(seed);
      const pick = pickFrom(seed + 1000);
      const raw = { x: pick(20) - 5, y: pick(3) === 0 ? null : pick(20) - 5, z: pick(40) };
      const found = explain({ program, tensors }).explain(raw);
      const wanted = byDefinition(tensors, [raw.x, raw.y ?? Number.NaN, raw.z]);
      for (const [k, { name }] of inputs.entries()) expect(found.contributions[name]![0]).toBeCloseTo(wanted[k]!, 9);
    }
  });

  test("of leaves with a number for each class are each class's own", () => {
    for (let seed = 0; seed < 20; seed++) {
      const { program, tensors } = forestCase(seed, 3, 2);
      const pick = pickFrom(seed + 1000);
      const raw = { x: pick(20) - 5, y: pick(3) === 0 ? null : pick(20) - 5, z: pick(40) };
      const found = explain({ program, tensors }).explain(raw);
      const all = tensors.get("f.leafValue")!.values as Float64Array;
      for (let c = 0; c < 3; c++) {
        const own = new Map([...tensors, ["f.leafValue", f64(...all.filter((_, i) => i % 3 === c))]]);
        const wanted = byDefinition(own, [raw.x, raw.y ?? Number.NaN, raw.z]);
        for (const [k, { name }] of inputs.entries()) expect(found.contributions[name]![c]).toBeCloseTo(wanted[k]!, 9);
      }
    }
  });

  test.each([1, 2] as const)("rows counted in the leaves of trees of version %i explain as the rows do", (version) => {
    for (let seed = 0; seed < 20; seed++) {
      const { program, tensors } = forestCase(seed, 3, version);
      const rows = Array.from({ length: 50 }, (_, i) => ({ x: i - 20, y: (i * 7) % 30, z: i % 5 }));
      const background = frameOf(inputs, rows);
      const counted = withLeafCovers({ program, tensors }, background);
      const { leafCover: _, ...attributes } = program.nodes[0]!.attributes;
      const bare: Program = { ...program, format: 1, nodes: [{ ...program.nodes[0]!, attributes }] };
      const [one, other] = [explain(counted), explain({ program: bare, tensors }, { background })];
      expect(one.base).toEqual(other.base);
      expect(one.explain(rows[seed]!)).toEqual(other.explain(rows[seed]!));
    }
  });

  test("of a linear model are weight times distance from the background's mean, halved where two inputs make a feature", () => {
    const nodes: ProgramNode[] = [
      { op: "multiply", version: 1, inputs: [0, 1], attributes: {} },
      { op: "linear", version: 1, inputs: [3, 2], attributes: { weights: { tensor: "w" }, bias: 0.5 } },
      { op: "logistic", version: 1, inputs: [4], attributes: {} },
    ];
    const outputs = { task: "binary", score: 5, classes: ["no", "yes"] } as const;
    const program: Program = { format: 1, inputs, nodes, outputs };
    const tensors = new Map([["w", f64(2, -3)]]);
    const background = frameOf(inputs, [
      { x: 1, y: 2, z: 0 },
      { x: 3, y: 2, z: 4 },
    ]);
    const { base, contributions, margin } = explain({ program, tensors }, { background }).explain({ x: 5, y: 1, z: 1 });
    // x·y is 4 on average, z is 2
    expect(base).toEqual([0.5 + 2 * 4 - 3 * 2]);
    expect(contributions).toEqual({ x: [1], y: [1], z: [3] });
    expect(margin).toEqual([7.5]);
  });

  test("need the rows of the leaves, or rows to count them by", () => {
    const { program, tensors } = forestCase(3);
    const { leafCover: _, ...attributes } = program.nodes[0]!.attributes;
    const bare: Program = { ...program, format: 1, nodes: [{ ...program.nodes[0]!, attributes }] };
    expect(() => explain({ program: bare, tensors })).toThrow(/leafCover/);
    const rows = Array.from({ length: 50 }, (_, i) => ({ x: i - 20, y: (i * 7) % 30, z: i % 5 }));
    const explainer = explain({ program: bare, tensors }, { background: frameOf(inputs, rows) });
    const scores = rows.map((raw) => load({ program: bare, tensors }).score(raw).score!);
    // the base is the mean over the background
    expect(explainer.base[0]).toBeCloseTo(scores.reduce((sum, one) => sum + one, 0) / 50, 9);
    expect(explainer.explainFrame(frameOf(inputs, rows)).map(({ margin }) => margin[0]!)).toEqual(
      scores.map((score) => expect.closeTo(score, 9)),
    );
    expect(Object.values(explain({ program, tensors }).importances()).reduce((sum, one) => sum + one, 0)).toBeCloseTo(
      1,
    );
  });
});

/** Path-dependent expectations, averaged over the orders in which features become known. */
function byDefinition(tensors: Map<string, Tensor>, x: readonly number[]): number[] {
  const t = (name: string) => tensors.get(`f.${name}`)!.values;
  const cover = (ref: number): number =>
    ref < 0 ? t("leafCover")[~ref]! : cover(t("left")[ref]!) + cover(t("right")[ref]!);
  const single = (root: number, known: ReadonlySet<number>): number => {
    if (root < 0) return t("leafValue")[~root]!;
    const [left, right] = [t("left")[root]!, t("right")[root]!];
    const feature = t("feature")[root]!;
    if (known.has(feature)) return single(goesLeft(root, x[feature]!) ? left : right, known);
    const [a, b] = [cover(left), cover(right)];
    return (a * single(left, known) + b * single(right, known)) / (a + b);
  };
  const goesLeft = (n: number, value: number): boolean => {
    if (Number.isNaN(value)) return t("missingLeft")[n] === 1;
    if (t("categorical")[n] !== 1) return value <= t("threshold")[n]!;
    const [from, to] = [t("bitsetStart")[n]!, t("bitsetStart")[n + 1]!];
    if (!(value >= 0 && value < (to - from) * 32 && Number.isInteger(value))) return t("missingLeft")[n] === 1;
    return ((t("bitsets")[from + (value >> 5)]! >>> (value & 31)) & 1) === 1;
  };
  const total = (known: ReadonlySet<number>) => [...t("treeStart")].reduce((sum, root) => sum + single(root, known), 0);
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  const found = [0, 0, 0];
  for (const order of orders) {
    const known = new Set<number>();
    for (const feature of order) {
      const before = total(known);
      known.add(feature);
      found[feature]! += (total(known) - before) / orders.length;
    }
  }
  return found;
}
