import type { Column, Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { selectRows } from "#dataset";
import { computeStatistics, streamStatistics } from "#validate";

const rows = 30_000;
const name = (k: number) => (k % 3 === 0 ? `often ${k % 6}` : `once ${k}`);
const levels = [...new Set(Array.from({ length: rows }, (_, k) => name(k)))];
const codes = new Map(levels.map((level, code) => [level, code]));
const columns: Record<string, Column> = {
  few: { type: "integer", values: Float64Array.from({ length: rows }, (_, k) => k % 50) },
  many: { type: "number", values: Float64Array.from({ length: rows }, (_, k) => Math.fround(((k * 7919) % rows) / 7)) },
  text: { type: "string", levels, codes: Int32Array.from({ length: rows }, (_, k) => codes.get(name(k))!) },
};
const frame: Frame = { rows, columns: new Map(Object.entries(columns)) };
const parts = (size: number) => async (work: (part: Frame) => void) => {
  for (let from = 0; from < rows; from += size)
    work(
      selectRows(
        frame,
        Uint32Array.from({ length: Math.min(size, rows - from) }, (_, k) => from + k),
      ),
    );
};

test("within the limit, parts of any size give the statistics of the whole", async () => {
  const whole = computeStatistics(frame);
  expect(await streamStatistics(parts(701))).toEqual(whole);
  expect(await streamStatistics(parts(rows))).toEqual(whole);
});

test("beyond it, histograms and frequent texts are exact by a second reading; the rest states its bound", async () => {
  const whole = computeStatistics(frame).columns;
  const [few, many, text] = (await streamStatistics(parts(997), { limit: 100 })).columns;
  expect(few).toEqual(whole[0]);
  const same = ["present", "missing", "mean", "std", "min", "max", "zeros", "histogram"] as const;
  for (const figure of same) expect(many![figure], figure).toEqual(whole[1]![figure]);
  expect(many!.precision).toMatchObject({ median: { relativeError: 2 ** -10 }, unique: { confidence: 0.997 } });
  expect(many!.precision).not.toHaveProperty("histogram");
  expect(Math.abs(many!.unique! / whole[1]!.unique! - 1)).toBeLessThan(0.05);
  expect(text!.topValues!.slice(0, 2)).toEqual([
    { value: "often 3", count: 5000 },
    { value: "often 0", count: 5000 },
  ]);
  expect(text).toMatchObject({ avgLength: whole[2]!.avgLength, minLength: 6, maxLength: 10 });
});
