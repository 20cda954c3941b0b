import type { Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { MillraceError, randomStream } from "#kernel";
import { computeStatistics } from "../../statistics/compute-statistics.ts";
import { statisticsFromBinary } from "../../statistics/proto/from-proto.ts";
import { statisticsToBinary } from "../../statistics/proto/to-proto.ts";
import { compareWindows } from "../compare-windows.ts";
import { compareStatistics } from "./compare-statistics.ts";

const normal = (uniform: () => number) => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

/** Rows of one source; `shift` moves the numbers, `tilt` the texts. */
function rowsOf(rows: number, seed: number, { shift = 0, tilt = 0 } = {}): Frame {
  const random = randomStream(seed, "statistics drift");
  const uniform = () => random.uniform();
  const draw = (value: () => number) => Float64Array.from({ length: rows }, value);
  return {
    rows,
    columns: new Map([
      ["height", { type: "number", values: draw(() => normal(uniform) + shift) }],
      // A third are exactly zero: the buckets around the point cannot say how many.
      ["amount", { type: "number", values: draw(() => (uniform() < 0.3 + shift / 2 ? 0 : -Math.log(1 - uniform()))) }],
      ["flag", { type: "integer", values: draw(() => (uniform() < 0.4 + tilt ? 1 : 0)) }],
      [
        "city",
        {
          type: "string",
          levels: ["Bern", "Oslo", "Rome"],
          codes: Int32Array.from({ length: rows }, () => (uniform() < tilt ? 2 : random.integer(3))),
        },
      ],
    ]),
  };
}

const passed = (frame: Frame) => statisticsFromBinary(statisticsToBinary(computeStatistics(frame)));
const drifted = (report: ReturnType<typeof compareWindows>) =>
  report.columns.filter((column) => column.drifted).map(({ name, test: by }) => `${name} ${by}`);

test("two windows of one source do not drift, in any of twenty pairs and under every test that fits", () => {
  const tests = ["psi", "js", "linf", "hellinger", "tvd", "chi2", "gtest", "nad", "missingShare", "newLevels"];
  for (let seed = 0; seed < 20; seed++) {
    const [a, b] = [passed(rowsOf(2000, 2 * seed)), passed(rowsOf(2000, 2 * seed + 1))];
    expect(drifted(compareStatistics(a, b, { tests }))).toEqual([]);
  }
});

test("what moved is found, as the rows have it", () => {
  const [a, b] = [rowsOf(4000, 1), rowsOf(4000, 2, { shift: 0.6, tilt: 0.3 })];
  const found = compareStatistics(passed(a), passed(b), { tests: ["psi"] });
  expect(drifted(found)).toEqual(expect.arrayContaining(["height psi", "flag psi", "city psi"]));
  const exact = new Map(compareWindows(a, b, { tests: ["psi"] }).columns.map((one) => [one.name, one]));
  const of = (name: string) => found.columns.find((one) => one.name === name)!.value!;
  // Levels are counted, so their figure is that of the rows; numbers are within what a bucket hides.
  expect(of("city")).toBe(exact.get("city")!.value);
  expect(of("flag")).toBeCloseTo(exact.get("flag")!.value!, 12);
  expect(Math.abs(of("height") / exact.get("height")!.value! - 1)).toBeLessThan(0.2);
});

test("under compat tfdv statistics and rows give the same figures", () => {
  const [a, b] = [rowsOf(500, 3), rowsOf(700, 4, { shift: 0.2 })];
  const figures = (report: ReturnType<typeof compareWindows>) =>
    Object.fromEntries(report.columns.map(({ name, test: by, value }) => [`${name} ${by}`, value]));
  const rows = figures(compareWindows(a, b, { compat: "tfdv" }));
  const statistics = figures(compareStatistics(passed(a), passed(b), { compat: "tfdv" }));
  expect(Object.keys(statistics)).toEqual(Object.keys(rows));
  for (const [name, value] of Object.entries(rows)) expect(statistics[name]).toBeCloseTo(value!, 12);
});

test("what needs rows says so, and a column that is gone is drift", () => {
  const [a, b] = [passed(rowsOf(100, 5)), passed(rowsOf(100, 6))];
  const [height] = compareStatistics(a, b, { tests: ["ks"], columns: ["height"] }).columns;
  expect(height).toMatchObject({ value: null, drifted: false, detail: { reason: "statistics hold no rows" } });
  const without = { ...b, columns: b.columns.filter(({ name }) => name !== "city") };
  expect(drifted(compareStatistics(a, without))).toEqual(["city columnType"]);
  expect(() => compareStatistics(a, b, { compat: "evidently" })).toThrow(MillraceError);
  expect(() => compareStatistics({ rows: 0, columns: [] }, b)).toThrow(/reference window has no rows/);
});
