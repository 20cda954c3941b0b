import type { Column, Frame } from "@millrace/program";
import { describe, expect, test } from "vitest";
import { describeSupply } from "./describe-supply.ts";

const day = 86_400e6;
const start = Date.UTC(2024, 0, 1) * 1000;
const text = (values: readonly (string | null)[]): Column => {
  const levels = [...new Set(values.filter((value) => value !== null))];
  return {
    type: "string",
    levels,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value))),
  };
};
/** Three rows a day on days 0 … 9 and 20 … 29; the last two days are not labelled. */
const rows = 60;
const dayOf = (row: number) => (row < 30 ? Math.floor(row / 3) : 20 + Math.floor((row - 30) / 3));
const frame: Frame = {
  rows,
  columns: new Map<string, Column>([
    ["when", { type: "timestamp", values: Float64Array.from({ length: rows }, (_, row) => start + dayOf(row) * day) }],
    ["answer", text(Array.from({ length: rows }, (_, row) => (dayOf(row) > 27 ? null : row % 3 === 0 ? "yes" : "no")))],
    ["sex", text(Array.from({ length: rows }, (_, row) => (row % 6 === 0 ? null : row % 6 === 1 ? "f" : "m")))],
  ]),
};
const asOf = start + 36 * day;

describe("what data can carry", () => {
  test("arrival: rows a day, gaps, age and trend", () => {
    expect(describeSupply(frame, { asOf, time: "when" }).arrival).toMatchObject({
      first: "2024-01-01T00:00:00Z",
      last: "2024-01-30T00:00:00Z",
      ageDays: 7,
      daysWithRows: 20,
      days: 30,
      rowsPerDay: 2,
      medianGapDays: 1,
      longestGapDays: 11,
      longestGapFrom: "2024-01-10T00:00:00Z",
    });
  });

  test("labels: share, cost of the rest, and how late they come", () => {
    expect(describeSupply(frame, { asOf, time: "when", label: "answer", labelCost: 2.5 }).labels).toEqual({
      column: "answer",
      labelled: 54,
      share: 0.9,
      costOfRest: 15,
      lagDays: 2,
    });
  });

  test("groups beside a population, with label rates", () => {
    const population = { sex: { f: 0.5, m: 0.5, x: 0.01 } };
    const { groups } = describeSupply(frame, { asOf, label: "answer", groups: ["sex"], population });
    expect(groups.map(({ value, rows: count, ratio, unlike }) => [value, count, ratio, unlike])).toEqual([
      ["m", 40, 40 / 60 / 0.5, false],
      ["(missing)", 10, null, false],
      ["f", 10, 10 / 60 / 0.5, true],
      ["x", 0, 0, false],
    ]);
    // Of 36 labelled rows of m, 9 say yes; statsmodels 0.14 proportion_confint(9, 36, method="wilson").
    expect(groups[0]?.labelRate?.value).toBe(0.25);
    expect(groups[0]?.labelRate?.low).toBeCloseTo(0.1375047766299483, 12);
    expect(groups[0]?.labelRate?.high).toBeCloseTo(0.41070453766728354, 12);
    expect(groups[3]?.labelRate).toBeNull();
  });

  test("what does not fit is refused", () => {
    expect(() => describeSupply(frame, { asOf, time: "sex" })).toThrowError(/holds no dates/);
    expect(() => describeSupply(frame, { asOf, label: "anwser" })).toThrowError(/did you mean answer/);
    const many = { rows: 60, columns: new Map([["id", text(Array.from({ length: 60 }, (_, k) => `${k}`))]]) };
    expect(() => describeSupply(many, { asOf, groups: ["id"] })).toThrowError(/60 values/);
  });
});
