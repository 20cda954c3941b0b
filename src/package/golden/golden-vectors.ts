import { type JsonObject, load, type Program, type RowScore, type Tensors } from "@millrace/program";
import { platformRuntimes } from "#kernel";
import { readCsv, rowsCsv, scoresCsv } from "./csv.ts";
import { type GoldenRow, goldenRows } from "./golden-rows.ts";

/** Rows with what the interpreter says of them, also as the CSV that goes into a filter and must come out of it. */
export interface GoldenVectors {
  readonly rows: readonly GoldenRow[];
  readonly scores: readonly RowScore[];
  readonly input: string;
  readonly expected: string;
}

/** `goldenRows` with the interpreter's scores; rows that were stored earlier come first. */
export function goldenVectors(
  program: Program,
  tensors: Tensors,
  count: number,
  stored: readonly GoldenRow[] = [],
): GoldenVectors {
  const rows = [...stored, ...goldenRows(program, tensors, count).slice(stored.length)];
  const scorer = load({ program, tensors }, platformRuntimes);
  const scores = rows.map((row) => scorer.score(row));
  return { rows, scores, input: rowsCsv(program.inputs, rows), expected: scoresCsv(program.outputs, scores) };
}

/** Cells, so that of very many columns fewer rows are kept: a file should not be made of them, nor a search end in writing them. */
const storedCells = 400_000;
const storedRows = { least: 16, most: 256 };

/**
 * What a model file keeps as `parity.json`: the first golden rows and their scores when the version was made, as CSV texts, so
 * that anybody can check any implementation, and a later interpreter is held against an earlier one.
 */
export function goldenParity(program: Program, tensors: Tensors): JsonObject {
  const { least, most } = storedRows;
  const rows = Math.max(least, Math.min(most, Math.floor(storedCells / program.inputs.length)));
  const { input, expected } = goldenVectors(program, tensors, rows);
  return { format: 1, rows, input, expected };
}

/** The rows of a stored `parity.json`; none where it is of another form. */
export function storedRowsOf(parity: JsonObject | undefined): readonly GoldenRow[] {
  if (parity?.format !== 1 || typeof parity.input !== "string") return [];
  const [header = [], ...records] = readCsv(parity.input);
  return records.map((cells) =>
    Object.fromEntries(header.map((name, k) => [name, cells[k] === undefined || cells[k] === "" ? null : cells[k]])),
  );
}
