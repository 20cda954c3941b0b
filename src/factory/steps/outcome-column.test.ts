import type { Column } from "@millrace/program";
import { describe, expect, it } from "vitest";
import { outcomeColumn } from "./outcome-column.ts";

const text = (...values: (string | null)[]): Column => {
  const levels = [...new Set(values.filter((value) => value !== null))];
  return {
    type: "string",
    levels,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value))),
  };
};

describe("outcomeColumn", () => {
  it("reads truth values that came as text", () => {
    const column = outcomeColumn(text("true", null, "false"), "damaged", "bool");
    expect(column).toEqual({ type: "bool", values: Uint8Array.of(1, 0, 0), missing: Uint8Array.of(0, 1, 0) });
  });

  it("reads numbers, and writes them as text where the target is text", () => {
    expect(outcomeColumn(text("3", "4"), "class", "integer")).toEqual({
      type: "integer",
      values: Float64Array.of(3, 4),
    });
    const numbers: Column = { type: "number", values: Float64Array.of(2, 2) };
    expect(outcomeColumn(numbers, "class", "string")).toEqual({
      type: "string",
      levels: ["2"],
      codes: Int32Array.of(0, 0),
    });
  });

  it("leaves a column of the target's type alone", () => {
    const column = text("a", "b");
    expect(outcomeColumn(column, "class", "string")).toBe(column);
  });

  it("refuses what is no value of the target's type, naming both", () => {
    expect(() => outcomeColumn(text("late"), "delay", "number")).toThrow(
      expect.objectContaining({ code: "FACTORY_OUTCOME_TYPE", message: expect.stringContaining('"late"') }),
    );
  });
});
