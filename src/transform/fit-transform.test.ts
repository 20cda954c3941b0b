import { type Column, type Frame, load, type Program } from "@millrace/program";
import { encodeProgram } from "@millrace/program/write";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainContext, randomStream, shuffledIndices } from "#kernel";
import { type FeaturePlan, featureMatrix, fitTransform, type TransformRequest } from "#transform";

const ctx = plainContext({ seed: 3 });
const request: TransformRequest = { task: "binary", target: "y" };

const text = (values: readonly (string | null)[]): Column => {
  const levels = [...new Set(values.filter((value) => value !== null))];
  const place = new Map(levels.map((level, i) => [level, i]));
  return {
    type: "string",
    codes: Int32Array.from(values, (value) => (value === null ? -1 : place.get(value)!)),
    levels,
  };
};
const numbers = (values: readonly (number | null)[], type: "number" | "integer" | "timestamp" = "number"): Column => ({
  type,
  values: Float64Array.from(values, (value) => value ?? 0),
  missing: Uint8Array.from(values, (value) => (value === null ? 1 : 0)),
});
const bools = (values: readonly (boolean | null)[]): Column => ({
  type: "bool",
  values: Uint8Array.from(values, (value) => (value ? 1 : 0)),
  missing: Uint8Array.from(values, (value) => (value === null ? 1 : 0)),
});
const frameOf = (columns: Readonly<Record<string, Column>>, rows: number): Frame => ({
  rows,
  columns: new Map(Object.entries(columns)),
});

/** Rows of every kind of column, with missing cells, drawn from a seed. */
function mixed(seed: number, rows: number, many = 600): Frame {
  const random = randomStream(seed, "test");
  const draw = <T>(make: () => T): (T | null)[] =>
    Array.from({ length: rows }, () => (random.integer(8) === 0 ? null : make()));
  return frameOf(
    {
      age: numbers(draw(() => random.integer(80) / 2)),
      wealth: numbers(draw(() => random.integer(10) ** 6)),
      visits: numbers(
        draw(() => random.integer(9)),
        "integer",
      ),
      member: bools(draw(() => random.integer(2) === 1)),
      state: text(draw(() => ["CA", "NY", "Zürich", "😀", "__proto__"][random.integer(5)]!)),
      plane: text(draw(() => `N${random.integer(many)}`)),
      when: numbers(
        draw(() => 631152000000000 + random.integer(4e9) * 100_000),
        "timestamp",
      ),
      y: numbers(Array.from({ length: rows }, () => random.integer(2))),
    },
    rows,
  );
}

function take(frame: Frame, rows: Uint32Array): Frame {
  const columns = new Map<string, Column>();
  for (const [name, column] of frame.columns) {
    if (column.type === "string")
      columns.set(name, { ...column, codes: Int32Array.from(rows, (row) => column.codes[row]!) });
    else if (column.type !== "vector") {
      const values =
        column.type === "bool"
          ? Uint8Array.from(rows, (row) => column.values[row]!)
          : Float64Array.from(rows, (row) => column.values[row]!);
      columns.set(name, {
        ...column,
        values,
        missing: Uint8Array.from(rows, (row) => column.missing?.[row] ?? 0),
      } as Column);
    }
  }
  return { rows: rows.length, columns };
}

const written = (plan: FeaturePlan) => ({ ...plan, tensors: [...plan.tensors], trainingOverrides: undefined });

/** The plan as a program that gives one feature as its score. */
const scorerOf = (plan: FeaturePlan, ref: number) => {
  const scoreNode = { op: "identityLink", version: 1, inputs: [ref], attributes: {} } as const;
  const program: Program = {
    format: 1,
    inputs: plan.inputs,
    nodes: [...plan.nodes, scoreNode],
    outputs: { task: "regression", score: plan.inputs.length + plan.nodes.length },
  };
  const files = encodeProgram(program, plan.tensors);
  return load({ json: files.json, bytes: files.tensors });
};

