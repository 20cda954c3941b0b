import type { Column, Frame } from "@millrace/program";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomStream, shuffledIndices } from "#kernel";
import { selectRows } from "../frames/select-rows.ts";
import { errorOf } from "../reading/shared-data.fixture.ts";
import { assignSplits } from "./assign-splits.ts";
import type { SplitOptions } from "./split-options.ts";

const DAY = 86_400_000_000;
const texts = (values: readonly (string | null)[]): Column => {
  const levels = [...new Set(values.filter((value) => value !== null))] as string[];
  return {
    type: "string",
    codes: Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value))),
    levels,
  };
};
const numbers = (values: readonly number[], type: "number" | "integer" | "timestamp" = "number"): Column => ({
  type,
  values: Float64Array.from(values),
});
const frameOf = (columns: Record<string, Column>): Frame => ({
  rows: Math.max(
    ...Object.values(columns).map((column) => (column.type === "string" ? column.codes.length : column.values.length)),
  ),
  columns: new Map(Object.entries(columns)),
});
const fractions = { train: 0.6, validation: 0.2, test: 0.2 };

/** Rows with repeats: few distinct values in each column. */
const someFrame = fc
  .array(
    fc.record({
      x: fc.integer({ min: 0, max: 40 }),
      s: fc.constantFrom("a", "b", "c", null),
      g: fc.constantFrom("p", "q", "r", "t", "u", "v"),
      d: fc.integer({ min: 0, max: 60 }),
    }),
    {
      minLength: 60,
      maxLength: 200,
    },
  )
  .map((rows) =>
    frameOf({
      x: numbers(rows.map((row) => row.x)),
      s: texts(rows.map((row) => row.s)),
      g: texts(rows.map((row) => row.g)),
      d: numbers(
        rows.map((row) => row.d * DAY),
        "timestamp",
      ),
    }),
  );
const anyOptions = fc.constantFrom<SplitOptions>(
  { strategy: "random", fractions },
  { strategy: "stratified", target: "s", fractions },
  {
    strategy: "group",
    group: "g",
    fractions: { train: 0.5, validation: 0, test: 0.5 },
    features: ["x", "s", "d", "g"],
  },
  { strategy: "time", time: "d", fractions, features: ["x", "s"], gapDays: 2 },
);
/** Splits, or undefined where so few rows cannot be split as asked. */
const attempt = (frame: Frame, options: SplitOptions) => {
  try {
    return assignSplits(frame, options);
  } catch (error) {
    expect((error as { code: string }).code).toBe("DATASET_SPLIT_IMPOSSIBLE");
    return undefined;
  }
};
const rowKey = (frame: Frame, names: readonly string[], row: number) =>
  JSON.stringify(
    names.map((name) => {
      const column = frame.columns.get(name)!;
      return column.type === "string" ? (column.levels[column.codes[row]!] ?? null) : column.values[row];
    }),
  );

