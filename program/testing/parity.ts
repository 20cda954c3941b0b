import { load, type RowScore } from "../interpreter/load.ts";
import type { Program, ProgramInput, Tensor } from "../model.ts";
import { operatorTable } from "../operators/table.ts";
import { outputCells, outputColumns } from "../outputs.ts";
import { pruneProgram } from "../prune.ts";
import type { Pick as PickOne } from "./pick.ts";
import { randomProgram, randomRows } from "./random-program.ts";

/** A program with rows and what the interpreter says about them: what every compiled form is compared with. */
export interface ParityCase {
  readonly program: Program;
  readonly tensors: Map<string, Tensor>;
  readonly rows: readonly Record<string, unknown>[];
  /** The rows as a filter reads them. */
  readonly csv: string;
  /** What a filter must write, to the byte. */
  readonly expected: string;
  /** What it must say of columns and values on standard error. */
  readonly notes: string;
}

export function parityCase(
  program: Program,
  tensors: Map<string, Tensor>,
  rows: readonly Record<string, unknown>[],
): ParityCase {
  const scorer = load({ program, tensors });
  return {
    program,
    tensors,
    rows,
    csv: rowsAsCsv(program.inputs, rows),
    expected: scoresAsCsv(
      program,
      rows.map((row) => scorer.score(row)),
    ),
    notes: notesOf(program, tensors, rows),
  };
}

/** Columns that no score depends on, and how many cells of the others `check` calls unreadable or unseen. */
function notesOf(
  program: Program,
  tensors: ReadonlyMap<string, Tensor>,
  rows: readonly Record<string, unknown>[],
): string {
  const pruned = pruneProgram(program);
  const scorer = load({ program: pruned, tensors });
  const counts = new Map<string, number>();
  for (const row of rows) {
    const cells = pruned.inputs.map(({ name, type }) => [
      name,
      cellText(type, Object.hasOwn(row, name) ? row[name] : null),
    ]);
    for (const { column, kind } of scorer.check(Object.fromEntries(cells)))
      counts.set(`${kind} ${column}`, (counts.get(`${kind} ${column}`) ?? 0) + 1);
  }
  const note = (name: string, kind: string, what: string) => {
    const count = counts.get(`${kind} ${name}`);
    return count === undefined ? "" : `column ${JSON.stringify(name)}: values that ${what}: ${count}\n`;
  };
  const strays = program.inputs.filter(({ name }) => pruned.inputs.every((input) => input.name !== name));
  return [
    strays.length === 0
      ? ""
      : `header: not columns of the model: ${strays.map(({ name }) => JSON.stringify(name)).join(", ")}\n`,
    ...pruned.inputs.map(
      ({ name, type }) =>
        note(name, "unreadable", "cannot be read and count as missing") +
        (type === "string" ? note(name, "unseenLevel", "training did not see, or hardly") : ""),
    ),
  ].join("");
}

/** Programs over every operator, with odd rows. The same seed gives the same cases. */
export function randomCases(seed: number, programs: number, rowsEach: number): ParityCase[] {
  const pick = pickFrom(seed);
  return Array.from({ length: programs }, () => {
    const { program, tensors } = randomProgram(pick);
    return parityCase(program, tensors, randomRows(pick, program.inputs, rowsEach));
  });
}

/** Operators of the table that no score of these cases depends on. */
export function operatorsWithout(cases: readonly Pick<ParityCase, "program">[]): string[] {
  const found = new Set(cases.flatMap(({ program }) => pruneProgram(program).nodes.map(({ op }) => op)));
  return [...operatorTable.keys()].filter((op) => !found.has(op)).sort();
}

/** Operators of texts and lists: `textCases` have them, `randomCases` do not. */
export const textOperators = ["cross", "termLinear", "terms", "textLength"];

/** A small generator for tests (mulberry32, T. Ettinger, 2017). */
export function pickFrom(seed: number): PickOne {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

export function rowsAsCsv(inputs: readonly ProgramInput[], rows: readonly Record<string, unknown>[]): string {
  const line = (cells: readonly string[]) => `${cells.map(quoted).join(",")}\n`;
  return [
    line(inputs.map(({ name }) => name)),
    ...rows.map((row) =>
      line(inputs.map(({ name, type }) => cellText(type, Object.hasOwn(row, name) ? row[name] : null))),
    ),
  ].join("");
}

export function scoresAsCsv({ outputs }: Program, scores: readonly RowScore[]): string {
  const lines = scores.map((row) =>
    outputCells(outputs, row).map((cell) => (cell === null ? "" : quoted(String(cell)))),
  );
  return [outputColumns(outputs).map(quoted), ...lines].map((cells) => `${cells.join(",")}\n`).join("");
}

/** A raw value as a cell of CSV; empty where it is missing. */
export function cellText(type: ProgramInput["type"], value: unknown): string {
  if (value === null || value === undefined) return "";
  if (type === "timestamp" && typeof value === "number") return isoText(value);
  if (typeof value === "number" && Object.is(value, -0)) return "-0";
  return (Array.isArray(value) ? JSON.stringify(value) : String(value)).toWellFormed();
}

/** Text cells cannot hold a number of microseconds: ISO 8601 says the same time. */
function isoText(us: number): string {
  const ms = Math.floor(us / 1000);
  const rest = us - ms * 1000;
  return new Date(ms).toISOString().replace("Z", `${String(rest).padStart(3, "0")}Z`);
}

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
