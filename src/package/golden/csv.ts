import type { ProgramInput, ProgramOutputs, RowScore } from "@millrace/program";
import { outputCells, outputColumns } from "@millrace/program/write";
import type { GoldenRow } from "./golden-rows.ts";

/** Rows as the CSV that every filter reads; an empty cell is missing. */
export function rowsCsv(inputs: readonly ProgramInput[], rows: readonly GoldenRow[]): string {
  const line = (cells: readonly string[]) => `${cells.map(quoted).join(",")}\n`;
  return [
    line(inputs.map(({ name }) => name)),
    ...rows.map((row) => line(inputs.map(({ name }) => row[name] ?? ""))),
  ].join("");
}

/** Scores as every filter writes them: the shortest digits that read back, empty cells where there is nothing. */
export function scoresCsv(outputs: ProgramOutputs, scores: readonly RowScore[]): string {
  const lines = scores.map((row) =>
    outputCells(outputs, row).map((cell) => (cell === null ? "" : quoted(String(cell)))),
  );
  return [outputColumns(outputs).map(quoted), ...lines].map((cells) => `${cells.join(",")}\n`).join("");
}

/** The classes that have a column of their own. */
export function scoredClasses({ task, classes }: ProgramOutputs): readonly string[] {
  return task === "multiclass" ? (classes ?? []) : [];
}

/** The records of a CSV text (RFC 4180, LF or CRLF), as the filters write it. */
export function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  for (let at = 0; at < text.length; ) {
    let cell = "";
    if (text[at] === '"') {
      for (at++; at < text.length; at++) {
        const end = text.indexOf('"', at);
        if (end < 0) throw new SyntaxError("A quoted cell does not end.");
        cell += text.slice(at, end);
        at = end + 1;
        if (text[at] !== '"') break;
        cell += '"';
      }
    } else {
      const start = at;
      while (at < text.length && text[at] !== "," && text[at] !== "\n" && text[at] !== "\r") at++;
      cell = text.slice(start, at);
    }
    record.push(cell);
    if (text[at] === ",") {
      at++;
      if (at < text.length) continue;
      record.push("");
    }
    if (text[at] === "\r") at++;
    if (text[at] === "\n") at++;
    records.push(record);
    record = [];
    if (at < text.length) continue;
    break;
  }
  return records;
}

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
