import { unsupported } from "../lower.ts";
import type { Dialect } from "./dialect.ts";
import { postgresHash } from "./hash.ts";
import { postgresInput } from "./input-postgres.ts";
import { identifier, quoted } from "./literals.ts";
import { joined, piece, ranged, sql } from "./model.ts";
import { postgresArithmetic, postgresSum } from "./postgres-arithmetic.ts";
import { chooseBy, searchCount } from "./search.ts";

const title = "PostgreSQL SQL";

export function number(value: number): string {
  return `float8 '${value + 0}'`;
}

/** A literal that means the same whatever `standard_conforming_strings` says. */
export function text(value: string): string {
  if (value.includes("\0")) throw unsupported("a text with a NUL character", title);
  return value.includes("\\") ? `E${quoted(value.replaceAll("\\", "\\\\"))}` : quoted(value);
}

const array = (values: ArrayLike<number>) =>
  `'{${Array.from(values, (value) => String(value + 0)).join(",")}}'::float8[]`;

export const postgres: Dialect = {
  name: "postgres",
  title,
  fence: { materialized: "NOT MATERIALIZED ", end: " OFFSET 0" },
  mostColumns: 1600,
  deepestCase: 60,
  reads: {
    number: "a numeric type, or text",
    integer: "a numeric type, or text",
    bool: "boolean, 0 and 1, or text",
    timestamp: "timestamp, timestamptz, date, or text",
    string: "text",
  },
  missingNumber: "NULL::float8",
  missingText: "NULL::text",
  number,
  text,
  identifier: (name) => {
    if (new TextEncoder().encode(name).length > 63) throw unsupported("a column name of more than 63 bytes", title);
    return identifier(name, title);
  },
  clean: (_, value) => ranged(sql`NULLIF(${value}, float8 'NaN')`, { ...value.range, nan: false, missing: true }),
  arithmetic: postgresArithmetic,
  sum: postgresSum,
  exp: (x) => {
    const { low, high } = x.range;
    const cases: string[] = [];
    if (high > 709) cases.push(`WHEN ${x.text} > ${number(709.782712893384)} THEN ${number(Infinity)}`);
    if (low < -745) cases.push(`WHEN ${x.text} < ${number(-745.13)} THEN ${number(0)}`);
    return cases.length === 0 ? sql`exp(${x})` : sql`CASE ${cases.join(" ")} ELSE exp(${x}) END`;
  },
  greatest: (values) => sql`greatest(${joined(values, ", ")})`,
  position: (_, x, levels) => {
    // no text of this database holds NUL
    const known = levels.flatMap((level, place) => (level.includes("\0") ? [] : [[level, place] as const]));
    if (known.length <= 6)
      return chooseBy(
        x,
        known.map(([level, place]) => [text(level), number(place)]),
        number(-1),
      );
    const json = `{${known.map(([level, place]) => `${JSON.stringify(level)}:${place}`).join(",")}}`;
    return sql`coalesce((${text(json)}::jsonb -> ${x})::float8, ${number(-1)})`;
  },
  list: (stages, values) => stages.raw(piece(array(values))),
  at: (values, index, column) => {
    if (values.length <= 4)
      return chooseBy(
        index,
        [...values].map((value, k) => [number(k), number(value)]),
        number(0),
      );
    return sql`(${column ?? array(values)})[(${index})::int + 1]`;
  },
  count: (mode, values, x) => {
    if (values.length <= 4) return searchCount(x, mode, values, number);
    if (mode === "upTo") return sql`width_bucket(${x}, ${array(values)})::float8`;
    // what is below x: all but those that are not, counted from the other side
    const mirrored = array(Float64Array.from(values, (value) => -value).reverse());
    return sql`(${number(values.length)} - width_bucket(-${x}, ${mirrored})::float8)`;
  },
  hash: postgresHash,
  integer: (x) => sql`(${x})::bigint`,
  bit: (index, bits) => {
    const last = bits.lastIndexOf(true);
    if (last < 0) return sql`(${index} IS NULL AND FALSE)`;
    const string = bits
      .slice(0, last + 1)
      .map(Number)
      .join("");
    return sql`CASE WHEN ${index} <= ${String(last)} THEN get_bit(B'${string}', ${index}::int) = 1 ELSE FALSE END`;
  },
  input: postgresInput,
};
