import type { Column, Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { plainContext } from "#kernel";
import { checkExamples, featureMatrix, fitTransform } from "#transform";

const numbers = (values: readonly (number | null)[]): Column => ({
  type: "number",
  values: Float64Array.from(values, (value) => value ?? 0),
  missing: Uint8Array.from(values, (value) => (value === null ? 1 : 0)),
});
const frame: Frame = {
  rows: 6,
  columns: new Map<string, Column>([
    ["price", numbers([300, 500, 900, null, 100, 80])],
    ["carat", numbers([0.3, 0.5, 1, 2, 0, 0.8])],
    ["cut", { type: "string", codes: Int32Array.of(0, 1, 2, 0, -1, 1), levels: ["Fair", "Good", "Ideal"] }],
    ["id", { type: "string", codes: Int32Array.of(0, 1, 2, 3, 4, 5), levels: ["a", "bb", "ccc", "d", "e", "f"] }],
    ["made", { type: "timestamp", values: Float64Array.of(1e15, 2e15, 3e15, 4e15, 5e15, 6e15) }],
    ["y", numbers([0, 1, 0, 1, 1, 0])],
  ]),
};
const declare = (features: Readonly<Record<string, string>>, columns: object = { id: ["id"] }) =>
  fitTransform(
    frame,
    {
      task: "binary",
      target: "y",
      columns,
      declared: Object.fromEntries(Object.entries(features).map(([name, sql]) => [name, { sql, examples: [] }])),
    },
    {},
    plainContext(),
  );
const valuesOf = (features: Readonly<Record<string, string>>, kind: "trees" | "linear" = "trees") => {
  const made = featureMatrix(declare(features), frame, { for: kind, training: true });
  return (name: string) => {
    const { values, missing } = made.find((feature) => feature.name === name)!;
    return Array.from(values, (value, row) => (missing?.[row] === 1 ? null : value));
  };
};

test("a number, a condition and a text become features of the program", () => {
  const of = valuesOf({
    perCarat: "price / carat",
    fine: "cut = 'Ideal' OR price > 400",
    size: "CASE WHEN carat < 0.5 THEN 'small' WHEN cut IS NOT NULL THEN cut END",
    words: "length(cut)",
  });
  expect(of("perCarat")).toEqual([1000, 1000, 900, null, null, 100]);
  expect(of("fine")).toEqual([0, 1, 1, null, null, 0]);
  // levels: small, then those of the column
  expect(of("size")).toEqual([0, 2, 3, 1, 0, 2]);
  expect(of("words")).toEqual([4, 4, 5, 4, null, 4]);
  const linear = valuesOf({ size: "CASE WHEN carat < 0.5 THEN 'small' WHEN cut IS NOT NULL THEN cut END" }, "linear");
  expect(linear("size=small")).toEqual([1, 0, 0, 0, 1, 0]);
  expect(declare({ perCarat: "price / carat" }).nodes.map(({ label }) => label)).toContain("perCarat = price / carat");
});

test("a text's numbers of a table become features, for trees and for lines", () => {
  const declared = (more: object) =>
    fitTransform(
      frame,
      {
        task: "binary",
        target: "y",
        columns: { id: ["id"] },
        declared: { place: { sql: "cut", examples: [], ...more } },
      },
      {},
      plainContext(),
    );
  const plan = declared({ vectors: { Fair: [1, 10], Good: [2, 20] }, otherwise: [0, 5] });
  const made = featureMatrix(plan, frame, { for: "trees", training: true });
  const of = (name: string) => {
    const { values, missing } = made.find((feature) => feature.name === name)!;
    return Array.from(values, (value, row) => (missing?.[row] === 1 ? null : value));
  };
  expect(of("place[0]")).toEqual([1, 2, 0, 1, null, 2]);
  expect(of("place[1]")).toEqual([10, 20, 5, 10, null, 20]);
  expect(featureMatrix(plan, frame, { for: "linear", training: true }).map(({ name }) => name)).toContain(
    "place[1]:scaled",
  );
  expect(() => declared({ vectors: { Fair: [1, 10], Good: [2] } })).toThrow(
    /features\.place needs vectors of one length/,
  );
  expect(() => declared({ otherwise: [0] })).toThrow(/has "otherwise" without "vectors"/);
  expect(() => declared({ sql: "price", vectors: { Fair: [1] } })).toThrow(
    /"price" is a number, and a text is needed here/,
  );
  const example = (value: number[]) => ({
    sql: "cut",
    vectors: { Fair: [1, 10] },
    examples: [{ row: { cut: "Fair" }, value }],
  });
  checkExamples({ own: example([1, 10]) });
  expect(() => checkExamples({ own: example([1, 11]) })).toThrow("it gives [1,10], and the example says [1,11]");
});

test("days, hashes and conditions as texts are features", () => {
  const of = valuesOf({
    leapDay: "is_day(made, '2001-09-09', '2033-05-18')",
    bucket: "hash(cut, 2)",
    cheap: "CAST(price < 400 AS VARCHAR)",
  });
  // 1e15 and 2e15 microseconds after 1970
  expect(of("leapDay")).toEqual([1, 1, 0, 0, 0, 0]);
  // scikit-learn 1.9: murmurhash3_32(text, seed=0, positive=True) % 2
  expect(of("bucket")).toEqual([1, 1, 0, 1, null, 1]);
  expect(of("cheap")).toEqual([1, 0, 0, null, 1, 1]);
});

test("one that never varies is left out, and says so", () => {
  expect(declare({ flat: "carat * 0 > 1" }).leftOut).toContainEqual({
    column: "flat",
    reason: "it is the same in every training row",
  });
});

test.each([
  ["a misspelt column", { far: "pric / 2" }, /features\.far, line 1, column 1: there is no column "pric"/],
  ["a text where a number is needed", { far: "price +\n cut" }, /features\.far, line 2, column 2: "cut" is a text/],
  ["the target", { far: "y + 1" }, /reads "y", which nothing may be learned from: it is the target/],
  ["a column with such a role", { far: "length(id)" }, /reads "id".*its role is id/],
  ["the name of a column", { price: "carat" }, /has the name of a column/],
  ["a date", { far: "coalesce(made, made)" }, /features\.far, line 1, column 1: it gives a date/],
])("%s is refused", (_, features, says) => {
  expect(() => declare(features as Record<string, string>)).toThrow(says);
});

test("examples hold the expression to what a person expects", () => {
  const check = (
    sql: string,
    row: Record<string, string | number | boolean | null>,
    value: string | number | boolean | null,
  ) => checkExamples({ own: { sql, examples: [{ row, value }] } });
  check("price / carat", { price: 3, carat: 2 }, 1.5);
  check("price / carat", { price: 3 }, null);
  check("cut IN ('Ideal') OR sold", { cut: "Fair", sold: true }, true);
  check("coalesce(cut, 'none')", { cut: "Fair" }, "Fair");
  check("(epoch(sent) - epoch(made)) / 3600", { made: "2024-02-28T12:00:00Z", sent: "2024-02-28T13:30:00Z" }, 1.5);
  expect(() => check("price / carat", { price: 3, carat: 2 }, 2)).toThrow(
    "features.own, example 1: it gives 1.5, and the example says 2.",
  );
  expect(() => check("price / carat", { price: 3, karat: 2 }, 2)).toThrow(/reads no column "karat"/);
  expect(() => check("price // carat", {}, null)).toThrow(/features\.own, line 1, column 8/);
  expect(() => check("epoch(sent)", { sent: "yesterday" }, null)).toThrow(/"yesterday", which is no timestamp/);
});
