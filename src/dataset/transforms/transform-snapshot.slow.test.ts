import type { Column, Frame } from "@millrace/program";
import { describe, expect, it } from "vitest";
import { plainContext } from "#kernel";
import { readFrame } from "../parquet/read-frame.ts";
import { readSource } from "../reading/read-source.ts";
import { errorOf, project } from "../reading/shared-data.fixture.ts";
import { frameOf, ingest } from "../snapshots/ingest.ts";
import { resolveSource } from "../sources/source-schema.ts";
import { type OperationInput, resolveOperations } from "./operations.ts";
import { transformFrame, transformSnapshot } from "./transform-snapshot.ts";

const cells = (column: Column): unknown[] =>
  column.type === "string"
    ? Array.from(column.codes, (code) => column.levels[code] ?? null)
    : Array.from(column.values, (value, row) => (column.missing?.[row] === 1 ? null : value));
const table = (frame: Frame) => Object.fromEntries([...frame.columns].map(([name, column]) => [name, cells(column)]));

const strikes = `when,airport,bird,size,cost
2001-01-01,JFK,Gull,Large,100
2001-01-02,BOS,Gull,Small,
2001-01-02,JFK,Goose,Large,50
2001-01-03,LAX,Gull,Small,7
2001-01-04,,Goose,Small,2.5
`;
const airports = "code,state\nJFK,NY\nBOS,MA\nBOS,Massachusetts\nSFO,CA\n";
const weather = "code,at,rain\nJFK,2001-01-02,3\nJFK,2000-12-30,1\nBOS,2001-01-03,9\nJFK,2001-01-02,4\n";

async function run(operations: readonly OperationInput[], more: Record<string, string> = {}) {
  const place = project({
    "rows.csv": strikes,
    ...Object.fromEntries(Object.entries(more).map(([name, content]) => [`${name}.csv`, content])),
  });
  const inputs: Record<string, string> = {};
  for (const name of ["rows", ...Object.keys(more)]) {
    await ingest(
      { kind: "file", path: `${name}.csv` },
      { ...place, out: place.path(`${name}.parquet`) },
      plainContext(),
    );
    if (name !== "rows") inputs[name] = place.path(`${name}.parquet`);
  }
  const info = await transformSnapshot(place.path("rows.parquet"), operations, {
    out: place.path("out.parquet"),
    inputs,
  });
  const frame = await readFrame(place.path("out.parquet"));
  return { info, table: table(frame), reports: info.provenance.operations!.map((operation) => operation.report) };
}

describe("transformSnapshot", () => {
  it("derives and filters by SQL, row by row, in order", async () => {
    const { table, info } = await run([
      { op: "derive", name: "large", sql: `size = 'Large'` },
      { op: "derive", name: "day", sql: `dayofmonth("when") + 0.5` },
      { op: "filter", where: `cost > 2 or airport is null` },
    ]);
    expect(table).toMatchObject({ large: [1, 1, 0, 0], day: [1.5, 2.5, 3.5, 4.5], cost: [100, 50, 7, 2.5] });
    expect(info.columns.map((column) => `${column.name}:${column.type}`)).toContain("large:bool");
    expect(info.columns[0]).toEqual({ name: "when", type: "timestamp", pattern: "%Y-%m-%d" });
  });

  it("selects, drops and renames", async () => {
    const { table, info } = await run([
      { op: "select", columns: ["bird", "when", "cost"] },
      { op: "drop", columns: ["cost"] },
      { op: "rename", columns: [{ from: "when", to: "date" }] },
    ]);
    expect(Object.keys(table)).toEqual(["bird", "date"]);
    expect(info.columns[1]!.pattern).toBe("%Y-%m-%d");
  });

  it("joins by key, and reports rows lost and doubled", async () => {
    const { table, reports } = await run([{ op: "join", with: "airports", on: [{ left: "airport", right: "code" }] }], {
      airports,
    });
    expect(table.airport).toEqual(["JFK", "BOS", "BOS", "JFK", "LAX", null]);
    expect(table.state).toEqual(["NY", "MA", "Massachusetts", "NY", null, null]);
    expect(reports).toEqual([
      { rowsBefore: 5, rowsAfter: 6, unmatchedRows: 2, lostRows: 0, doubledRows: 1, unusedOtherRows: 1 },
    ]);
    const inner = await run(
      [{ op: "join", with: "airports", on: [{ left: "airport", right: "code" }], kind: "inner", prefix: "a_" }],
      { airports },
    );
    expect(inner.table.a_state).toEqual(["NY", "MA", "Massachusetts", "NY"]);
    expect(inner.reports[0]).toMatchObject({ lostRows: 2, doubledRows: 1 });
  });

  it("joins as of a time: the newest that is not after, the last of equals", async () => {
    const join: OperationInput = {
      op: "joinAsOf",
      with: "weather",
      on: [{ left: "airport", right: "code" }],
      time: { left: "when", right: "at" },
    };
    expect((await run([join], { weather })).table.rain).toEqual([1, null, 4, null, null]);
    const { table, reports } = await run([{ ...join, maxAgeDays: 1 }], { weather });
    expect(table.rain).toEqual([null, null, 4, null, null]);
    expect(reports[0]).toMatchObject({ unmatchedRows: 3, tooOldRows: 1 });
  });

  it("aggregates by group in order of first rows", async () => {
    const { table } = await run([
      {
        op: "aggregate",
        by: ["bird"],
        compute: [
          { name: "n", how: "count" },
          { name: "costs", how: "count", column: "cost" },
          { name: "total", how: "sum", column: "cost" },
          { name: "mean", how: "mean", column: "cost" },
          { name: "sd", how: "std", column: "cost" },
          { name: "places", how: "countDistinct", column: "airport" },
          { name: "last", how: "last", column: "airport" },
          { name: "from", how: "min", column: "when" },
        ],
      },
    ]);
    expect(table).toEqual({
      bird: ["Gull", "Goose"],
      n: [3, 2],
      costs: [2, 2],
      total: [107, 52.5],
      mean: [53.5, 26.25],
      // Of two values, the standard deviation is their distance over √2.
      sd: [expect.closeTo(93 / Math.SQRT2, 12), expect.closeTo(47.5 / Math.SQRT2, 12)],
      places: [3, 1],
      last: ["LAX", "JFK"],
      from: [Date.UTC(2001, 0, 1) * 1000, Date.UTC(2001, 0, 2) * 1000],
    });
  });

  it("pivots levels to columns", async () => {
    const { table } = await run([
      { op: "pivot", by: ["bird"], names: "size", values: "cost", how: "sum", prefix: "cost_" },
    ]);
    expect(table).toEqual({ bird: ["Gull", "Goose"], cost_Large: [100, 50], cost_Small: [7, 2.5] });
    const stated = await run([{ op: "pivot", by: ["bird"], names: "size", how: "count", levels: ["Small", "Huge"] }]);
    expect(stated.table).toEqual({ bird: ["Gull", "Goose"], Small: [2, 1], Huge: [0, 0] });
  });

  it("samples the same rows for the same seed, and balances groups", async () => {
    const first = await run([{ op: "sample", rows: 3, seed: 5 }]);
    expect((await run([{ op: "sample", rows: 3, seed: 5 }])).info.content).toBe(first.info.content);
    expect(first.info.rows).toBe(3);
    const balanced = await run([{ op: "sample", by: ["bird"], balanced: true }]);
    expect(balanced.table.bird!.toSorted()).toEqual(["Goose", "Goose", "Gull", "Gull"]);
    expect((await run([{ op: "sample", fraction: 0.4 }])).info.rows).toBe(2);
  });
});

