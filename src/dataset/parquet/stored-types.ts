import type { Column } from "@millrace/program";
import { quoteName } from "../engine/quoting.ts";

/** A column as the engine names and types it. */
export interface StoredColumn {
  readonly name: string;
  /** DuckDB's type. */
  readonly sqlType: string;
}

/** The type that a stored column has in a frame, and SQL that gives it: DOUBLE, BOOLEAN or VARCHAR, null where missing. */
export function storedAs({ name, sqlType }: StoredColumn, fitsDouble: boolean): { type: Column["type"]; sql: string } {
  const sql = quoteName(name);
  if (sqlType === "BOOLEAN") return { type: "bool", sql };
  if (isFloat(sqlType)) return { type: "number", sql: `CAST(${sql} AS DOUBLE)` };
  if (isInteger(sqlType) && fitsDouble) return { type: "integer", sql: `CAST(${sql} AS DOUBLE)` };
  if (isDecimal(sqlType)) return { type: "number", sql: `CAST(${sql} AS DOUBLE)` };
  if (isTime(sqlType)) return { type: "timestamp", sql: `CAST(epoch_us(${sql}) AS DOUBLE)` };
  return { type: "string", sql: textOf(sql, sqlType) };
}

function textOf(sql: string, sqlType: string): string {
  if (sqlType === "BLOB") return `to_base64(${sql})`;
  const nested = /[[(]/.test(sqlType) && !/^(VARCHAR|ENUM|DECIMAL)/.test(sqlType);
  return `CAST(${nested ? `to_json(${sql})` : sql} AS VARCHAR)`;
}

export const isFloat = (sqlType: string) => /^(FLOAT|DOUBLE)$/.test(sqlType);
export const isInteger = (sqlType: string) => /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(sqlType);
/** Whole numbers that may not fit a double. */
export const isWide = (sqlType: string) => /^U?(BIG|HUGE)INT$/.test(sqlType);
export const readsText = (sqlType: string) =>
  sqlType !== "BOOLEAN" && !isFloat(sqlType) && !isInteger(sqlType) && !isDecimal(sqlType) && !isTime(sqlType);

const isDecimal = (sqlType: string) => /^DECIMAL\([^()]*\)$/.test(sqlType);
const isTime = (sqlType: string) => /^(DATE|TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?)$/.test(sqlType);
