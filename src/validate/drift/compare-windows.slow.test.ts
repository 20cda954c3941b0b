import type { Column, Frame, StringColumn } from "@millrace/program";
import { describe, expect, test } from "vitest";
import { randomStream, shuffledIndices } from "#kernel";
import { compareWindows, stabilityIndexNull } from "#validate";
import { goldenCsv } from "../goldens/golden-csv.ts";
import { stabilityIndex } from "./binned/binned-distances.ts";

const birds = goldenCsv(new URL("../../../node_modules/vega-datasets/data/birdstrikes.csv", import.meta.url));

function select(frame: Frame, rows: ArrayLike<number>): Frame {
  const take = <T extends Float64Array | Uint8Array | Int32Array>(values: T): T =>
    (values.constructor as unknown as { from(of: ArrayLike<number>, pick: (row: number) => number): T }).from(
      rows,
      (row) => values[row]!,
    );
  const columns = [...frame.columns].map(([name, column]): [string, Column] => {
    if (column.type === "string") return [name, { ...column, codes: take(column.codes) }];
    return [
      name,
      {
        ...column,
        values: take(column.values as Float64Array),
        ...(column.missing && { missing: take(column.missing) }),
      } as Column,
    ];
  });
  return { rows: rows.length, columns: new Map(columns) };
}

const date = birds.columns.get("Flight Date") as StringColumn;
const years = Array.from(date.codes, (code) => Number(date.levels[code]!.slice(0, 4)));
const inYears = (from: number, to: number) =>
  select(
    birds,
    years.flatMap((year, row) => (year >= from && year <= to ? [row] : [])),
  );
const text = (values: (string | null)[]): StringColumn => {
  const levels = [...new Set(values.filter((value) => value !== null))];
  return {
    type: "string",
    levels,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value))),
  };
};
const frame = (columns: Record<string, Column>, rows: number): Frame => ({
  rows,
  columns: new Map(Object.entries(columns)),
});

describe("bird strikes against 1990–96", () => {
  const reference = inYears(1990, 1996);
  const series = [1997, 1998, 1999, 2000, 2001, 2002].map((year) => {
    const report = compareWindows(reference, inYears(year, year), { columns: ["Aircraft Make Model"] });
    return { year, psi: report.columns.find((column) => column.test === "psi")!, report };
  });

  test("the index of the aircraft model grows from about 0.7 to 2.3 (an empty cell counts as half a row)", () => {
    expect(Math.abs(series[0]!.psi.value! - 0.7)).toBeLessThan(0.15);
    expect(Math.abs(series[5]!.psi.value! - 2.3)).toBeLessThan(0.15);
    expect(series.map(({ psi }) => Number(psi.value!.toFixed(2)))).toEqual([0.63, 0.58, 1.03, 1.21, 1.85, 2.3]);
    // Without the noise of some 180 sparse levels about 0.2 less.
    expect(series.map(({ psi }) => Number((psi.detail.corrected as number).toFixed(1)))).toEqual([
      0.4, 0.4, 0.8, 1, 1.7, 2,
    ]);
    expect(series.every(({ psi }) => psi.drifted)).toBe(true);
  });

  test("new levels are chance at first, and drift from 1999 on", () => {
    const drifted = series.map(({ report }) => report.columns.find((column) => column.test === "newLevels")!.drifted);
    expect(drifted).toEqual([false, false, true, true, true, true]);
  });
});

test("shuffled splits of the bird strikes raise no alarm in at least 95 of 100 repetitions", () => {
  let quiet = 0;
  for (let seed = 0; seed < 100; seed++) {
    const order = shuffledIndices(birds.rows, randomStream(seed, "split"));
    const report = compareWindows(select(birds, order.subarray(0, 4500)), select(birds, order.subarray(4500, 5365)), {
      exclude: ["Flight Date"],
      shuffles: 20,
      seed,
    });
    if (!report.drifted) quiet++;
  }
  expect(quiet).toBeGreaterThanOrEqual(95);
});

describe("the index without drift", () => {
  /** Draws the index of two samples of one source, many times. */
  function simulate(shares: readonly number[], n: number, m: number, times: number) {
    const random = randomStream(3, `null/${shares.length}`);
    const cumulative = shares.map((_, i) => shares.slice(0, i + 1).reduce((sum, share) => sum + share, 0));
    const draw = (rows: number) => {
      const counts = new Float64Array(shares.length);
      for (let row = 0; row < rows; row++) {
        const u = random.uniform() * cumulative.at(-1)!;
        let low = 0;
        let high = cumulative.length - 1;
        while (low < high) {
          const middle = (low + high) >>> 1;
          if (cumulative[middle]! <= u) low = middle + 1;
          else high = middle;
        }
        counts[low]! += 1;
      }
      return counts;
    };
    const values = Array.from({ length: times }, () => stabilityIndex(draw(n), draw(m), n, m));
    const mean = values.reduce((sum, value) => sum + value, 0) / times;
    return { mean, spread: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (times - 1)) };
  }

  test.each([
    [10, 1000, 500],
    [30, 3000, 900],
  ])("%d bins, %d and %d rows: mean and spread are the formula's", (bins, n, m) => {
    const simulated = simulate(
      Array.from({ length: bins }, () => 1 / bins),
      n,
      m,
      600,
    );
    const { expected, spread } = stabilityIndexNull(bins, n, m);
    expect(Math.abs(simulated.mean / expected - 1)).toBeLessThan(0.08);
    expect(Math.abs(simulated.spread / spread - 1)).toBeLessThan(0.12);
  });

  test("225 levels on 865 rows: noise alone gives about 0.3", () => {
    expect(stabilityIndexNull(225, 4500, 865).expected).toBeCloseTo(0.309, 3);
    expect(
      simulate(
        Array.from({ length: 225 }, () => 1),
        4500,
        865,
        200,
      ).mean,
    ).toBeCloseTo(0.32, 1);
  });
});

