import type { Column, Frame } from "@millrace/program";
import { describe, expect, test } from "vitest";
import { isMillraceError } from "#kernel";
import { readTarget, readTargetAs } from "./read-target.ts";

const frameOf = (y: Column, rows: number): Frame => ({ rows, columns: new Map([["y", y]]) });
const texts = (...values: readonly (string | null)[]): Frame => {
  const levels = [...new Set(values.filter((value) => value !== null))];
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value)));
  return frameOf({ type: "string", codes, levels }, values.length);
};
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (isMillraceError(error)) return error.code;
    throw error;
  }
  return "nothing was thrown";
};

describe("a target under known classes", () => {
  test("counts what is missing and what is not known apart", () => {
    const { values, labelled, unknown } = readTargetAs(texts("no", "maybe", null, "yes"), "y", "binary", ["no", "yes"]);
    expect([...values]).toEqual([0, Number.NaN, Number.NaN, 1]);
    expect([labelled, unknown]).toEqual([2, 1]);
  });

  test("truth values and numbers are classes by their text", () => {
    const bool: Column = { type: "bool", values: Uint8Array.of(1, 0, 1), missing: Uint8Array.of(0, 0, 1) };
    const read = readTargetAs(frameOf(bool, 3), "y", "binary", ["false", "true"]);
    expect([[...read.values], read.labelled, read.unknown]).toEqual([[1, 0, Number.NaN], 2, 0]);
    const integer: Column = { type: "integer", values: Float64Array.of(3, 7, 4) };
    const many = readTargetAs(frameOf(integer, 3), "y", "multiclass", ["3", "4", "5"]);
    expect([[...many.values], many.labelled, many.unknown]).toEqual([[0, Number.NaN, 1], 2, 1]);
  });

  test("numbers among texts are read; other texts and blanks are unknown, never 0", () => {
    const { values, labelled, unknown } = readTargetAs(texts("1.5", "n/a", " ", null, "-2"), "y", "regression");
    expect([...values]).toEqual([1.5, Number.NaN, Number.NaN, Number.NaN, -2]);
    expect([labelled, unknown]).toEqual([2, 2]);
  });

  test("refuses a column that is not there, and an infinite value", () => {
    expect(codeOf(() => readTargetAs(texts("a"), "z", "binary", ["a", "b"]))).toBe("LEARN_COLUMN_UNKNOWN");
    expect(codeOf(() => readTargetAs(texts("1", "Infinity"), "y", "regression"))).toBe("LEARN_TARGET_NOT_FINITE");
    const number: Column = { type: "number", values: Float64Array.of(1, Number.NEGATIVE_INFINITY) };
    expect(codeOf(() => readTargetAs(frameOf(number, 2), "y", "regression"))).toBe("LEARN_TARGET_NOT_FINITE");
  });
});

test("numbers whose squares are no numbers are refused, with the unit as the way out", () => {
  const of = (unit: number) =>
    frameOf({ type: "number", values: Float64Array.from({ length: 40 }, (_, i) => (i % 7) * unit) }, 40);
  const read = (unit: number) => readTarget(of(unit), { target: "y", task: "regression" });
  expect(codeOf(() => read(1e307))).toBe("LEARN_TARGET_NOT_FINITE");
  expect(codeOf(() => read(1e-310))).toBe("LEARN_TARGET_CONSTANT");
  expect(() => read(1e-310)).toThrow(/from 0 to 6e-310/);
  expect(() => read(0)).toThrow(/= 0; there is nothing/);
  expect(read(1e149).labelled).toBe(40);
  expect(read(1e-149).labelled).toBe(40);
});