describe("operations that are wrong", () => {
  const place = project({ "rows.csv": strikes, "airports.csv": airports });
  const frames = (async () => {
    const read = async (name: string) =>
      frameOf((await readSource(resolveSource({ kind: "file", path: name }), place)).table);
    return { rows: await read("rows.csv"), airports: await read("airports.csv") };
  })();
  const failing = (operation: OperationInput) =>
    errorOf(async () => {
      const { rows, airports } = await frames;
      await transformFrame(rows, resolveOperations([operation]), { inputs: { airports } });
    });
  it.each([
    ["size = Large", "DATASET_EXPRESSION_INVALID", "Large"],
    [`"coast" > 1`, "DATASET_EXPRESSION_INVALID", "did you mean cost?"],
    ["cost >", "DATASET_EXPRESSION_INVALID", "syntax error"],
    ["cost > random()", "DATASET_EXPRESSION_REFUSED", "random() does not give the same answer"],
    [`"when" < now()`, "DATASET_EXPRESSION_REFUSED", "now() does not give the same answer"],
    [`"when" < current_date`, "DATASET_EXPRESSION_REFUSED", "current_date"],
    ["sum(cost) > 1", "DATASET_EXPRESSION_REFUSED", "aggregate"],
    ["row_number() over () > 1", "DATASET_EXPRESSION_REFUSED", "window"],
    ["(select true)", "DATASET_EXPRESSION_REFUSED", "subquery"],
    ["exists (from read_csv('/etc/passwd'))", "DATASET_EXPRESSION_REFUSED", "subquery"],
    ["true), (false", "DATASET_EXPRESSION_REFUSED", "more than one expression"],
    ["getenv('HOME') = ''", "DATASET_EXPRESSION_REFUSED", "more than the row"],
    ["true); copy (select 1) to 'x' --", "DATASET_EXPRESSION_", ""],
    ["cast(bird as integer) > 1", "DATASET_EXPRESSION_INVALID", "fails on a row"],
    ["cost", "DATASET_EXPRESSION_INVALID", "not true or false"],
  ])("filter %s", async (where, code, part) => {
    const error = await failing({ op: "filter", where });
    expect(error.code).toContain(code);
    expect(error.message).toContain(part);
    expect(error.message).toContain(where);
  });

  it("unknown names, twins and empty results", async () => {
    expect((await failing({ op: "drop", columns: ["brid"] })).message).toContain("did you mean bird?");
    expect((await failing({ op: "derive", name: "COST", sql: "1" })).code).toBe("DATASET_OPERATION_INVALID");
    expect((await failing({ op: "join", with: "airprots", on: ["airport"] })).message).toContain(
      "did you mean airports?",
    );
    expect((await failing({ op: "join", with: "airports", on: [{ left: "cost", right: "code" }] })).code).toBe(
      "DATASET_COLUMN_TYPE",
    );
    expect((await failing({ op: "filter", where: "cost > 1e9" })).code).toBe("DATASET_ROWS_NONE");
    expect((await failing({ op: "sample" })).message).toContain("exactly one of");
    expect((await failing({ op: "sort" } as never)).code).toBe("DATASET_OPERATION_INVALID");
  });
});
