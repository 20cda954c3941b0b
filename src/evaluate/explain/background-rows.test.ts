import type { Frame, Program } from "@millrace/program";
import { importRule } from "@millrace/program/import";
import { expect, test } from "vitest";
import { backgroundRows } from "./background-rows.ts";
import { columnOf } from "./columns.ts";

const rule = importRule({ kind: "expression", expression: "CASE WHEN city = 'Ulm' THEN income * 2 ELSE income END" });
const rows = 400;
const incomes = Array.from({ length: rows }, (_, row) => (row % 4 === 0 ? null : 1000 + row * 7.31));
const cities = Array.from({ length: rows }, (_, row) => (row === 17 ? "Atlantis" : row % 5 === 0 ? "Ulm" : "Bonn"));
const frame: Frame = {
  rows,
  columns: new Map([
    ["income", columnOf("number", incomes)],
    ["city", columnOf("string", cities)],
  ]),
};

test("a model that needs rows beside it gets made-up ones: usual values by their share, of nobody", () => {
  const made = backgroundRows(rule, frame, 1)!;
  expect(made).toHaveLength(25);
  const told = made.map(({ income }) => income as number | null);
  expect(told.filter((one) => one === null)).toHaveLength(6);
  const present = told.filter((one) => one !== null);
  // of a range of some 2,600 whole hundreds
  expect(present.every((one) => one % 100 === 0)).toBe(true);
  expect(Math.min(...present)).toBeGreaterThan(Math.min(...incomes.filter((one) => one !== null)));
  // 80 of 399 told rows
  expect(made.filter(({ city }) => city === "Ulm")).toHaveLength(5);
  expect(made.some(({ city }) => city === "Atlantis")).toBe(false);
  expect(backgroundRows(rule, frame, 1)).toEqual(made);
  expect(backgroundRows(rule, frame, 2)).not.toEqual(made);
});

test("numbers that many rows share stay as they are: a year is not rounded away from the others", () => {
  const years = {
    rows,
    columns: new Map([
      ...frame.columns,
      [
        "income",
        columnOf(
          "number",
          cities.map((_, row) => 2007 + (row % 3)),
        ),
      ],
    ]),
  };
  expect(new Set(backgroundRows(rule, years, 1)!.map(({ income }) => income))).toEqual(new Set([2007, 2008, 2009]));
});

test("a model that is explained by its own parts keeps none", () => {
  const inputs = [{ name: "income", type: "number", missingAllowed: true }] as const;
  const nodes = [{ op: "linear", version: 1, inputs: [0], attributes: { weights: { tensor: "w" }, bias: 0 } }] as const;
  const program: Program = { format: 1, inputs, nodes, outputs: { task: "regression", score: 1 } };
  const tensors = new Map([["w", { type: "f64" as const, values: Float64Array.of(2) }]]);
  expect(backgroundRows({ program, tensors }, frame, 1)).toBeNull();
});
