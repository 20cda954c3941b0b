import type { Dialect } from "./dialect.ts";
import { mask } from "./duckdb.ts";
import { sqliteHash } from "./hash.ts";
import { sqliteInput } from "./input-sqlite.ts";
import { digitsOf, identifier, quoted, quotedWithNul } from "./literals.ts";
import { joined, type NumberSql, piece, ranged, type Sql, sql } from "./model.ts";
import { plainArithmetic, plainSum } from "./plain-arithmetic.ts";
import { searchCount, searchLevels, searchTable } from "./search.ts";

const title = "SQLite SQL";

function number(value: number): string {
  const text = Number.isFinite(value) ? digitsOf(value) : `${value < 0 ? "-" : ""}9e999`;
  return value < 0 ? `(${text})` : text;
}

const text = (value: string) => quotedWithNul(value, "char(0)");
/** Characters of a double, at most. */
const digits = 24;
/** Arguments of one function; older versions take 127. */
const mostArguments = 100;

/** SQLite turns a NaN into NULL by itself. */
const nanIsNull = (value: NumberSql) =>
  ranged(value, { ...value.range, nan: false, missing: value.range.missing || value.range.nan });

export const sqlite: Dialect = {
  name: "sqlite",
  title,
  fence: { materialized: "MATERIALIZED ", end: "" },
  mostColumns: 2000,
  deepestCase: 12,
  reads: {
    number: "REAL, INTEGER, or text",
    integer: "INTEGER, or text",
    bool: "0 and 1, or text",
    timestamp: "INTEGER microseconds since 1970, or text",
    string: "TEXT",
  },
  missingNumber: "NULL",
  missingText: "NULL",
  number,
  text,
  identifier: (name) => identifier(name, title),
  clean: (_, value) => nanIsNull(value),
  arithmetic: (stages, operation, a, b) => nanIsNull(plainArithmetic(stages, operation, a, b, "mod")),
  sum: (stages, terms) => nanIsNull(plainSum(stages, terms)),
  exp: (x) => sql`exp(${x})`,
  greatest,
  position: (stages, x, levels) => {
    if (levels.length <= 64) return searchLevels(x, levels, text, number);
    // Found by an index that SQLite makes by itself. A text with NUL has no JSON that it reads, so those come first.
    const nul = levels.flatMap((level, k) => (level.includes("\0") ? [[text(level), number(k)] as const] : []));
    const json = quoted(JSON.stringify(levels.map((level) => (level.includes("\0") ? 0 : level))));
    const table = stages.table("v, k", `SELECT value, CAST(key AS REAL) FROM json_each(${json})`);
    const found = sql`coalesce((SELECT k FROM ${table} WHERE v = +${x}), ${number(-1)})`;
    return nul.length === 0
      ? found
      : sql`CASE ${x} ${nul.map(([key, value]) => `WHEN ${key} THEN ${value}`).join(" ")} ELSE ${found} END`;
  },
  // Numbers of one length in a BLOB, of which any part is read at once.
  list: (stages, values) => {
    const blob = Array.from(values, (value) => number(value).replace(/[()]/g, "").padEnd(digits)).join("");
    return piece(`(SELECT b FROM ${stages.table("b", `SELECT CAST('${blob}' AS BLOB)`)})`);
  },
  at: (values, index, list) =>
    list === undefined
      ? searchTable(index, values, number)
      : sql`CAST(CAST(substr(${list}, CAST(${index} AS INTEGER) * ${String(digits)} + 1, ${String(digits)}) AS TEXT) AS REAL)`,
  count: (mode, values, x) => searchCount(x, mode, values, number),
  hash: sqliteHash,
  integer: (x) => sql`CAST(${x} AS INTEGER)`,
  bit: (index, bits) => {
    const last = bits.lastIndexOf(true);
    if (last < 0) return sql`(${index} IS NULL AND FALSE)`;
    if (last <= 61) return sql`(${index} <= ${String(last)} AND ((${mask(bits)} >> ${index}) & 1) = 1)`;
    const set = bits.flatMap((bit, k) => (bit ? [k] : []));
    return sql`${index} IN (${set.join(", ")})`;
  },
  input: sqliteInput,
};

function greatest(values: readonly Sql[]): Sql {
  if (values.length === 1) return values[0]!;
  if (values.length <= mostArguments) return sql`max(${joined(values, ", ")})`;
  const groups: Sql[] = [];
  for (let from = 0; from < values.length; from += mostArguments)
    groups.push(greatest(values.slice(from, from + mostArguments)));
  return greatest(groups);
}