describe("single tests", () => {
  const random = randomStream(1, "single");
  const numbers = (n: number, shift = 0): Column => ({
    type: "number",
    values: Float64Array.from({ length: n }, () => random.uniform() + shift),
  });
  const one = (test: string, a: Column, b: Column, n: number, m: number) =>
    compareWindows(frame({ x: a }, n), frame({ x: b }, m), { tests: [test] }).columns[0]!;

  test.each(["psi", "js", "linf", "chi2", "ks", "wasserstein"])("%s sees a shift and no shift", (name) => {
    expect(one(name, numbers(600), numbers(300, 0.5), 600, 300).drifted).toBe(true);
    expect(one(name, numbers(600), numbers(300), 600, 300).drifted).toBe(false);
  });

  test("a constant that becomes another constant drifts", () => {
    const constant = (value: number): Column => ({ type: "integer", values: new Float64Array(200).fill(value) });
    expect(one("psi", constant(5), constant(7), 200, 200).drifted).toBe(true);
    expect(one("psi", constant(5), constant(5), 200, 200)).toMatchObject({ value: 0, drifted: false });
  });

  test("one missing value in a small window is no alarm, a fifth is", () => {
    const values = (n: number, missing: number) =>
      text(Array.from({ length: n }, (_, i) => (i < missing ? null : "a")));
    expect(one("missingShare", values(1000, 0), values(30, 1), 1000, 30)).toMatchObject({
      drifted: false,
      detail: { method: "exact" },
    });
    expect(one("missingShare", values(1000, 10), values(100, 20), 1000, 100).drifted).toBe(true);
  });

  test("a source with many rare levels keeps bringing new ones; a frequent new one is drift", () => {
    const rare = (n: number) => text(Array.from({ length: n }, () => `l${Math.floor(random.uniform() * 2000)}`));
    const found = one("newLevels", rare(1500), rare(400), 1500, 400);
    expect(found.value).toBeGreaterThan(0.3);
    expect(Math.abs(found.value! - (found.detail.expected as number))).toBeLessThan(0.1);
    expect(found.drifted).toBe(false);
    const fixed = (n: number, fresh: number) =>
      text(Array.from({ length: n }, (_, i) => (i < fresh ? "new" : `l${i % 5}`)));
    expect(one("newLevels", fixed(1000, 0), fixed(200, 40), 1000, 200).drifted).toBe(true);
  });

  test("values outside mean ± 2 standard deviations", () => {
    const spread = (n: number, factor: number): Column => ({
      type: "number",
      values: Float64Array.from({ length: n }, (_, i) => ((i % 21) - 10) * factor),
    });
    expect(one("outsideBand", spread(420, 1), spread(210, 2), 420, 210).drifted).toBe(true);
    expect(one("outsideBand", spread(420, 1), spread(210, 1), 420, 210).drifted).toBe(false);
  });
});

describe("windows that do not fit", () => {
  const a = frame({ x: text(["a"]), y: text(["b"]) }, 1);

  test("a lost column and a changed type are drift, a name that nobody has is an error", () => {
    const b = frame({ x: { type: "number", values: Float64Array.of(1) } }, 1);
    expect(compareWindows(a, b).columns.map(({ name, test, drifted }) => [name, test, drifted])).toEqual([
      ["x", "columnType", true],
      ["y", "columnType", true],
    ]);
    expect(() => compareWindows(a, a, { columns: ["z"] })).toThrow(
      expect.objectContaining({ code: "VALIDATE_COLUMN_UNKNOWN" }),
    );
  });

  test("no rows, an unknown test, an unknown option", () => {
    expect(() => compareWindows(frame({}, 0), a)).toThrow(expect.objectContaining({ code: "VALIDATE_WINDOW_EMPTY" }));
    expect(() => compareWindows(a, a, { tests: ["pssi"] })).toThrow(/psi/);
    expect(() => compareWindows(a, a, { alfa: 0.1 } as never)).toThrow(/alpha/);
  });

  test("few rows give no value", () => {
    expect(compareWindows(a, a, { tests: ["psi"] }).columns[0]).toMatchObject({ value: null, drifted: false });
  });
});
