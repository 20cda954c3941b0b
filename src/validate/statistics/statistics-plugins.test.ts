import type { Column } from "@millrace/program";
import { expect, test } from "vitest";
import { computeStatistics, nestFrame, type StatisticPlugin } from "#validate";

const text = (...values: (string | null)[]): Column => {
  const levels = [...new Set(values.filter((value) => value !== null))];
  return {
    type: "string",
    levels,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value))),
  };
};
const frame = (columns: Record<string, Column>, rows: number) => ({ rows, columns: new Map(Object.entries(columns)) });

test("a statistic of one's own stands among a column's figures", () => {
  const shouting: StatisticPlugin<number> = {
    kind: "statistic",
    name: "shouting",
    version: "1",
    traits: { types: ["string"] },
    accumulate: (column) =>
      column.type === "string" ? column.levels.filter((level) => level === level.toUpperCase()).length : 0,
    result: (levels) => [{ name: "upper_case_levels", num: levels }],
  };
  const data = frame({ s: text("A", "b", "C"), n: { type: "integer", values: Float64Array.of(1, 2, 3) } }, 3);
  const { columns } = computeStatistics(data, { plugins: [shouting as StatisticPlugin] });
  expect(columns.map(({ custom }) => custom)).toEqual([[{ name: "upper_case_levels", num: 2 }], undefined]);
  expect(() => computeStatistics(data, { plugins: [{ kind: "metric" } as never] })).toThrow(/plug-in of the kind/);
});

test("JSON texts become lists and structures; fields count within their whole", () => {
  const nested = nestFrame(
    frame(
      {
        tags: text('["a","b"]', "[]", null),
        who: text('{"name":"Ann","age":31}', '{"name":"Bob"}', null),
        log: text('[{"at":1},{"at":2}]', '[{"at":3}]', "[]"),
        odd: text("[1]", "[", "{}"),
      },
      3,
    ),
  );
  const { columns } = computeStatistics(nested);
  const shown = columns.map(({ name, type, present, missing, minValues, maxValues, mean }) => [
    name,
    type,
    present,
    missing,
    minValues,
    maxValues,
    mean,
  ]);
  expect(shown).toEqual([
    ["tags", "STRING", 2, 1, 0, 2, undefined],
    ["who", "STRUCT", 2, 1, 1, 1, undefined],
    ["who.name", "STRING", 2, 0, 1, 1, undefined],
    ["who.age", "INT", 1, 1, 1, 1, 31],
    ["log", "STRUCT", 3, 0, 0, 2, undefined],
    ["log.at", "INT", 3, 0, 1, 1, 2],
    ["odd", "STRING", 3, 0, 1, 1, undefined],
  ]);
});

test("slices: crosses by name, each value of a list, too many refused", () => {
  const data = frame({ b: text("x", "y", "x"), a: text("1", "1", null), n: text("k", "k", "k") }, 3);
  const { slices } = computeStatistics(data, { slices: [["b", "a"], ["n"]] });
  expect(slices!.map(({ name, rows }) => [name, rows])).toEqual([
    ["a_1_b_x", 1],
    ["a_1_b_y", 1],
    ["n_k", 3],
  ]);
  expect(() => computeStatistics(data, { slices: [["b"]], maxSlices: 1 })).toThrow(/more than 1 values/);
  expect(() => computeStatistics(data, { slices: [["c"]] })).toThrow(/no column "c"/);
});
