import type { Column } from "@millrace/program";
import type { Engine } from "../engine/open-engine.ts";
import { sortedLevels } from "../frames/level-order.ts";
import type { ColumnFacts } from "./read-query.ts";
import { isFloat, isWide, type StoredColumn, storedAs } from "./stored-types.ts";

/** What is used of the engine's vectors. `items` ignore what is null. */
export interface VectorItems {
  readonly items: Float64Array | Int32Array | Uint8Array;
  readonly validity: { itemValid(k: number): boolean };
  getItem(k: number): unknown;
}

/** Reads one column from chunks: the SQL it selects, what it takes from each chunk's vectors, and the column at the end. */
export interface ColumnReader {
  readonly list: readonly string[];
  take(vectors: readonly VectorItems[], at: number, count: number): void;
  /** Undefined when the column does not fit its type after all. */
  finish(): Column | undefined;
}

/** Above this many levels an ENUM costs more than reading text value by value. */
const MOST_LEVELS = 60_000;

/** The reader of column k over a relation; `facts` are there for large reads only. */
export async function columnReader(
  engine: Engine,
  from: string,
  stored: StoredColumn,
  k: number,
  rows: number,
  facts: ColumnFacts | undefined,
): Promise<ColumnReader> {
  const { type, sql } = storedAs(stored, facts?.fitsDouble ?? true);
  if (type === "string")
    return facts !== undefined && facts.distinct > 0 && facts.distinct <= MOST_LEVELS
      ? await levelReader(engine, from, sql, k, rows)
      : textReader(sql, rows);
  if (isFloat(stored.sqlType)) return floatReader(sql, rows);
  if (facts === undefined) return valueReader(type as "number", sql, rows, isWide(stored.sqlType));
  const values = type === "bool" ? new Uint8Array(rows) : new Float64Array(rows);
  const missing = facts.present < rows ? new Uint8Array(rows) : undefined;
  const value = type === "bool" ? `coalesce(${sql}, false)::UTINYINT` : `coalesce(${sql}, 0)`;
  return {
    list: missing === undefined ? [value] : [value, `(${sql} IS NULL)::UTINYINT`],
    take: (vectors, at, count) => {
      (values as Float64Array).set(vectors[0]!.items.subarray(0, count) as Float64Array, at);
      missing?.set(vectors[1]!.items.subarray(0, count) as Uint8Array, at);
    },
    finish: () => ({ type, values, ...(missing === undefined ? {} : { missing }) }) as Column,
  };
}

/** Decimals, where NaN means missing as null does. */
function floatReader(sql: string, rows: number): ColumnReader {
  const values = new Float64Array(rows);
  let missing: Uint8Array | undefined;
  return {
    list: [`coalesce(${sql}, 'NaN'::DOUBLE)`],
    take: ([vector], at, count) => {
      const { items } = vector!;
      for (let i = 0; i < count; i++) {
        const value = items[i]!;
        if (Number.isNaN(value)) {
          missing ??= new Uint8Array(rows);
          missing[at + i] = 1;
        } else values[at + i] = value + 0;
      }
    },
    finish: () => ({ type: "number", values, ...(missing === undefined ? {} : { missing }) }),
  };
}

/** Whole numbers, times and bool value by value, in one pass without facts. */
function valueReader(type: "number" | "bool", sql: string, rows: number, wide: boolean): ColumnReader {
  const values = type === "bool" ? new Uint8Array(rows) : new Float64Array(rows);
  let missing: Uint8Array | undefined;
  let fits = true;
  return {
    list: [type === "bool" ? `${sql}::UTINYINT` : sql],
    take: ([vector], at, count) => {
      for (let i = 0; i < count; i++) {
        if (vector!.validity.itemValid(i)) {
          values[at + i] = vector!.items[i]!;
          if (wide && Math.abs(values[at + i]!) >= 9007199254740992) fits = false;
        } else {
          missing ??= new Uint8Array(rows);
          missing[at + i] = 1;
        }
      }
    },
    finish: () => (fits ? ({ type, values, ...(missing === undefined ? {} : { missing }) } as Column) : undefined),
  };
}

/** Text of few levels: the engine makes the codes, over levels in its binary order, which is that of UTF-8. */
async function levelReader(engine: Engine, from: string, sql: string, k: number, rows: number): Promise<ColumnReader> {
  const codes = new Int32Array(rows);
  const name = `level_${k}`;
  // Empty text is missing wherever it comes from.
  const text = `nullif(${sql}, '')`;
  await engine.run(
    `CREATE TYPE ${name} AS ENUM (SELECT DISTINCT ${text} AS x FROM ${from} WHERE x IS NOT NULL ORDER BY x)`,
  );
  const listed = await engine.rows(`SELECT unnest(enum_range(NULL::${name}))::VARCHAR`);
  return {
    list: [`coalesce(enum_code(CAST(${text} AS ${name}))::INTEGER, -1)`],
    take: ([vector], at, count) => codes.set(vector!.items.subarray(0, count) as Int32Array, at),
    finish: () => ({ type: "string", codes, levels: listed.map((row) => String(row[0])) }),
  };
}

function textReader(sql: string, rows: number): ColumnReader {
  const codes = new Int32Array(rows);
  const codeOf = new Map<string, number>();
  return {
    list: [sql],
    take: ([vector], at, count) => {
      for (let i = 0; i < count; i++) {
        const value = vector!.getItem(i) as string | null;
        let code = value === null || value === "" ? -1 : codeOf.get(value);
        if (code === undefined) {
          code = codeOf.size;
          codeOf.set(value!, code);
        }
        codes[at + i] = code;
      }
    },
    finish: () => {
      const levels = sortedLevels([...codeOf.keys()]);
      const place = new Int32Array(levels.length);
      for (const [code, level] of levels.entries()) place[codeOf.get(level)!] = code;
      for (let row = 0; row < rows; row++) if (codes[row] !== -1) codes[row] = place[codes[row]!]!;
      return { type: "string", codes, levels };
    },
  };
}
