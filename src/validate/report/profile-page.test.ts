import type { Column, Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { computeStatistics, nestFrame } from "#validate";
import { profilePage } from "./profile-page.ts";

const rows = 500;
const text = (values: readonly string[]): Column => {
  const levels = [...new Set(values)];
  return { type: "string", levels, codes: Int32Array.from(values, (value) => levels.indexOf(value)) };
};
const frameOf = (shift: number): Frame => ({
  rows,
  columns: new Map<string, Column>([
    [
      "amount",
      { type: "number", values: Float64Array.from({ length: rows }, (_, k) => ((k * 7919) % rows) / 8 + shift) },
    ],
    ["grade", { type: "integer", values: Float64Array.from({ length: rows }, (_, k) => k % 5) }],
    ["city", text(Array.from({ length: rows }, (_, k) => `c${(k * k) % 7}`))],
    ["tags", text(Array.from({ length: rows }, (_, k) => JSON.stringify(k % 3 === 0 ? ["a"] : ["b", "c"])))],
  ]),
});

test("a report on statistics shows what one on the rows shows", () => {
  const datasets = [0, 20].map((shift) => ({ name: `shifted by ${shift}`, frame: nestFrame(frameOf(shift)) }));
  const ofRows = profilePage("rows", datasets, undefined);
  const ofStatistics = profilePage(
    "statistics",
    datasets.map(({ name, frame }) => ({
      name,
      frame: { rows, columns: new Map() },
      statistics: computeStatistics(frame),
    })),
    undefined,
  );
  expect(ofStatistics.datasets).toEqual(ofRows.datasets);
  for (const [k, column] of ofRows.columns.entries()) {
    const other = ofStatistics.columns[k]!;
    expect([other.name, other.type, other.figures, other.drifted]).toEqual([
      column.name,
      column.type,
      column.figures,
      column.drifted,
    ]);
    expect(other.distances![0]).toBeCloseTo(column.distances![0]!, 2);
    if (column.chart?.kind !== "bins") expect(other.chart).toEqual(column.chart);
    else
      for (const [i, counts] of column.chart.counts.entries()) {
        const near = other.chart!.counts[i]!;
        expect(near.reduce((sum, count) => sum + count, 0)).toBe(rows);
        for (const [bin, count] of counts!.entries()) expect(Math.abs(near[bin]! - count)).toBeLessThanOrEqual(6);
      }
  }
});

test("values of lists are values, and how many a row holds is said", () => {
  const { columns } = profilePage("lists", [{ name: "one", frame: nestFrame(frameOf(0)) }], undefined);
  const tags = columns.find(({ name }) => name === "tags")!;
  expect(tags.figures[0]).toMatchObject({ unique: 3, valency: [1, 2] });
  expect(tags.chart).toMatchObject({ kind: "values", labels: ["b", "c", "a"] });
});
