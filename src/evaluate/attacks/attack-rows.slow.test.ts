import { type Frame, load, type Program, type Scorer, type Tensor } from "@millrace/program";
import { describe, expect, test } from "vitest";
import { attackRows } from "#evaluate";
import { type RandomStream, randomStream } from "#kernel";
import { nextValue } from "./turning-points.ts";

const inputs = ["a", "b", "c"];
const column = (values: readonly number[]) => ({ type: "number" as const, values: Float64Array.from(values) });
const frameOf = (rows: readonly (readonly number[])[]): Frame => ({
  rows: rows.length,
  columns: new Map(inputs.map((name, k) => [name, column(rows.map((row) => row[k]!))])),
});

/** Trees over a, 2 · (b − 1) and log c, beside what is added to them. */
function forestProgram(random: RandomStream, trees: number, depth: number, classes = 1) {
  const nodes = { feature: [] as number[], threshold: [] as number[], left: [] as number[], right: [] as number[] };
  const leaves: number[] = [];
  const starts: number[] = [];
  const grow = (left: number): number => {
    if (left === 0) return ~(leaves.push(Math.round(random.uniform() * 200 - 100) / 50) - 1);
    const node = nodes.feature.push(random.integer(3)) - 1;
    nodes.threshold.push(random.uniform() * 4 - 2);
    nodes.left.push(0);
    nodes.right.push(0);
    nodes.left[node] = grow(left - 1);
    nodes.right[node] = grow(left - 1);
    return node;
  };
  for (let t = 0; t < trees * classes; t++) starts.push(grow(depth));
  const count = nodes.feature.length;
  const tensors = new Map<string, Tensor>([
    ["treeStart", { type: "i32", values: Int32Array.from(starts) }],
    ["feature", { type: "i32", values: Int32Array.from(nodes.feature) }],
    ["threshold", { type: "f64", values: Float64Array.from(nodes.threshold) }],
    ["left", { type: "i32", values: Int32Array.from(nodes.left) }],
    ["right", { type: "i32", values: Int32Array.from(nodes.right) }],
    ["missingLeft", { type: "u8", values: Uint8Array.from({ length: count }, () => random.integer(2)) }],
    ["categorical", { type: "u8", values: new Uint8Array(count) }],
    ["bitsetStart", { type: "i32", values: new Int32Array(count + 1) }],
    ["bitsets", { type: "u32", values: new Uint32Array() }],
    ["leafValue", { type: "f64", values: Float64Array.from(leaves) }],
  ]);
  const tensorsOf = Object.fromEntries([...tensors.keys()].map((name) => [name, { tensor: name }]));
  const base = classes === 1 ? { base: 0.01 } : { base: Array.from({ length: classes }, () => 0), classes };
  const program: Program = {
    format: 1,
    inputs: inputs.map((name) => ({ name, type: "number", missingAllowed: true })),
    nodes: [
      { op: "scale", version: 1, inputs: [1], attributes: { offset: 1, scale: 0.5 } },
      { op: "log", version: 1, inputs: [2], attributes: {} },
      { op: "trees", version: 1, inputs: [0, 3, 4], attributes: { ...base, ...tensorsOf } },
      { op: classes === 1 ? "logistic" : "softmax", version: 1, inputs: [5], attributes: {} },
    ],
    outputs:
      classes === 1
        ? { task: "binary", score: 6, classes: ["no", "yes"], threshold: 0.5 }
        : { task: "multiclass", score: 6, classes: ["x", "y", "z"].slice(0, classes) },
  };
  return { program, tensors, thresholds: nodes };
}

const drawn = (random: RandomStream, rows: number) =>
  Array.from({ length: rows }, () => [
    random.uniform() * 5 - 2.5,
    random.uniform() * 3 - 0.5,
    random.uniform() * 6 + 0.1,
  ]);

const spreadOf = (values: readonly number[]) => {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  return Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1));
};