describe("assignSplits", () => {
  it("gives every row one split, the same every time, and counts them", () => {
    fc.assert(
      fc.property(someFrame, anyOptions, (frame, options) => {
        const split = attempt(frame, options);
        if (split === undefined) return;
        expect(split.codes.length).toBe(frame.rows);
        expect(assignSplits(frame, options).codes).toEqual(split.codes);
        const rows = split.report.rows as Record<string, number>;
        expect(Object.values(rows).reduce((a, b) => a + b)).toBe(frame.rows);
        expect(rows.train).toBe(split.codes.filter((code) => code === 0).length);
        if (options.strategy !== "time") expect(rows.leftOut).toBe(0);
      }),
    );
  });

  it("does not depend on the order of rows", () => {
    fc.assert(
      fc.property(someFrame, anyOptions, fc.integer(), (frame, options, seed) => {
        const order = shuffledIndices(frame.rows, randomStream(seed, "order"));
        const split = attempt(frame, options);
        if (split === undefined) return;
        const shuffled = assignSplits(selectRows(frame, order), options).codes;
        expect(shuffled).toEqual(Uint8Array.from(order, (row) => split.codes[row]!));
      }),
    );
  });

  it("never parts duplicates over the features", () => {
    fc.assert(
      fc.property(someFrame, anyOptions, (frame, options) => {
        const split = attempt(frame, options);
        if (split === undefined) return;
        const seen = new Map<string, number>();
        for (let row = 0; row < frame.rows; row++) {
          const code = split.codes[row]!;
          if (code === 3) continue;
          const key = rowKey(frame, options.features ?? [...frame.columns.keys()], row);
          expect(seen.get(key) ?? code).toBe(code);
          seen.set(key, code);
        }
      }),
    );
  });

  it("keeps groups whole", () => {
    fc.assert(
      fc.property(someFrame, fc.integer(), (frame, seed) => {
        const split = attempt(frame, {
          strategy: "group",
          group: "g",
          fractions: { train: 0.5, validation: 0, test: 0.5 },
          seed,
        });
        if (split === undefined) return;
        const splitsOf = new Map<string, Set<number>>();
        for (let row = 0; row < frame.rows; row++) {
          const key = rowKey(frame, ["g"], row);
          splitsOf.set(key, (splitsOf.get(key) ?? new Set()).add(split.codes[row]!));
        }
        for (const codes of splitsOf.values()) expect(codes.size).toBe(1);
      }),
    );
  });

  it("respects time order and the gap", () => {
    fc.assert(
      fc.property(someFrame, fc.integer({ min: 0, max: 10 }), (frame, gapDays) => {
        const split = attempt(frame, { strategy: "time", time: "d", fractions, gapDays });
        if (split === undefined) return;
        const times = (frame.columns.get("d") as { values: Float64Array }).values;
        const of = (code: number) => [...times].filter((_, row) => split.codes[row] === code);
        // Two cuts apart by more than the gap leave at least the gap between the splits.
        if (of(1).length > 0)
          expect(Math.min(...of(1)) - Math.max(...of(0))).toBeGreaterThan(gapDays === 0 ? 0 : gapDays * DAY - 1);
        expect(Math.min(...of(2)) - Math.max(...of(1))).toBeGreaterThan(gapDays === 0 ? 0 : gapDays * DAY - 1);
      }),
    );
  });

  it("comes near the fractions, and a row stays where it is when others come", () => {
    const frame = frameOf({ x: numbers(Array.from({ length: 20_000 }, (_, row) => row)) });
    const split = assignSplits(frame, { strategy: "random", fractions, seed: 3 });
    const rows = split.report.rows as { train: number; validation: number; test: number };
    // Three standard deviations of a share of 0.2 over 20,000 rows are 170 rows.
    expect(Math.abs(rows.validation - 4000)).toBeLessThan(170);
    expect(Math.abs(rows.test - 4000)).toBeLessThan(170);
    const fewer = selectRows(
      frame,
      Array.from({ length: 10_000 }, (_, row) => row),
    );
    expect(assignSplits(fewer, { strategy: "random", fractions, seed: 3 }).codes).toEqual(split.codes.slice(0, 10_000));
    expect(assignSplits(frame, { strategy: "random", fractions, seed: 4 }).codes).not.toEqual(split.codes);
  });

  it("cuts small data exactly, and strata alike", () => {
    const target = Array.from({ length: 100 }, (_, row) => (row < 10 ? "yes" : "no"));
    const frame = frameOf({ x: numbers(target.map((_, row) => row)), y: texts(target) });
    const split = assignSplits(frame, { strategy: "stratified", target: "y", fractions });
    expect(split.report.rows).toEqual({ train: 60, validation: 20, test: 20, leftOut: 0 });
    expect(split.report.target).toMatchObject({
      train: {
        shares: [
          { value: "no", rows: 54 },
          { value: "yes", rows: 6 },
        ],
      },
      test: { shares: [{ rows: 18 }, { rows: 2 }] },
    });
  });

  it("cuts between times, so that equal times fall together, or at stated moments", () => {
    const days = [1, 1, 1, 1, 1, 1, 2, 2, 3, 3];
    const frame = frameOf({
      x: numbers(days.map((_, row) => row)),
      d: numbers(
        days.map((day) => day * DAY),
        "timestamp",
      ),
    });
    const split = assignSplits(frame, { strategy: "time", time: "d", fractions });
    expect([...split.codes]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 2, 2]);
    expect(split.report.boundaries).toEqual({
      validationFrom: "1970-01-03T00:00:00.000Z",
      testFrom: "1970-01-04T00:00:00.000Z",
    });
    const stated = assignSplits(frame, {
      strategy: "time",
      time: "d",
      boundaries: { testFrom: "1970-01-04" },
      gapDays: 1,
    });
    expect([...stated.codes]).toEqual([0, 0, 0, 0, 0, 0, 3, 3, 2, 2]);
  });
});

describe("splits that cannot be", () => {
  it("3 rows, one time, one group", async () => {
    const three = frameOf({ x: numbers([1, 2, 3]), g: texts(["a", "a", "a"]), d: numbers([5, 5, 5], "timestamp") });
    const time = await errorOf(() => assignSplits(three, { strategy: "time", time: "d", fractions }));
    expect(time.code).toBe("DATASET_SPLIT_IMPOSSIBLE");
    expect(time.message).toMatch(/^A time split of 3 rows leaves \w+ empty/);
    expect((await errorOf(() => assignSplits(three, { strategy: "group", group: "g", fractions }))).code).toBe(
      "DATASET_SPLIT_IMPOSSIBLE",
    );
    const twins = frameOf({ x: numbers([1, 1, 1, 1, 1]) });
    const alike = await errorOf(() => assignSplits(twins, { strategy: "random", fractions }));
    expect(alike.message).toContain("Only 1 of them differ, and equal rows stay together.");
    const two = selectRows(three, [0, 1]);
    expect((await errorOf(() => assignSplits(two, { strategy: "random", fractions }))).next).toContain("more rows");
    expect(
      assignSplits(three, { strategy: "random", fractions: { train: 0.34, validation: 0.33, test: 0.33 } }).report.rows,
    ).toEqual({ train: 1, validation: 1, test: 1, leftOut: 0 });
  });

  it("unknown columns, wrong fractions, a text as time", async () => {
    const frame = frameOf({ speed: numbers([1, 2]), s: texts(["a", "b"]) });
    expect((await errorOf(() => assignSplits(frame, { strategy: "random", target: "sped" }))).message).toContain(
      "did you mean speed?",
    );
    expect(
      (
        await errorOf(() =>
          assignSplits(frame, { strategy: "random", fractions: { train: 0.9, validation: 0.2, test: 0 } }),
        )
      ).message,
    ).toContain("add up to 1");
    expect((await errorOf(() => assignSplits(frame, { strategy: "time", time: "s" }))).code).toBe(
      "DATASET_COLUMN_TYPE",
    );
    expect((await errorOf(() => assignSplits(frame, { strategy: "time" }))).code).toBe("DATASET_OPERATION_INVALID");
  });
});
