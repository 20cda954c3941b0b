import type { Column, Frame } from "@millrace/program";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareRows } from "#validate";
import { goldenFrame } from "../goldens/golden-csv.ts";

const training = goldenFrame(
  ["id", "plan", "spend", "tips"],
  [
    ["1", "basic", "10", "1"],
    ["2", "pro", "20", ""],
    ["3", "pro", "30", "3"],
    ["4", "basic", "40", "4"],
    ["", "basic", "50", "5"],
  ],
);
const serving = goldenFrame(
  ["id", "plan", "spend", "hour"],
  [
    ["4", "", "40.5", "1"],
    ["3", "PRO", "30", "2"],
    ["2", "PRO", "20", "3"],
    ["9", "basic", "1", "4"],
  ],
);

test("counts, samples and what turned into what, by hand", () => {
  const report = compareRows(training, serving, { keys: ["id"] });
  expect(report.rows).toEqual({ reference: 5, current: 4, joined: 3, referenceOnly: 1, currentOnly: 1, withoutKey: 1 });
  expect(report.columnsOnly).toEqual({ reference: ["tips"], current: ["hour"] });
  expect(report.columns.map(({ name, drifted }) => [name, drifted])).toEqual([
    ["plan", true],
    ["spend", true],
  ]);
  expect(report.columns[0]).toMatchObject({
    value: 1,
    detail: {
      match: 0,
      mismatch: 2,
      referenceOnly: 1,
      currentOnly: 0,
      confusion: [
        { reference: "pro", current: "PRO", count: 2 },
        { reference: "basic", current: null, count: 1 },
      ],
    },
  });
  expect(report.columns[0]!.detail.samples[0]).toEqual({
    key: ["2"],
    rows: { reference: 2, current: 3 },
    reference: "pro",
    current: "PRO",
  });
  expect(report.columns[1]!.detail).toMatchObject({ match: 2, mismatch: 1, greatestDifference: 0.5 });
});

test("a tolerance takes small differences of numbers for none", () => {
  const [, spend] = compareRows(training, serving, { keys: ["id"], tolerance: 0.02 }).columns;
  expect(spend).toMatchObject({ drifted: false, detail: { mismatch: 0 } });
});

test("a key that two rows have, and a key that is no column", () => {
  expect(() => compareRows(training, serving, { keys: ["plan"] })).toThrow(/Rows 2 and 3 of the reference/);
  expect(() => compareRows(training, serving, { keys: ["ID"] })).toThrow(
    expect.objectContaining({ code: "VALIDATE_COLUMN_UNKNOWN" }),
  );
});

test("a column that became text is compared as text, and its types are said", () => {
  const text = goldenFrame(
    ["id", "spend"],
    [
      ["2", "20"],
      ["3", "thirty"],
    ],
  );
  const [spend] = compareRows(training, text, { keys: ["id"] }).columns;
  expect(spend!.detail).toMatchObject({ types: ["integer", "string"], match: 1, mismatch: 1 });
});

test("rows in any order, compared with themselves, match; and the counts add up", () => {
  const row = fc.record({ a: fc.option(fc.integer({ min: -3, max: 3 })), b: fc.option(fc.constantFrom("x", "y", "")) });
  const frameOf = (rows: readonly { id: number; a: number | null; b: string | null }[]): Frame => {
    const columns: [string, Column][] = [
      ["id", { type: "integer", values: Float64Array.from(rows, ({ id }) => id) }],
      [
        "a",
        {
          type: "integer",
          values: Float64Array.from(rows, ({ a }) => a ?? 0),
          missing: Uint8Array.from(rows, ({ a }) => (a === null ? 1 : 0)),
        },
      ],
      [
        "b",
        { type: "string", levels: ["x", "y", ""], codes: Int32Array.from(rows, ({ b }) => ["x", "y", ""].indexOf(b!)) },
      ],
    ];
    return { rows: rows.length, columns: new Map(columns) };
  };
  fc.assert(
    fc.property(fc.array(row, { maxLength: 30 }), fc.array(row, { maxLength: 30 }), (first, second) => {
      const a = first.map((one, id) => ({ id, ...one }));
      const b = second.map((one, id) => ({ id: id + 5, ...one }));
      expect(compareRows(frameOf(a), frameOf(a.toReversed()), { keys: ["id"] }).drifted).toBe(false);
      const report = compareRows(frameOf(a), frameOf(b), { keys: ["id"], pairs: 1000 });
      for (const { detail } of report.columns) {
        const { match, mismatch, referenceOnly, currentOnly, confusion } = detail;
        expect(match + mismatch + referenceOnly + currentOnly).toBe(report.rows.joined);
        expect(confusion.reduce((sum, { count }) => sum + count, 0)).toBe(report.rows.joined - match);
      }
      const { joined, referenceOnly, currentOnly } = report.rows;
      expect([joined + referenceOnly, joined + currentOnly]).toEqual([a.length, b.length]);
    }),
  );
});