describe("fitTransform", () => {
  it("gives training rows the values that scoring gives them, one by one, except where a target table is overridden", () => {
    const frame = mixed(1, 300, 280);
    const plan = fitTransform(frame, request, { categoricalLevels: 20 }, ctx);
    const rows = Array.from({ length: 40 }, (_, i) => rawRow(frame, i * 7));
    for (const kind of ["trees", "linear"] as const)
      for (const feature of featureMatrix(plan, frame, { for: kind, training: true })) {
        if (plan.trainingOverrides.has(feature.name)) continue;
        const scorer = scorerOf(plan, feature.ref);
        rows.forEach((row, i) => {
          const wanted = feature.missing?.[i * 7] === 1 ? null : feature.values[i * 7];
          expect(scorer.score(row).score, feature.name).toBe(wanted);
        });
      }
  });

  it("learns the same plan from the same rows in any order", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (seed, shuffle) => {
        const frame = mixed(seed, 400);
        const order = shuffledIndices(frame.rows, randomStream(shuffle, "order"));
        const plan = fitTransform(frame, request, {}, ctx);
        const other = fitTransform(take(frame, order), request, {}, ctx);
        expect(written(other)).toEqual(written(plan));
        for (const [name, values] of plan.trainingOverrides)
          expect(other.trainingOverrides.get(name)).toEqual(Float64Array.from(order, (row) => values[row]!));
      }),
      { numRuns: 15 },
    );
  });

  it("gives linear models numbers that are never missing and about unit scale, and trees what is there", () => {
    const frame = mixed(5, 500);
    const plan = fitTransform(frame, request, {}, ctx);
    const linear = featureMatrix(plan, frame, { for: "linear", training: true });
    for (const feature of linear) {
      expect(feature.missing, feature.name).toBeUndefined();
      for (const value of feature.values) expect(Math.abs(value)).toBeLessThanOrEqual(8);
    }
    expect(linear.map((feature) => feature.name)).toEqual(
      expect.arrayContaining([
        "age:scaled",
        "age:missing",
        "state=CA",
        "state:missing",
        "when:hour:sin",
        "plane:target:scaled",
      ]),
    );
    const trees = featureMatrix(plan, frame, { for: "trees" });
    expect(trees.map((feature) => `${feature.name} ${feature.kind}`)).toEqual(
      expect.arrayContaining([
        "age numeric",
        "state categorical",
        "member numeric",
        "when:month numeric",
        "plane:frequency numeric",
        "plane:target numeric",
      ]),
    );
    expect(trees.find((feature) => feature.name === "age")!.missing).toContain(1);
    expect(new Set(plan.features.map((feature) => feature.name)).size).toBe(plan.features.length);
  });

  it("pools rare levels with unseen ones, and keeps missing apart", () => {
    const values = [...Array(20).fill("a"), ...Array(10).fill("b"), "rare", null];
    const frame = frameOf({ c: text(values), y: numbers(values.map((_, i) => i % 2)) }, values.length);
    const plan = fitTransform(frame, request, {}, ctx);
    const code = plan.features.find((feature) => feature.kind === "categorical")!;
    expect(code.levels).toBe(3);
    const scorer = scorerOf(plan, code.ref);
    expect(["a", "b", "rare", "never seen", null].map((c) => scorer.score({ c }).score)).toEqual([0, 1, 2, 2, null]);
    const indicators = plan.features.filter((feature) => feature.for.includes("linear"));
    expect(indicators.map((feature) => feature.name)).toEqual(["c=a", "c=b", "c:other", "c:missing"]);
    expect(indicators.map((feature) => scorerOf(plan, feature.ref).score({ c: "never seen" }).score)).toEqual([
      0, 0, 1, 0,
    ]);
  });

  it("leaves columns out with a reason", () => {
    const rows = 60;
    const each = <T>(make: (i: number) => T) => Array.from({ length: rows }, (_, i) => make(i));
    const frame = frameOf(
      {
        ok: numbers(each((i) => i % 7)),
        constant: numbers(each(() => 4)),
        constantText: text(each(() => "x")),
        gone: numbers(each(() => null)),
        goneText: text(each(() => null)),
        sometimes: numbers(each((i) => (i % 2 === 0 ? 1 : null))),
        note: text(each((i) => `the wing of aircraft ${i} was hit by a bird during the climb`)),
        key: text(each((i) => `id-${i}`)),
        site: text(each((i) => `s${i % 3}`)),
        y: numbers(each((i) => i % 2)),
      },
      rows,
    );
    const plan = fitTransform(
      frame,
      { ...request, columns: { id: [], metadata: ["site"] } },
      { categoricalLevels: 10 },
      ctx,
    );
    expect(plan.inputs.map((input) => input.name)).toEqual(["ok", "sometimes"]);
    expect(Object.fromEntries(plan.leftOut.map(({ column, reason }) => [column, reason]))).toEqual({
      constant: "every training row has the same value",
      constantText: "every training row has the same value",
      gone: "every training row misses it",
      goneText: "every training row misses it",
      note: "it is free text: 58 characters on average, 100 % of the values distinct",
      key: "it names its row: 100 % of the values are distinct",
      site: "its role is metadata",
      y: "it is the target",
    });
  });

  it("refuses what cannot be learned from", () => {
    const frame = frameOf({ a: numbers([1, 1, 1]), y: text(["n", "y", "n"]) }, 3);
    expect(() => fitTransform(frame, request, {}, ctx)).toThrow(
      /None of the 2 columns can be learned from: "a", because/,
    );
    expect(() => fitTransform(frame, { ...request, columns: ["b"] }, {}, ctx)).toThrow(/no column "b"/);
    expect(() => fitTransform(frame, { ...request, target: "z" }, {}, ctx)).toThrow(/no column "z"/);
    expect(() => fitTransform(frame, { ...request, targetValues: new Float64Array(2) }, {}, ctx)).toThrow(
      /2 target values for 3 rows/,
    );
    expect(() => fitTransform(frame, request, { folds: 3 }, ctx)).toThrow(/unknown option "folds"/);
    const many = mixed(2, 300);
    const asText = new Map(many.columns).set("y", text(Array.from({ length: 300 }, (_, i) => String(i % 2))));
    expect(() => fitTransform({ ...many, columns: asText }, request, { categoricalLevels: 5 }, ctx)).toThrow(
      /type string, which has no mean/,
    );
  });

  it("makes no table of the target for several classes", () => {
    const plan = fitTransform(mixed(4, 300), { task: "multiclass", target: "y" }, { categoricalLevels: 20 }, ctx);
    const names = plan.features.map((feature) => feature.name);
    expect(names).toContain("plane:frequency");
    expect(names.filter((name) => name.includes("target"))).toEqual([]);
    expect(plan.trainingOverrides.size).toBe(0);
  });

  it("follows a trend in time only when asked", () => {
    const named = (plan: FeaturePlan) =>
      plan.features.map((feature) => feature.name).filter((name) => name.startsWith("when:days"));
    expect(named(fitTransform(mixed(6, 200), request, {}, ctx))).toEqual([]);
    expect(named(fitTransform(mixed(6, 200), request, { timeTrend: true }, ctx))).toEqual([
      "when:days",
      "when:days:scaled",
    ]);
  });

  it("gives pure noise a target table that tells its training rows nothing", () => {
    const frame = mixed(8, 4000, 1500);
    const plan = fitTransform(frame, request, { targetSmoothing: 1 }, ctx);
    const y = (frame.columns.get("y") as { values: Float64Array }).values;
    const own = featureMatrix(plan, frame, { for: "trees" }).find((feature) => feature.name === "plane:target")!;
    expect(correlation(own.values, y)).toBeGreaterThan(0.4);
    expect(Math.abs(correlation(plan.trainingOverrides.get("plane:target")!, y))).toBeLessThan(0.06);
  });

  it("fills a target table by hand-worked numbers", () => {
    const levels = ["a", "a", "a", "b", "b", null];
    const frame = frameOf({ c: text(levels), k: numbers([1, 2, 3, 4, 5, 6]), y: numbers([1, 1, 0, 0, 0, 1]) }, 6);
    const plan = fitTransform(
      frame,
      request,
      { categoricalLevels: 2, targetSmoothing: 2, minLevelRows: 1, idShare: 1 },
      ctx,
    );
    expect(plan.trainingOverrides.size).toBe(0);
    const wider = frameOf(
      { c: text(["a", "a", "a", "b", "b", "c"]), k: numbers([1, 2, 3, 4, 5, 6]), y: numbers([1, 1, 0, 0, 0, 1]) },
      6,
    );
    const table = fitTransform(wider, request, { categoricalLevels: 2, targetSmoothing: 2, idShare: 1 }, ctx);
    const target = table.features.find((feature) => feature.name === "c:target")!;
    const scorer = scorerOf(table, target.ref);
    // prior 3/6; (sum + 2 · 0.5) / (rows + 2)
    expect(["a", "b", "c", "z", null].map((c) => scorer.score({ c }).score)).toEqual([3 / 5, 1 / 4, 2 / 3, 0.5, 0.5]);
  });
});

function rawRow(frame: Frame, i: number): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [name, column] of frame.columns) {
    if (name === "y" || column.type === "vector") continue;
    if (column.type === "string") row[name] = column.codes[i]! < 0 ? null : column.levels[column.codes[i]!]!;
    else
      row[name] =
        column.missing?.[i] === 1 ? null : column.type === "bool" ? column.values[i] === 1 : column.values[i]!;
  }
  return row;
}

function correlation(x: Float64Array, y: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xy += (x[i]! - mx) * (y[i]! - my);
    xx += (x[i]! - mx) ** 2;
    yy += (y[i]! - my) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}
