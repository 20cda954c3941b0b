import { expect, test } from "vitest";
import { plainContext, randomStream } from "#kernel";
import { textKindOf } from "./choose-columns.ts";
import { fitTransform } from "./fit-transform.ts";

const rows = 400;
const random = randomStream(2, "short-texts");
const textColumn = (of: (row: number) => string) => {
  const levels = Array.from({ length: rows }, (_, row) => of(row));
  return { type: "string" as const, levels, codes: Int32Array.from(levels.keys()) };
};
const letters = (count: number) =>
  Array.from({ length: count }, () => String.fromCharCode(97 + random.integer(26))).join("");
const titles = ["Mr.", "Mrs.", "Miss", "Dr."];

test.each([
  ["names with a title", (row: number) => `${letters(7)}, ${titles[row % 4]} ${letters(5)}`, "short"],
  ["addresses", (row: number) => `${row} ${letters(6)} ${["Street", "Lane", "Square"][row % 3]}`, "short"],
  ["sentences", (row: number) => `the ${letters(9)} ${letters(9)} said ${letters(9)} to ${letters(9)} ${row}`, "long"],
  ["names without anything in common", () => `${letters(7)} ${letters(8)}`, undefined],
  ["keys", (row: number) => `customer-${row}`, undefined],
  ["codes of the same prefix", (row: number) => `ID ${letters(4)}${row}`, undefined],
  ["telephone numbers", (row: number) => `030 ${1000 + row} ${row % 10}`, undefined],
] as const)("%s", (_, of, kind) => {
  expect(textKindOf(textColumn(of), rows)).toBe(kind);
});

test("words that few rows hold are not learned from short texts", () => {
  const name = textColumn((row) => `${row < 3 ? "Rare" : letters(8)} ${titles[row % 4]}`);
  const target = Float64Array.from({ length: rows }, (_, row) => row % 2);
  let width = 0;
  const plan = fitTransform(
    { rows, columns: new Map([["name", name]]) },
    {
      task: "binary",
      target: "y",
      targetValues: target,
      fitTerms: ({ terms, outputs }) => {
        width = terms.width;
        return {
          weights: new Float64Array(width * outputs),
          bias: new Float64Array(outputs),
          outOfFold: new Float64Array(rows * outputs),
        };
      },
    },
    {},
    plainContext(),
  );
  // The four titles; neither "rare" nor any name.
  expect(width).toBe(4);
  expect(plan.features.map(({ from }) => from)).toContain("name");
});
