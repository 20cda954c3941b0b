import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Frame } from "@millrace/program";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeFrame } from "#dataset";
import { checkRules, computeStatistics, type RuleInput, schemaFromText, validateStatistics } from "#validate";
import { textColumn } from "../goldens/golden-csv.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-rules-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Rows that a query finds, in an engine of its own that knows nothing of ours. */
async function countRows(sql: string, tables: Record<string, Frame>): Promise<number> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  for (const [name, frame] of Object.entries(tables)) {
    const path = join(folder, `${name}.parquet`);
    await writeFrame(frame, path);
    await connection.run(`CREATE OR REPLACE VIEW "${name}" AS SELECT * FROM read_parquet('${path}')`);
  }
  const found = await connection.runAndReadAll(`SELECT count(*) FROM (${sql})`);
  connection.closeSync();
  instance.closeSync();
  return Number(found.getRows()[0]![0]);
}

const numbers = (type: "integer" | "number" | "timestamp", cells: (number | null)[]) =>
  ({
    type,
    values: Float64Array.from(cells, (cell) => cell ?? 0),
    missing: Uint8Array.from(cells, (cell) => (cell === null ? 1 : 0)),
  }) as const;

const orders: Frame = {
  rows: 6,
  columns: new Map<string, Frame["columns"] extends ReadonlyMap<string, infer C> ? C : never>([
    ["id", numbers("integer", [1, 2, 2, 4, null, 6])],
    ["customer", textColumn(["ann", "bob", "ann", "zoe", "", "bob"])],
    ["state", textColumn(["new", "new", "sent", "sent", "new", "lost"])],
    ["at", numbers("timestamp", [1e6, 2e6, 3e6, 2.5e6, 5e6, 6e6])],
    ["price", numbers("number", [5, 7.5, null, -1, 2, 3])],
    ["paid", numbers("number", [5, 7, 1, 0, 2, 4])],
  ]),
};
const customers: Frame = { rows: 2, columns: new Map([["name", textColumn(["ann", "bob"])]]) };

describe("rules name their rows, and their SQL finds as many", () => {
  const cases: [RuleInput, number[]][] = [
    [{ rule: "sql", name: "prices", sql: "price >= 0" }, [4]],
    [{ rule: "compare", name: "paid at most the price", left: "paid", operator: "<=", right: "price" }, [4, 6]],
    [
      {
        rule: "when",
        name: "sent has a price",
        when: { column: "state", in: ["sent"] },
        require: { column: "price", missing: false, min: 0 },
      },
      [3, 4],
    ],
    [{ rule: "unique", name: "ids", columns: ["id"] }, [2, 3]],
    [{ rule: "references", name: "known", columns: ["customer"], dataset: "customers", keys: ["name"] }, [4]],
    [{ rule: "monotone", name: "time goes on", column: "at" }, [4]],
    [{ rule: "monotone", name: "paid more each time", column: "paid", by: ["state"], strict: true }, [4, 5]],
    [
      {
        rule: "transitions",
        name: "states",
        column: "state",
        by: ["customer"],
        order: "at",
        allowed: { new: ["sent"], sent: ["lost"] },
      },
      [6],
    ],
  ];
  test.each(cases)("$name", async (rule, rows) => {
    const [result] = await checkRules([rule], orders, { datasets: { customers } });
    expect(result!.examples!.map(({ row }) => row)).toEqual(rows);
    expect(await countRows(result!.sql!, { input: orders, customers })).toBe(rows.length);
  });

  test("time that falls, data that are old, rows that are few", async () => {
    const results = await checkRules(
      [
        { rule: "monotone", name: "time", column: "at" },
        { rule: "fresh", name: "fresh", column: "at", withinHours: 1 },
        { rule: "rows", name: "rows", minShare: 0.9 },
        { rule: "references", name: "elsewhere", columns: ["id"], dataset: "nowhere" },
      ],
      orders,
      { asOf: 7_206_000, previousRows: 12 },
    );
    expect(results.map(({ verdict, evidence }) => [verdict, evidence])).toEqual([
      ["broken", "1 of 6 rows has a at below that of an earlier row."],
      ["broken", "The newest at is 2 hours old; 1 are allowed."],
      ["broken", "There are 6 rows; that is 0.5 of the 12 before, and at least 0.9 was asked for."],
      ["untold", "The data set nowhere was not given."],
    ]);
    const [ahead] = await checkRules([{ rule: "fresh", name: "fresh", column: "at", withinHours: 1 }], orders, {
      asOf: -30 * 3_600_000,
    });
    expect([ahead!.verdict, ahead!.evidence]).toEqual([
      "broken",
      "The newest at lies 30 hours ahead, which tells no age.",
    ]);
  });

  test("a rule that does not fit the data is refused", async () => {
    await expect(checkRules([{ rule: "unique", name: "ids", columns: ["idd"] }], orders)).rejects.toThrow(
      /did you mean id/,
    );
    await expect(checkRules([{ rule: "sql", name: "q", sql: "price + 1" }], orders)).rejects.toThrow(/true or false/);
  });
});

