import { readFileSync } from "node:fs";
import type { Column, Frame } from "@millrace/program";

/** A CSV file as the reference reads it: a column is INT, else FLOAT, else text, over the whole file; an empty cell is missing. */
export function goldenCsv(path: URL | string): Frame {
  const [header, ...rows] = parseCsv(readFileSync(path, "utf8"));
  return goldenFrame(header!, rows);
}

export function goldenFrame(header: readonly string[], rows: readonly (readonly string[])[]): Frame {
  const columns = header.map((name, index): [string, Column] => [name, columnOf(rows.map((row) => row[index]!))]);
  return { rows: rows.length, columns: new Map(columns) };
}

function columnOf(cells: readonly string[]): Column {
  const filled = cells.filter((cell) => cell !== "");
  const missing = Uint8Array.from(cells, (cell) => (cell === "" ? 1 : 0));
  const whole = filled.every((cell) => /^\s*[+-]?\d+$/.test(cell) && Math.abs(Number(cell)) <= 2 ** 63 - 1024);
  const numeric = filled.every((cell) => /^\s*[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+|inf|nan)\s*$/i.test(cell));
  const beyond = filled.some((cell) => /^\d{19,}$/.test(cell));
  if (filled.length === 0 || beyond || !(whole || numeric)) return textColumn(cells);
  const values = Float64Array.from(cells, (cell) => {
    const text = cell.trim().toLowerCase();
    return text === "" ? 0 : text === "nan" ? Number.NaN : text === "inf" ? Infinity : Number(text);
  });
  return { type: whole ? "integer" : "number", values, missing };
}

export function textColumn(cells: readonly string[]): Column {
  const levels = [...new Set(cells.filter((cell) => cell !== ""))];
  const codes = new Map(levels.map((level, code) => [level, code]));
  return { type: "string", levels, codes: Int32Array.from(cells, (cell) => codes.get(cell) ?? -1) };
}

export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  }
  return rows;
}