/** Every combination of values beside a split, scored by the model itself. */
function bruteForce(
  scorer: Scorer,
  { feature, threshold }: { readonly feature: readonly number[]; readonly threshold: readonly number[] },
  rows: readonly (readonly number[])[],
  row: readonly number[],
  allowed: (k: number, value: number) => boolean,
) {
  const back = [(x: number) => x, (x: number) => x * 0.5 + 1, Math.exp];
  const tried = inputs.map((_, k) => {
    const column = rows.map((one) => one[k]!);
    const [low, high] = [Math.min(...column), Math.max(...column)];
    const around = threshold.flatMap((value, node) => {
      if (feature[node] !== k) return [];
      const raw = back[k]!(value);
      // The program's own rounding decides on which side of the border a value lies.
      return [raw - 4e-15 * Math.abs(raw) - 1e-15, raw, nextValue(raw, false), raw + 4e-15 * Math.abs(raw) + 1e-15];
    });

    return [row[k]!, ...around].filter((value) => value >= low && value <= high && allowed(k, value));
  });
  const before = scorer.scoreFrame(frameOf([row])).prediction[0];
  const made = tried[0]!.flatMap((a) => tried[1]!.flatMap((b) => tried[2]!.map((c) => [a, b, c])));
  const { prediction } = scorer.scoreFrame(frameOf(made));
  const spreads = inputs.map((_, k) => spreadOf(rows.map((one) => one[k]!)));
  const best = { greatest: Infinity, sum: Infinity, count: Infinity };
  made.forEach((values, at) => {
    if (prediction[at] === before) return;
    const steps = values.map((value, k) => Math.abs(value - row[k]!) / spreads[k]!);
    best.greatest = Math.min(best.greatest, Math.max(...steps));
    best.sum = Math.min(
      best.sum,
      steps.reduce((sum, one) => sum + one, 0),
    );
    best.count = Math.min(best.count, steps.filter((one) => one > 1e-13).length);
  });
  return best;
}

describe("attacks on trees", () => {
  for (const [trees, depth, classes] of [
    [1, 4, 1],
    [4, 3, 1],
    [2, 3, 3],
  ] as const)
    test(`of ${trees} trees and ${classes} outputs are the smallest there are`, () => {
      for (let seed = 0; seed < 4; seed++) {
        const random = randomStream(seed, "attacks");
        const { program, tensors, thresholds } = forestProgram(random, trees, depth, classes);
        const scorer = load({ program, tensors });
        const rows = drawn(random, 12);
        const attacked = rows.slice(0, 3);
        const reference = frameOf(rows);
        for (const norm of ["greatest", "sum", "count"] as const) {
          const found = attackRows(scorer, tensors, frameOf(attacked), reference, {
            norm,
            upOnly: ["a"],
            boxes: 100_000,
          });
          expect(found.held).toEqual([]);
          attacked.forEach((row, k) => {
            const wanted = bruteForce(scorer, thresholds, rows, row, (input, value) => input !== 0 || value >= row[0]!)[
              norm
            ];
            const { distance, certified, changes } = found.rows[k]!;
            if (wanted === Infinity) {
              expect([distance, certified]).toEqual([null, null]);
              return;
            }
            expect(distance).toBeCloseTo(wanted, 10);
            expect(certified).toBe(distance);
            for (const { input, from, to } of changes) if (input === "a") expect(to).toBeGreaterThan(from);
          });
        }
      }
    });

  test("of forests too large to search whole lie at or beyond what is certified", () => {
    const random = randomStream(9, "attacks");
    const { program, tensors, thresholds } = forestProgram(random, 8, 3);
    const scorer = load({ program, tensors });
    const rows = drawn(random, 30);
    const attacked = rows.slice(0, 4);
    const { rows: found } = attackRows(scorer, tensors, frameOf(attacked), frameOf(rows), { boxes: 0 });
    const counts = attackRows(scorer, tensors, frameOf(attacked), frameOf(rows), { norm: "count", boxes: 0 }).rows;
    let apart = 0;
    attacked.forEach((row, k) => {
      const { greatest: wanted, count } = bruteForce(scorer, thresholds, rows, row, () => true);
      // One number, two or three together: every combination is tried, whatever the forest's size.
      expect([counts[k]!.distance, counts[k]!.certified]).toEqual(count === Infinity ? [null, null] : [count, count]);
      const { distance, certified } = found[k]!;
      expect(distance ?? Infinity).toBeGreaterThanOrEqual(wanted - 1e-12);
      expect(certified ?? Infinity).toBeLessThanOrEqual(wanted + 1e-12);
      if (certified !== null && certified > 0) apart++;
    });
    expect(apart).toBeGreaterThan(0);
  });

  test("leave a row alone whose inputs may not change, and say why", () => {
    const random = randomStream(2, "attacks");
    const { program, tensors } = forestProgram(random, 2, 3);
    const rows = frameOf(drawn(random, 10));
    const found = attackRows(load({ program, tensors }), tensors, rows, rows, { fixed: inputs });
    expect(found.inputs).toEqual([]);
    expect(found.held).toEqual(inputs.map((input) => ({ input, reason: "may not change" })));
    for (const { distance, certified } of found.rows) expect([distance, certified]).toEqual([null, null]);
    expect(() => attackRows(load({ program, tensors }), tensors, rows, rows, { fixed: ["d"] })).toThrow(
      expect.objectContaining({ code: "EVALUATE_INPUT_UNKNOWN" }),
    );
  });
});

