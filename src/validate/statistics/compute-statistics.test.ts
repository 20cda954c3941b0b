import type { Column, Frame } from "@millrace/program";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { computeStatistics } from "#validate";
import { compareBytes } from "./compare-bytes.ts";

const frame = (columns: Record<string, Column>, rows: number): Frame => ({
  rows,
  columns: new Map(Object.entries(columns)),
});
const only = (column: Column, rows: number) => computeStatistics(frame({ x: column }, rows)).columns[0]!;

test("numbers, by hand", () => {
  const column = only(
    { type: "integer", values: Float64Array.of(3, 0, 1, 9, 2), missing: Uint8Array.of(0, 0, 0, 1, 0) },
    5,
  );
  expect(column).toMatchObject({
    type: "INT",
    present: 4,
    missing: 1,
    mean: 1.5,
    std: Math.sqrt(1.25),
    min: 0,
    median: 1.5,
    max: 3,
    zeros: 1,
    unique: 4,
  });
  expect(column.histogram!.map(({ count }) => count)).toEqual([1, 0, 0, 1, 0, 0, 1, 0, 0, 1]);
  expect(column.quantiles).toHaveLength(11);
});

test("infinities and NaN are counted, and left out of the rest", () => {
  const column = only({ type: "number", values: Float64Array.of(1, Number.NaN, Infinity, -Infinity, 3) }, 5);
  expect(column).toMatchObject({ present: 5, nans: 1, positiveInfinities: 1, negativeInfinities: 1, mean: 2, max: 3 });
  expect(JSON.parse(JSON.stringify(column))).toEqual(column);
});

test("text: counts, then values, both descending; lengths in bytes", () => {
  const column = only({ type: "string", levels: ["b", "a", "é", "unused"], codes: Int32Array.of(0, 1, 2, 2, -1) }, 5);
  expect(column).toMatchObject({ present: 4, missing: 1, unique: 3, avgLength: 1.5 });
  expect(column.topValues).toEqual([
    { value: "é", count: 2 },
    { value: "b", count: 1 },
    { value: "a", count: 1 },
  ]);
});

test("booleans, timestamps and vectors", () => {
  expect(only({ type: "bool", values: Uint8Array.of(1, 0, 1) }, 3)).toMatchObject({
    type: "BOOL",
    zeros: 1,
    mean: 2 / 3,
    min: 0,
    max: 1,
  });
  expect(only({ type: "timestamp", values: Float64Array.of(0, 86_400_000_000) }, 2)).toMatchObject({
    type: "TIMESTAMP",
    earliest: "1970-01-01T00:00:00.000Z",
    latest: "1970-01-02T00:00:00.000Z",
  });
  expect(only({ type: "vector", width: 2, values: Float64Array.of(1, 2) }, 1)).toMatchObject({
    minValues: 2,
    maxValues: 2,
  });
});

describe("edges", () => {
  test("no rows, all missing, one value", () => {
    expect(only({ type: "number", values: new Float64Array() }, 0)).toMatchObject({
      present: 0,
      missing: 0,
      minValues: 0,
    });
    expect(only({ type: "number", values: Float64Array.of(0), missing: Uint8Array.of(1) }, 1)).toMatchObject({
      present: 0,
      missing: 1,
    });
    expect(only({ type: "number", values: Float64Array.of(7) }, 1).histogram).toEqual([{ low: 7, high: 7, count: 1 }]);
  });

  test("a range wider than the largest double", () => {
    const { histogram } = only({ type: "number", values: Float64Array.of(-1.7e308, 0, 1.7e308) }, 3);
    expect(histogram!.reduce((sum, { count }) => sum + count, 0)).toBe(3);
  });
});

test("a histogram counts every finite value once, and row order changes no count", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), (values) => {
      const plain = only({ type: "number", values: Float64Array.from(values) }, values.length);
      const turned = only({ type: "number", values: Float64Array.from(values.toReversed()) }, values.length);
      expect(plain.histogram!.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
      expect([turned.histogram, turned.quantiles, turned.unique]).toEqual([
        plain.histogram,
        plain.quantiles,
        plain.unique,
      ]);
    }),
  );
});

test("texts sort by their UTF-8 bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});
