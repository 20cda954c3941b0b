import fc from "fast-check";
import { expect, test } from "vitest";
import { readCsv } from "./csv.ts";

test.each<[string, string[][]]>([
  ["", []],
  ["a,b", [["a", "b"]]],
  [
    "a,b\r\n1,\n",
    [
      ["a", "b"],
      ["1", ""],
    ],
  ],
  [
    '"a ""b""","c,d"\n"1\n2",3\n',
    [
      ['a "b"', "c,d"],
      ["1\n2", "3"],
    ],
  ],
  ["a\n\nb\n", [["a"], [""], ["b"]]],
])("%j", (text, rows) => {
  expect(readCsv(text)).toEqual(rows);
});

test("property: what is written as CSV is read back", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", "é") });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 3 }), { minLength: 1 }), (rows) => {
      const text = rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(",")).join("\r\n");
      expect(readCsv(text)).toEqual(rows);
    }),
    { numRuns: 300, seed: 2 },
  );
});
