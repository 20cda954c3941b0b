import type { Column, Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { queryFrame, TIMESTAMP_PATTERNS } from "#dataset";
import { computeStatistics, findQuarantine, nestFrame, schemaFromText, validateStatistics } from "#validate";

const schema = schemaFromText(`
  feature { name: "tags" type: BYTES value_count { min: 1 max: 3 } presence { min_fraction: 1 } string_domain { value: "a" value: "b" } }
  feature { name: "sizes" type: INT value_count { min: 0 max: 9 } int_domain { min: 2 max: 7 } }
`);

// What is wrong in each row is written beside it.
const tags = ['["a"]', '["b","a"]', '["c","a"]', null, "[]", '["a","a","b","b"]', '["b","d"]'];
const sizes = ["[3]", "[1,8]", "[2,7]", "[]", "[9]", null, "[4,5,1]"];

const text = (values: readonly (string | null)[]): Column => {
  const levels = [...new Set(values.filter((value) => value !== null))];
  return { type: "string", levels, codes: Int32Array.from(values, (v) => (v === null ? -1 : levels.indexOf(v))) };
};
const frame: Frame = {
  rows: 7,
  columns: new Map([
    ["tags", text(tags)],
    ["sizes", text(sizes)],
  ]),
};
const nested = nestFrame(frame);
const anomalies = validateStatistics(computeStatistics(nested), schema, { frame: nested });
const found = Object.fromEntries(anomalies.map((anomaly) => [anomaly.type, anomaly]));

test("a row of a list is named with its first value at fault, or how many it holds", () => {
  const rows = (type: string) => found[type]?.examples?.map(({ row, value }) => [row, value]);
  expect(rows("ENUM_TYPE_UNEXPECTED_STRING_VALUES")).toEqual([
    [3, "c"],
    [7, "d"],
  ]);
  expect(rows("FEATURE_TYPE_LOW_NUMBER_VALUES")).toEqual([[5, "0 values"]]);
  expect(rows("FEATURE_TYPE_HIGH_NUMBER_VALUES")).toEqual([[6, "4 values"]]);
  expect(rows("FEATURE_TYPE_LOW_FRACTION_PRESENT")).toEqual([[4, null]]);
  expect(rows("INT_TYPE_SMALL_INT")).toEqual([
    [2, 1],
    [7, 1],
  ]);
  expect(rows("INT_TYPE_BIG_INT")).toEqual([
    [2, 8],
    [5, 9],
  ]);
});

test.each(anomalies.map((anomaly) => [anomaly.type, anomaly] as const))(
  "the SQL of %s finds the same rows where DuckDB has lists",
  async (_, { feature, sql, examples, offendingRows }) => {
    const type = feature === "sizes" ? "BIGINT" : "VARCHAR";
    const inner = "string_split(replace(replace(replace(x, '[', ''), ']', ''), '\"', ''), ',')";
    const list = `CASE WHEN x = '[]' THEN [] WHEN x IS NOT NULL THEN CAST(${inner} AS ${type}[]) END`;
    const numbered: Frame = {
      rows: 7,
      columns: new Map<string, Column>([
        ["n", { type: "integer", values: Float64Array.of(1, 2, 3, 4, 5, 6, 7) }],
        ["x", frame.columns.get(feature!)!],
      ]),
    };
    const lists = `(SELECT n, ${list} AS ${feature} FROM input)`;
    const asked = sql!.replace("SELECT * FROM input", `SELECT n FROM ${lists} AS lists`);
    const answer = (await queryFrame(numbered, `${asked} ORDER BY n`)).columns.get("n") as { values: Float64Array };
    expect([...answer.values]).toEqual(examples!.map(({ row }) => row));
    expect(offendingRows).toBe(examples!.length);
  },
);

test("rows of lists are set aside, and no others", () => {
  const { mask, reasons } = findQuarantine(nested, schema, anomalies);
  expect([...mask]).toEqual([0, 1, 1, 1, 1, 1, 1]);
  expect(reasons.get(2)).toEqual(["tags ENUM_TYPE_UNEXPECTED_STRING_VALUES"]);
});

test("lists of lists are judged value by value and level by level, and SQL finds the same rows", async () => {
  const deep = ["[[1,2],[3]]", "[[1],[9]]", "[[],[4]]", "[[1,2,3],[4]]", "[[5]]", null, "[[2],null,[7]]"];
  const bounds = schemaFromText(`feature { name: "deep" type: INT int_domain { max: 7 }
    value_counts { value_count { min: 2 max: 2 } value_count { min: 1 max: 2 } } }`);
  const lists = nestFrame({ rows: deep.length, columns: new Map([["deep", text(deep)]]) });
  const faults = validateStatistics(computeStatistics(lists), bounds, { frame: lists });
  const rowsOf = Object.fromEntries(faults.map(({ type, examples }) => [type, examples?.map(({ row }) => row)]));
  expect(rowsOf).toEqual({
    FEATURE_TYPE_LOW_NUMBER_VALUES: [3, 5],
    FEATURE_TYPE_HIGH_NUMBER_VALUES: [4, 7],
    INT_TYPE_BIG_INT: [2],
  });
  const n: Column = { type: "integer", values: Float64Array.from(deep, (_, k) => k + 1) };
  const table = `(SELECT n, CASE n ${deep.map((value, k) => `WHEN ${k + 1} THEN ${value ?? "NULL"}`).join(" ")} END AS deep FROM input)`;
  for (const { sql, examples, type } of faults) {
    const asked = sql!.replace("SELECT * FROM input", `SELECT n FROM ${table} AS lists`);
    const answer = await queryFrame({ rows: deep.length, columns: new Map([["n", n]]) }, `${asked} ORDER BY n`);
    const { values } = answer.columns.get("n") as { values: Float64Array };
    expect([type, ...values]).toEqual([type, ...examples!.map(({ row }) => row)]);
  }
  expect([...findQuarantine(lists, bounds, faults).mask]).toEqual([0, 1, 1, 1, 1, 0, 1]);
});

test("fields of structures name their rows", async () => {
  const at = ['{"x":1,"y":"p"}', '{"x":9}', '{"x":2,"y":"q"}', null];
  const held = schemaFromText(`feature { name: "at" type: STRUCT struct_domain {
    feature { name: "x" type: INT int_domain { max: 7 } }
    feature { name: "y" type: BYTES string_domain { value: "p" } presence { min_fraction: 1 } } } }`);
  const structs = nestFrame({ rows: at.length, columns: new Map([["at", text(at)]]) });
  const faults = validateStatistics(computeStatistics(structs), held, { frame: structs });
  expect(
    faults.map(({ feature, type, examples, sql }) => [feature, type, examples?.map(({ row }) => row), sql]),
  ).toEqual([
    ["at.x", "INT_TYPE_BIG_INT", [2], 'SELECT * FROM input WHERE "at"."x" > 7'],
    ["at.y", "FEATURE_TYPE_LOW_FRACTION_PRESENT", undefined, undefined],
    ["at.y", "ENUM_TYPE_UNEXPECTED_STRING_VALUES", [3], `SELECT * FROM input WHERE "at"."y" NOT IN ('p')`],
  ]);
  expect([...findQuarantine(structs, held, faults).mask]).toEqual([0, 1, 1, 0]);
});

const written = (pattern: string) =>
  Object.entries({ "%Y": "2020", "%m": "11", "%d": "23", "%H": "10", "%M": "20", "%S": "30" }).reduce(
    (made, [token, value]) => made.replace(token, value),
    pattern,
  );

test.each(TIMESTAMP_PATTERNS)(
  "of times most of which are %s the others are named, and SQL finds the same",
  async (pattern) => {
    const others = TIMESTAMP_PATTERNS.map(written).filter((one) => one !== written(pattern));
    const odd = ["2020-02-30", "someday", null, "2020-1-5", "12", "2020-01-05T10:00:00.25Z", "2020-01-05 24:00"];
    const at = [written(pattern), ...others, ...odd, "2020-01-05T10:00:00+02:00", ...Array(4).fill(written(pattern))];
    const times = schemaFromText('feature { name: "at" type: INT time_domain { integer_format: UNIX_MICROSECONDS } }');
    const n: Column = { type: "integer", values: Float64Array.from(at, (_, k) => k + 1) };
    const columns = new Map<string, Column>([
      ["n", n],
      ["at", text(at)],
    ]);
    const rows: Frame = { rows: at.length, columns };
    const [fault] = validateStatistics(computeStatistics({ ...rows, columns: new Map([["at", text(at)]]) }), times, {
      frame: rows,
      exampleLimit: 100,
    });
    expect(fault).toMatchObject({ type: "UNEXPECTED_DATA_TYPE", timePattern: pattern });
    const named = fault!.examples!.map(({ row }) => row);
    // Seconds of ISO 8601 take a fraction and a zone; every other pattern takes only what it writes.
    const zoned = pattern === "%Y-%m-%dT%H:%M:%S" ? 2 : 0;
    expect(named).toHaveLength(others.length + odd.length - 1 + 1 - zoned);
    expect([...findQuarantine(rows, times, [fault!]).mask].flatMap((bad, k) => (bad ? [k + 1] : []))).toEqual(named);
    const answer = await queryFrame(rows, `${fault!.sql!.replace("*", "n")} ORDER BY n`);
    expect([...(answer.columns.get("n") as { values: Float64Array }).values]).toEqual(named);
  },
);
