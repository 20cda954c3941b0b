import type { Dialect } from "./dialect.ts";
import { duckdbHash } from "./hash.ts";
import { duckdbInput } from "./input-duckdb.ts";
import { digitsOf, identifier, quotedWithNul } from "./literals.ts";
import { joined, piece, ranged, sql } from "./model.ts";
import { plainArithmetic, plainSum } from "./plain-arithmetic.ts";
import { chooseBy, searchCount, searchLevels } from "./search.ts";

const title = "DuckDB SQL";

function number(value: number): string {
  if (Number.isFinite(value)) return value < 0 ? `(${digitsOf(value)})` : digitsOf(value);
  return `CAST('${value < 0 ? "-" : ""}Infinity' AS DOUBLE)`;
}

const text = (value: string) => quotedWithNul(value, "chr(0)");

const list = (values: Float64Array) => `[${Array.from(values, number).join(", ")}]`;

export const duckdb: Dialect = {
  name: "duckdb",
  title,
  fence: { materialized: "NOT MATERIALIZED ", end: "" },
  mostColumns: 10_000,
  deepestCase: 60,
  reads: {
    number: "a numeric type, or text",
    integer: "a numeric type, or text",
    bool: "BOOLEAN, 0 and 1, or text",
    timestamp: "TIMESTAMP, TIMESTAMPTZ, DATE, microseconds since 1970, or text",
    string: "VARCHAR",
  },
  missingNumber: "CAST(NULL AS DOUBLE)",
  missingText: "CAST(NULL AS VARCHAR)",
  number,
  text,
  identifier: (name) => identifier(name, title),
  clean: (stages, value) => {
    // NULLIF would compute it twice
    const x = stages.number(value);
    return ranged(sql`CASE WHEN isnan(${x}) THEN NULL ELSE ${x} END`, { ...x.range, nan: false, missing: true });
  },
  arithmetic: (stages, operation, a, b) => plainArithmetic(stages, operation, a, b, "fmod"),
  sum: plainSum,
  exp: (x) => sql`exp(${x})`,
  greatest: (values) => sql`greatest(${joined(values, ", ")})`,
  position: (_, x, levels) => {
    if (levels.length <= 8 || levels.some((level) => level.includes("\0")))
      return searchLevels(x, levels, text, number);
    // an enumeration's text is found by a hash
    const kind = `ENUM(${levels.map(text).join(", ")})`;
    return sql`coalesce(CAST(enum_code(TRY_CAST(${x} AS ${kind})) AS DOUBLE), ${number(-1)})`;
  },
  list: (stages, values) => stages.raw(piece(list(values))),
  at: (values, index, column) => {
    if (values.length <= 4)
      return chooseBy(
        index,
        [...values].map((value, k) => [number(k), number(value)]),
        number(0),
      );
    return sql`(${column ?? list(values)})[CAST(${index} AS BIGINT) + 1]`;
  },
  count: (mode, values, x) => searchCount(x, mode, values, number),
  hash: duckdbHash,
  integer: (x) => sql`CAST(${x} AS BIGINT)`,
  bit: (index, bits) => {
    const last = bits.lastIndexOf(true);
    if (last < 0) return sql`(${index} IS NULL AND FALSE)`;
    if (last <= 61) return sql`(${index} <= ${String(last)} AND ((${mask(bits)} >> ${index}) & 1) = 1)`;
    const string = bits
      .slice(0, last + 1)
      .map(Number)
      .join("");
    return sql`CASE WHEN ${index} <= ${String(last)} THEN get_bit(CAST('${string}' AS BIT), CAST(${index} AS INTEGER)) = 1 ELSE FALSE END`;
  },
  input: duckdbInput,
};

export function mask(bits: readonly boolean[]): string {
  let value = 0n;
  bits.forEach((bit, k) => {
    if (bit) value |= 1n << BigInt(k);
  });
  return String(value);
}