describe("attacks on linear models", () => {
  const weights = [1, -2, 0.25];
  const program: Program = {
    format: 1,
    inputs: inputs.map((name) => ({ name, type: "number", missingAllowed: true })),
    nodes: [
      { op: "impute", version: 1, inputs: [0], attributes: { value: 0 } },
      { op: "scale", version: 1, inputs: [1], attributes: { offset: 1, scale: 0.5 } },
      { op: "linear", version: 1, inputs: [3, 4, 2], attributes: { weights: { tensor: "w" }, bias: 0.3 } },
      { op: "logistic", version: 1, inputs: [5], attributes: {} },
    ],
    outputs: { task: "binary", score: 6, classes: ["no", "yes"], threshold: 0.5 },
  };
  const tensors = new Map<string, Tensor>([["w", { type: "f64", values: Float64Array.from(weights) }]]);
  const scorer = load({ program, tensors });
  const random = randomStream(4, "attacks");
  const rows = drawn(random, 40);
  const found = (norm: "greatest" | "sum" | "count") =>
    attackRows(scorer, tensors, frameOf(rows), frameOf(rows), { norm }).rows;
  // In raw units: the scale halves, so b weighs −4.
  const slopes = [1, -4, 0.25].map((slope, k) => slope * spreadOf(rows.map((row) => row[k]!)));
  const margins = rows.map(([a = 0, b = 0, c = 0]) => a - 4 * (b - 1) + 0.25 * c + 0.3);
  const rooms = rows.map((row) =>
    slopes.map((slope, k) => {
      const column = rows.map((one) => one[k]!);
      const spread = Math.abs(slope / [1, -4, 0.25][k]!);
      return { up: (Math.max(...column) - row[k]!) / spread, down: (row[k]! - Math.min(...column)) / spread };
    }),
  );

  test("move all inputs alike, as the closed form says where no range ends", () => {
    let open = 0;
    found("greatest").forEach(({ distance, certified }, row) => {
      const wanted = Math.abs(margins[row]!) / slopes.reduce((sum, one) => sum + Math.abs(one), 0);
      const within = rooms[row]!.every(({ up, down }) => Math.min(up, down) > wanted);
      if (!within) return;
      open++;
      expect(distance).toBeCloseTo(wanted, 9);
      expect(certified).toBeCloseTo(wanted, 9);
    });
    expect(open).toBeGreaterThan(5);
  });

  test("move the steepest input first, or the fewest", () => {
    const gains = (row: number) =>
      slopes.map((slope, k) => {
        const towards = margins[row]! >= 0 ? -slope : slope;
        return Math.abs(slope) * (towards > 0 ? rooms[row]![k]!.up : rooms[row]![k]!.down);
      });
    const [sums, counts] = [found("sum"), found("count")];
    rows.forEach((_, row) => {
      const steep = slopes.map((slope, k) => ({ slope: Math.abs(slope), gain: gains(row)[k]! }));
      let [left, sum] = [Math.abs(margins[row]!), 0];
      for (const { slope, gain } of steep.toSorted((a, b) => b.slope - a.slope)) {
        const used = Math.min(gain, left);
        sum += used / slope;
        left -= used;
      }
      if (left > 1e-9) expect(sums[row]!.distance).toBeNull();
      else expect(sums[row]!.distance).toBeCloseTo(sum, 8);
      let [short, count] = [Math.abs(margins[row]!), 0];
      for (const gain of gains(row).sort((a, b) => b - a)) {
        if (short <= 0) break;
        short -= gain;
        count++;
      }
      expect(counts[row]!.distance).toBe(short > 0 ? null : count);
    });
  });

  test("are refused of a regression", () => {
    const regression: Program = { ...program, outputs: { task: "regression", score: 5 } };
    const frame = frameOf(rows);
    expect(() => attackRows(load({ program: regression, tensors }), tensors, frame, frame)).toThrow(
      expect.objectContaining({ code: "EVALUATE_ATTACK_IMPOSSIBLE" }),
    );
  });
});
