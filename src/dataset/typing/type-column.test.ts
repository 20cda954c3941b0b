import type { Column } from "@millrace/program";
import { describe, expect, it } from "vitest";
import type { ReadProblem } from "../model.ts";
import { errorOf } from "../reading/shared-data.fixture.ts";
import { TextColumn } from "./text-column.ts";
import { type DeclaredType, typeColumn } from "./type-column.ts";

function column(values: readonly string[], declared?: DeclaredType, nullValues: readonly string[] = []) {
  const text = new TextColumn();
  for (const value of values) {
    const bytes = Buffer.from(value);
    text.add(bytes, 0, bytes.length);
  }
  const problems: ReadProblem[] = [];
  const typed = typeColumn("x", text, { nullValues, declared, numbersInText: true }, problems);
  return { ...typed, problems, texts: values.map((_, row) => typed.text(row)) };
}
const cells = (of: Column): unknown[] =>
  of.type === "string"
    ? Array.from(of.codes, (code) => of.levels[code] ?? null)
    : Array.from(of.values, (value, row) => (of.missing?.[row] === 1 ? null : value));

describe("typeColumn", () => {
  it.each([
    [["1", "", "-3"], "integer", [1, null, -3]],
    [["1", "2.5"], "number", [1, 2.5]],
    [["true", "", "False"], "bool", [1, null, 0]],
    [["08123", "12345"], "string", ["08123", "12345"]],
    [["1", "x"], "string", ["1", "x"]],
    [["None", "NA", ""], "string", ["None", "NA", null]],
    [["9007199254740993", "1"], "string", ["9007199254740993", "1"]],
    [["", ""], "string", [null, null]],
    [["1970-01-02", ""], "timestamp", [86_400_000_000, null]],
    [["2020-01-01", "2020-01-01 10:00:00"], "string", ["2020-01-01", "2020-01-01 10:00:00"]],
    [["2020-01-01T00:00:00Z", "2020-01-01T00:00:00"], "string", ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00"]],
  ])("%j is %s", (values, type, wanted) => {
    const typed = column(values);
    expect(typed.column.type).toBe(type);
    expect(cells(typed.column)).toEqual(wanted);
    expect(typed.texts).toEqual(values.map((value) => (value === "" ? null : value)));
  });

  it("decides by every row: the last of many may turn a column to text", () => {
    const values = Array.from({ length: 100_000 }, (_, k) => String(k / 7));
    expect(column(values).column.type).toBe("number");
    expect(column([...values, "08"]).column.type).toBe("string");
  });

  it("takes day and month only where every row leaves no doubt", () => {
    expect(column(["01/02/2020", "25/02/2020"])).toMatchObject({ pattern: "%d/%m/%Y" });
    expect(column(["01/02/2020", "02/25/2020"])).toMatchObject({ pattern: "%m/%d/%Y" });
    const doubtful = column(["01/02/2020", "03/02/2020"]);
    expect(doubtful.column.type).toBe("string");
    expect(doubtful.problems[0]!.message).toContain("%m/%d/%Y and %d/%m/%Y");
    expect(column(["01/02/2020", "25/02/2020", "02/25/2020"]).column.type).toBe("string");
  });

  it("keeps declared types, and names the row that breaks one", async () => {
    expect(cells(column(["1", "2"], "string").column)).toEqual(["1", "2"]);
    expect(column(["1", "2"], "number").column.type).toBe("number");
    expect(column(["01/02/2020"], { timestamp: "%d/%m/%Y" }).pattern).toBe("%d/%m/%Y");
    expect(cells(column(["3 Feb 2020"], { timestamp: "%d %b %Y" }).column)).toEqual([Date.UTC(2020, 1, 3) * 1000]);
    const error = await errorOf(() => column(["1", "2.5"], "integer"));
    expect(error.code).toBe("DATASET_VALUE_NOT_OF_TYPE");
    expect(error.message).toBe('The column "x" is declared as integer, but the value of row 2 is not.');
  });

  it("says which texts keep a column from being numbers, and takes them as missing when told", () => {
    const values = [...Array.from({ length: 20 }, (_, k) => String(k)), "NA", " "];
    expect(column(values).problems[0]!.next).toContain('nullValues: ["NA"," "]'.replace(",", ", "));
    const typed = column(values, undefined, ["NA", " "]);
    expect(typed.column.type).toBe("integer");
    expect(cells(typed.column).slice(-2)).toEqual([null, null]);
  });
});
