import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import { load } from "../index.ts";
import { pickFrom } from "../testing/parity.ts";
import { importRule } from "./import-rule.ts";

const pick = pickFrom(20_260_101);
const one = <T>(items: readonly T[]): T => items[pick(items.length)]!;
const texts = ["a", "b", "ab", "O''Brien", "é", "true"];

/** A random number, of columns x, y and z that lie within ±8. */
function number(depth: number): string {
  if (depth === 0) return one(["x", "y", "z", "x", "y", `${pick(9)}.${pick(10)}e0`, "NULL::DOUBLE"]);
  const a = () => number(depth - 1);
  return one([
    () => `(${a()} ${one(["+", "-", "*", "/"])} ${a()})`,
    () => `(- ${a()})`,
    () => `COALESCE(${a()}, ${a()})`,
    () => `CASE WHEN ${truth(depth - 1)} THEN ${a()} ELSE ${a()} END`,
    () => `CASE ${a()} WHEN ${a()} THEN ${a()} WHEN x THEN y END`,
    () => `NULLIF(${a()}, ${a()})`,
    () => `least(${a()}, ${a()})`,
    () => `greatest(${a()}, ${a()}, ${a()})`,
    () => `abs(${a()})`,
    () => `floor(${a()})`,
    () => `ceil(${a()})`,
    () => `TRY(sqrt(${a()}))`,
    () => `TRY(ln(${a()}))`,
    () => `exp(least(${a()}, 3e0))`,
    () =>
      `${one(["year", "quarter", "month", "day", "dayofyear", "dayofweek", "isodow", "hour", "minute", "second", "epoch"])}(t)`,
    () => `EXTRACT(${one(["year", "doy", "dow", "isodow", "hour"])} FROM t)`,
  ])();
}

function truth(depth: number): string {
  if (depth === 0) return one(["flag", "TRUE", "FALSE", "NULL::BOOLEAN", "x > 1e0", "s = 'a'", "flag IS TRUE"]);
  const a = () => truth(depth - 1);
  const n = () => number(depth - 1);
  return one([
    () => `(${a()} AND ${a()})`,
    () => `(${a()} OR ${a()})`,
    () => `NOT (${a()})`,
    () => `(${n()} ${one(["=", "<>", "!=", "<", "<=", ">", ">="])} ${n()})`,
    () => `(${n()} ${one(["", "NOT "])}BETWEEN ${n()} AND ${n()})`,
    () => `(${n()} ${one(["", "NOT "])}IN (${n()}, ${n()}, x))`,
    () => `(${text(depth - 1)} ${one(["=", "<>"])} '${one(texts)}')`,
    () => `(${text(depth - 1)} ${one(["", "NOT "])}IN ('${one(texts)}', '${one(texts)}'${one(["", ", NULL"])}))`,
    () => `(${one([n, a, () => text(depth - 1)])()} IS ${one(["", "NOT "])}NULL)`,
    () => `((${a()}) IS ${one(["", "NOT "])}${one(["TRUE", "FALSE"])})`,
    () =>
      `(t ${one(["<", ">=", "="])} TIMESTAMP '${one(["2024-02-29 12:30:00", "1969-12-31", "2024-02-29 12:30:00.000001"])}')`,
    () => `COALESCE(${a()}, ${a()})`,
  ])();
}

function text(depth: number): string {
  if (depth === 0) return one(["s", "r", `'${one(texts)}'`]);
  const a = () => text(depth - 1);
  return one([
    () => `COALESCE(${a()}, ${a()})`,
    () => `CASE WHEN ${truth(depth - 1)} THEN ${a()} ELSE ${a()} END`,
    () => `CAST(${truth(depth - 1)} AS VARCHAR)`,
    () => one(["s", "r"]),
  ])();
}

interface Row {
  readonly [column: string]: number | string | boolean | null;
}

function rows(count: number): Row[] {
  const some = <T>(value: () => T) => (pick(5) === 0 ? null : value());
  const times = ["2024-02-29T12:30:00Z", "1969-12-31T23:59:59.999999Z", "2024-12-31T00:00:00Z", "1900-03-01T06:07:08Z"];
  const column = () => some(() => (pick(2) === 0 ? pick(9) - 4 : (pick(160_000) - 80_000) / 10_007));
  return Array.from({ length: count }, () => ({
    x: column(),
    y: column(),
    z: column(),
    flag: some(() => pick(2) === 1),
    s: some(() => one(texts).replace("''", "'")),
    r: some(() => one(texts).replace("''", "'")),
    t: some(() => one(times)),
  }));
}

const types = {
  x: "number",
  y: "number",
  z: "number",
  flag: "bool",
  s: "string",
  r: "string",
  t: "timestamp",
} as const;
const table = "t0";

function literal(value: Row[string]): string {
  if (value === null) return "NULL";
  return typeof value === "string" ? `'${value.replaceAll("'", "''").replace(/Z$/, "")}'` : String(value);
}

describe("random rules", () => {
  test("say what DuckDB says, row by row, NULLs included", async () => {
    const data = rows(60);
    const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
    // x / 0 is NULL, as in a program
    await duckdb.run("SET ieee_floating_point_ops = false");
    await duckdb.run(
      `CREATE TABLE ${table} (n INT, x DOUBLE, y DOUBLE, z DOUBLE, flag BOOLEAN, s VARCHAR, r VARCHAR, t TIMESTAMP)`,
    );
    for (const [n, row] of data.entries())
      await duckdb.run(`INSERT INTO ${table} VALUES (${n}, ${Object.values(row).map(literal).join(", ")})`);
    let [checked, missing] = [0, 0];
    for (let k = 0; k < 400; k++) {
      const isTruth = k % 2 === 0;
      const written = isTruth ? truth(3) : number(3);
      // what a program's logarithms and roots give outside their domain is what TRY makes of DuckDB's error
      const expression = written.replaceAll("TRY(", "(");
      const wanted = await duckdb.runAndReadAll(`SELECT (${written})::DOUBLE AS v FROM ${table} ORDER BY n`);
      let program: ReturnType<typeof importRule>;
      try {
        program = importRule({ kind: "expression", expression, types, task: isTruth ? "binary" : "regression" });
      } catch (error) {
        if (/reads no column/.test((error as Error).message)) continue;
        throw new Error(`${expression}: ${(error as Error).message}`);
      }
      const scorer = load(program);
      wanted.getRows().forEach(([value], n) => {
        const expected = value === null || Number.isNaN(value) || !Number.isFinite(value) ? null : Number(value);
        const { score } = scorer.score(data[n]! as never);
        if (expected === null) missing++;
        const apart =
          score === null || expected === null
            ? score !== expected
            : Math.abs(score - expected) > 1e-9 * Math.max(1, Math.abs(expected));
        if (apart && (value === null || Number.isFinite(value)))
          throw new Error(`${expression} on ${JSON.stringify(data[n])}: ${score}, DuckDB ${value}`);
        checked++;
      });
    }
    expect(checked).toBeGreaterThan(20_000);
    expect(missing).toBeGreaterThan(1000);
  });
});
