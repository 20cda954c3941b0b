import type { Column, Frame } from "@millrace/program";
import { describe, expect, test } from "vitest";
import { compareWindows } from "../drift/compare-windows.ts";
import { schemaFromText } from "../schema/schema-text.ts";
import { computeStatistics } from "../statistics/compute-statistics.ts";
import type { Plant } from "./plants.ts";
import { synthesizeFrame, synthesizeFromSchema } from "./synthesize-frame.ts";

const rows = 4_000;
const seeded: Frame = {
  rows,
  columns: new Map<string, Column>([
    [
      "age",
      {
        type: "integer",
        values: Float64Array.from({ length: rows }, (_, k) => 18 + ((k * 7919) % 60)),
        missing: Uint8Array.from({ length: rows }, (_, k) => (k % 5 === 0 ? 1 : 0)),
      },
    ],
    [
      "cost",
      {
        type: "number",
        values: Float64Array.from({ length: rows }, (_, k) => (k % 4 === 0 ? 0 : (k * 31) % 997) / 10),
      },
    ],
    [
      "plan",
      {
        type: "string",
        levels: ["basic", "plus"],
        codes: Int32Array.from({ length: rows }, (_, k) => (k % 4 === 0 ? 1 : 0)),
      },
    ],
    ["paid", { type: "bool", values: Uint8Array.from({ length: rows }, (_, k) => (k % 10 < 7 ? 1 : 0)) }],
    ["since", { type: "timestamp", values: Float64Array.from({ length: rows }, (_, k) => 1.5e15 + k * 1e9) }],
  ]),
};
const statistics = computeStatistics(seeded);
const made = (plants: readonly Plant[] = [], seed = 1) => synthesizeFrame(statistics, { rows, seed, plants });

describe("made-up rows", () => {
  test("look like the counted ones, column by column", () => {
    const { drifted, columns } = compareWindows(seeded, made());
    expect(columns.filter((column) => column.drifted).map(({ name }) => name)).toEqual([]);
    expect(drifted).toBe(false);
    const again = computeStatistics(made());
    const share = (name: string) => again.columns.find((column) => column.name === name)!;
    expect(Math.abs(share("age").missing / rows - 0.2)).toBeLessThan(0.03);
    expect(Math.abs(share("cost").zeros! / rows - 0.25)).toBeLessThan(0.03);
    expect(share("age").type).toBe("INT");
  });

  test("repeat by their seed, whatever other columns there are", () => {
    expect(made()).toEqual(made());
    expect(made([], 2).columns.get("age")).not.toEqual(made().columns.get("age"));
    const alone = synthesizeFrame(
      { rows, columns: statistics.columns.filter(({ name }) => name === "plan") },
      { rows, seed: 1 },
    );
    expect(alone.columns.get("plan")).toEqual(made().columns.get("plan"));
  });

  test("come of a schema alone", () => {
    const schema = schemaFromText(`
      feature { name: "plan" type: BYTES domain: "plans" presence { min_fraction: 1.0 min_count: 1 } }
      feature { name: "age" type: INT int_domain { min: 17 max: 90 } }
      string_domain { name: "plans" value: "a" value: "b" }
    `);
    const frame = synthesizeFromSchema(schema, { rows: 1_000, seed: 3 });
    const [plan, age] = computeStatistics(frame).columns;
    expect([plan?.unique, plan?.missing]).toEqual([2, 0]);
    expect(age?.min).toBeGreaterThanOrEqual(17);
    expect(age?.max).toBeLessThanOrEqual(90);
    expect(age?.missing).toBeGreaterThan(50);
  });
});

describe("what is planted", () => {
  test("drift is found where it was planted, and nowhere else", () => {
    const plants: Plant[] = [
      { kind: "drift", column: "age", by: 1 },
      { kind: "drift", column: "plan", by: 0.3 },
    ];
    const found = compareWindows(made(), made(plants, 2)).columns.filter(({ drifted }) => drifted);
    expect([...new Set(found.map(({ name }) => name))].sort()).toEqual(["age", "plan"]);
  });

  test("a signal, a leak and noise", () => {
    const plants: Plant[] = [
      { kind: "signal", target: "left", column: "cost", strength: 2 },
      { kind: "leak", column: "refund", target: "left", share: 0.25 },
      { kind: "noise", target: "left", share: 0.1 },
    ];
    const frame = made(plants);
    const text = (name: string) => {
      const column = frame.columns.get(name)!;
      if (column.type !== "string") throw new Error(name);
      return Array.from(column.codes, (code) => column.levels[code] ?? null);
    };
    const left = text("left");
    const refund = text("refund");
    const known = refund.filter((value) => value !== null).length;
    expect(Math.abs(known / rows - 0.25)).toBeLessThan(0.03);
    // Noise draws a tenth anew from all; about half of those stay what they were.
    const agree = refund.filter((value, row) => value !== null && value === left[row]).length;
    expect(agree / known).toBeGreaterThan(0.92);
    expect(agree / known).toBeLessThan(0.98);
    const cost = (frame.columns.get("cost") as { values: Float64Array }).values;
    const mean = (kind: string) => {
      const of = left.flatMap((value, row) => (value === kind ? [cost[row]!] : []));
      return of.reduce((sum, value) => sum + value, 0) / of.length;
    };
    expect(mean("yes")).toBeGreaterThan(mean("no") + 20);
  });

  test("a plant that does not fit is refused", () => {
    expect(() => made([{ kind: "drift", column: "aeg", by: 1 }])).toThrowError(/did you mean age/);
    expect(() => made([{ kind: "drift", column: "paid", by: 1 }])).toThrowError(/type does not allow it/);
  });
});