test("the SQL of each anomaly finds the rows that it counts", async () => {
  const frame: Frame = {
    rows: 5,
    columns: new Map<string, Frame["columns"] extends ReadonlyMap<string, infer C> ? C : never>([
      ["word", textColumn(["a", "it's", "b", "", "c"])],
      ["whole", textColumn(["1", " 7", "x", "99999999999999999999", "-3"])],
      ["real", textColumn(["1.5", "nan", "q", "inf", "-3"])],
      ["flag", textColumn(["yes", "no", "maybe", "yes", ""])],
      ["count", numbers("integer", [1, 5, -3, null, 100])],
      ["share", numbers("number", [0.1, Number.NaN, Infinity, null, 0.7])],
      ["shaky", numbers("number", [1, 2.5, Number.NaN, Infinity, null])],
      ["bit", numbers("integer", [0, 1, 2, null, 1])],
      ["at", numbers("timestamp", [1e6, 2e6, 3e6, 4e6, null])],
    ]),
  };
  const schema = schemaFromText(`
    feature { name: "word" type: BYTES string_domain { value: "a" value: "b" } presence { min_fraction: 1 } }
    feature { name: "whole" type: BYTES int_domain { min: 0 } }
    feature { name: "real" type: BYTES float_domain { } }
    feature { name: "flag" type: BYTES bool_domain { true_value: "yes" false_value: "no" } }
    feature { name: "count" type: INT int_domain { min: 0 max: 10 } }
    feature { name: "share" type: FLOAT float_domain { min: 0.1 max: 0.5 disallow_nan: true disallow_inf: true } }
    feature { name: "shaky" type: INT }
    feature { name: "bit" type: INT bool_domain { } }
    feature { name: "at" type: INT int_domain { max: 2000000 } }`);
  const found = validateStatistics(computeStatistics(frame), schema, { frame });
  const counts: [string, number][] = [];
  for (const { type, feature, sql, offendingRows } of found) {
    if (sql === undefined) continue;
    expect([type, feature, await countRows(sql, { input: frame })]).toEqual([type, feature, offendingRows]);
    counts.push([`${feature} ${type}`, offendingRows!]);
  }
  expect(counts).toEqual([
    ["word FEATURE_TYPE_LOW_FRACTION_PRESENT", 1],
    ["word ENUM_TYPE_UNEXPECTED_STRING_VALUES", 2],
    ["whole INT_TYPE_NOT_INT_STRING", 2],
    ["real FLOAT_TYPE_STRING_NOT_FLOAT", 1],
    ["flag BOOL_TYPE_UNEXPECTED_STRING", 1],
    ["count INT_TYPE_SMALL_INT", 1],
    ["count INT_TYPE_BIG_INT", 1],
    ["share FLOAT_TYPE_HAS_NAN", 1],
    ["share FLOAT_TYPE_BIG_FLOAT", 2],
    ["share FLOAT_TYPE_HAS_INF", 1],
    ["shaky UNEXPECTED_DATA_TYPE", 3],
    ["bit BOOL_TYPE_BIG_INT", 1],
    ["at INT_TYPE_BIG_INT", 2],
  ]);
});
