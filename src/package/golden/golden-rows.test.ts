import { Unreadable, valueReader } from "@millrace/program";
import { describe, expect, test } from "vitest";
import { randomCases } from "../../../program/testing/parity.ts";
import { forestModel } from "../fixtures/forest-model.ts";
import { readCsv, rowsCsv } from "./csv.ts";
import { nextDown, nextUp, ulpDistance } from "./float-steps.ts";
import { goldenRows } from "./golden-rows.ts";
import { goldenParity, goldenVectors, storedRowsOf } from "./golden-vectors.ts";

describe("golden rows", () => {
  const { program, tensors } = forestModel();

  test("are the same for the same program, and more of them begin with the fewer", () => {
    const rows = goldenRows(program, tensors, 200);
    expect(goldenRows(program, tensors, 200)).toEqual(rows);
    expect(goldenRows(program, tensors, 50)).toEqual(rows.slice(0, 50));
    const other = { ...program, inputs: program.inputs.map((input) => ({ ...input, name: `${input.name} 2` })) };
    expect(goldenRows(other, tensors, 50).map((row) => Object.values(row))).not.toEqual(
      rows.slice(0, 50).map((row) => Object.values(row)),
    );
  });

  test("hold every boundary with its neighbours, every level, and missing values only where they may be", () => {
    const rows = goldenRows(program, tensors, 2000);
    const cells = (name: string) => new Set(rows.map((row) => row[name]));
    for (const threshold of [21.5, 0.1, -3])
      for (const value of [threshold, nextUp(threshold), nextDown(threshold)])
        expect(cells("temperature")).toContain(String(value));
    // log1p(x) <= 2 turns at e² − 1.
    expect([...cells("wind")].some((cell) => Math.abs(Number(cell) - (Math.E ** 2 - 1)) < 1e-12)).toBe(true);
    for (const level of ["north", "south"]) expect(cells("station")).toContain(level);
    expect(cells("station")).toContain("north ");
    for (const odd of ["-0", "nan", "5e-324", "-Infinity"]) expect(cells("temperature")).toContain(odd);
    expect(cells("temperature")).toContain(null);
    expect(cells("day")).not.toContain(null);
    expect([...cells("day")].some((cell) => /^\d{1,2}\/\d{1,2}\/\d{4}$/.test(cell ?? ""))).toBe(true);
  });

  test("can be read as their inputs' types, whatever the program", () => {
    for (const { program, tensors } of randomCases(11, 20, 1)) {
      const readers = program.inputs.map((input) => valueReader(input));
      for (const row of goldenRows(program, tensors, 100))
        program.inputs.forEach(({ name }, k) => {
          expect(readers[k]!(row[name])).not.toBeInstanceOf(Unreadable);
        });
    }
  });

  test("come back from the CSV that they are stored as", () => {
    const stored = goldenParity(program, tensors);
    const rows = storedRowsOf(stored);
    expect(rows).toEqual(goldenRows(program, tensors, 256));
    const later = goldenVectors(program, tensors, 300, rows);
    expect(later.rows).toEqual(goldenRows(program, tensors, 300));
    expect(later.expected.startsWith(stored.expected as string)).toBe(true);
    expect(storedRowsOf({ format: 2 })).toEqual([]);
  });

  test("are few where columns are very many", () => {
    const inputs = Array.from({ length: 10_000 }, (_, k) => ({
      name: `c${k}`,
      type: "number" as const,
      missingAllowed: true,
    }));
    const wide = { ...program, inputs: [...program.inputs, ...inputs] };
    expect(storedRowsOf(goldenParity(wide, tensors))).toHaveLength(39);
  });
});

test("CSV is read as it is written", () => {
  const inputs = ['a"b', "c,d", "e"].map((name) => ({ name, type: "string" as const, missingAllowed: true }));
  const rows = [
    { 'a"b': 'say "no"', "c,d": "x\r\ny", e: null },
    { 'a"b': null, "c,d": "", e: "\u0000\ufeff" },
  ];
  expect(readCsv(rowsCsv(inputs, rows))).toEqual([
    ['a"b', "c,d", "e"],
    ['say "no"', "x\r\ny", ""],
    ["", "", "\u0000\ufeff"],
  ]);
  expect(readCsv('a,b\r\n1,\r\n"2",3')).toEqual([
    ["a", "b"],
    ["1", ""],
    ["2", "3"],
  ]);
  expect(() => readCsv('"a')).toThrow(SyntaxError);
});

test("doubles are counted from one to the other", () => {
  expect([nextUp(0), nextDown(0), nextUp(1), nextDown(1), nextUp(-1)]).toEqual([
    5e-324,
    -5e-324,
    1 + 2 ** -52,
    1 - 2 ** -53,
    -1 + 2 ** -53,
  ]);
  expect(nextUp(Number.MAX_VALUE)).toBe(Number.POSITIVE_INFINITY);
  expect(ulpDistance(0, -0)).toBe(0);
  expect(ulpDistance(1, 1 + 2 ** -51)).toBe(2);
  expect(ulpDistance(-5e-324, 5e-324)).toBe(2);
  expect(ulpDistance(Number.NaN, 1)).toBe(2 ** 53);
  expect(ulpDistance(-1, 1)).toBe(2 ** 53);
});
