import { readFileSync } from "node:fs";
import type { Column, Frame } from "@millrace/program";

/** A CSV file as a frame, for tests: numbers, truth values, dates (YYYY-MM-DD…) and text; empty cells are missing. */
export function csvFrame(path: string): Frame {
  const [header, ...rows] = parseCsv(readFileSync(path, "utf8"));
  const columns = new Map<string, Column>();
  header!.forEach((name, c) => {
    columns.set(name, columnOf(rows.map((row) => row[c] ?? "")));
  });
  return { rows: rows.length, columns };
}

export function columnOf(texts: readonly string[]): Column {
  const missing = Uint8Array.from(texts, (text) => (text === "" ? 1 : 0));
  const mask = missing.includes(1) ? { missing } : {};
  const known = texts.filter((text) => text !== "");
  const every = (test: (text: string) => boolean) => known.length > 0 && known.every(test);
  if (every((text) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text))) {
    const values = Float64Array.from(texts, (text) => Number(text));
    return { type: values.every(Number.isInteger) ? "integer" : "number", values, ...mask };
  }
  if (every((text) => /^(true|false)$/i.test(text)))
    return { type: "bool", values: Uint8Array.from(texts, (text) => (/^t/i.test(text) ? 1 : 0)), ...mask };
  if (every((text) => /^\d{4}-\d\d-\d\d([ T]\d\d:\d\d:\d\dZ?)?$/.test(text))) {
    const values = Float64Array.from(texts, (text) =>
      text === "" ? 0 : Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19) || "00:00:00"}Z`) * 1000,
    );
    return { type: "timestamp", values, ...mask };
  }
  const position = new Map<string, number>();
  const codes = Int32Array.from(texts, (text) => {
    if (text === "") return -1;
    if (!position.has(text)) position.set(text, position.size);
    return position.get(text)!;
  });
  return { type: "string", codes, levels: [...position.keys()] };
}

function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[i + 1] === '"') cell += text[i++];
      else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ",") {
      row.push(cell);
      cell = "";
    } else if (character === "\n") {
      row.push(cell.replace(/\r$/, ""));
      rows.push(row);
      row = [];
      cell = "";
    } else cell += character;
  }
  if (cell !== "" || row.length > 0) rows.push([...row, cell]);
  return rows;
}
