import type { Column, Frame, VectorColumn } from "../columns.ts";
import type { ProgramInput } from "../model.ts";
import { withMask } from "../operators/operator.ts";
import { ProgramError } from "../problem.ts";
import type { FrameMarks } from "./evaluate.ts";
import { type ReadValue, Unreadable, valueReader } from "./values.ts";

/**
 * The frame's column as the input's type, by the same readings as a single row's raw value. A column that is not in the
 * frame is missing in every row.
 */
export function inputColumn(input: ProgramInput, frame: Frame, marks?: FrameMarks): Column {
  const column = frame.columns.get(input.name);
  if (column === undefined) {
    if (input.invalid === "abstain") marks?.missingInput.fill(1);
    else if (!input.missingAllowed) throw invalid(`The frame has no column "${input.name}"`);
    return fillColumn(input, frame.rows, () => null);
  }
  const result =
    column.type === "vector" ? ofVectors(input, column, frame.rows) : convert(input, column, frame.rows, marks);
  const abstains = input.invalid === "abstain";
  for (let i = 0; i < frame.rows && !input.missingAllowed; i++) {
    if (!(result.type === "string" ? result.codes[i]! < 0 : result.missing?.[i] === 1)) continue;
    if (!abstains) throw invalid(`The column "${input.name}" may not be missing, but is`);
    if (marks !== undefined) marks.missingInput[i] = 1;
  }
  return result;
}

export type Accepted = Exclude<ReadValue, Unreadable>;

/** A row that holds NaN is missing whole. */
function ofVectors(input: ProgramInput, { width, values, missing }: VectorColumn, rows: number): Column {
  if (input.type !== "vector")
    throw invalid(`The column "${input.name}" holds vectors; the program needs ${input.type}`);
  if (width !== input.width)
    throw invalid(`The column "${input.name}" holds vectors of ${width}; the program needs ${input.width}`);
  return fillColumn(input, rows, (i) => {
    const row = values.slice(i * width, (i + 1) * width).map((value) => value + 0);
    return missing?.[i] === 1 || row.some(Number.isNaN) ? null : row;
  });
}

function convert(
  input: ProgramInput,
  column: Exclude<Column, { type: "vector" }>,
  rows: number,
  marks?: FrameMarks,
): Column {
  if (column.type === input.type && isClean(column)) return column;
  const read = valueReader(input);
  const accept = (value: unknown): Accepted => {
    const result: ReadValue = read(value);
    if (!(result instanceof Unreadable)) return result;
    if (input.invalid === undefined) throw invalid(`A value of column "${input.name}" ${result.reason}`);
    return unreadable;
  };
  const noted = (value: Accepted) => {
    if (value !== unreadable) return value;
    if (input.invalid === "impute") marks?.imputed.set(input.name, (marks.imputed.get(input.name) ?? 0) + 1);
    return null;
  };
  if (column.type === "string") {
    // levels that no row uses are not read, so that a selection of rows never fails for what it left out
    const used = new Uint8Array(column.levels.length);
    for (let i = 0; i < rows; i++) if (column.codes[i]! >= 0) used[column.codes[i]!] = 1;
    const table = column.levels.map((level, code) => (used[code] === 1 ? accept(level) : null));
    return fillColumn(input, rows, (i) => (column.codes[i]! < 0 ? null : noted(table[column.codes[i]!]!)));
  }
  if (column.type === "timestamp" && input.type !== "timestamp")
    throw invalid(`The column "${input.name}" is of type timestamp; the program needs ${input.type}`);
  const raw = (i: number): unknown => (column.type === "bool" ? column.values[i] === 1 : column.values[i]!);
  return fillColumn(input, rows, (i) => (column.missing?.[i] === 1 ? null : noted(accept(raw(i)))));
}

/** A text that no value is read as: it cannot be read, and counts as missing. */
const unreadable = "\ud800";

/** True where no value would be read as another: no NaN, −0, fraction where whole numbers belong, or odd text. */
function isClean(column: Exclude<Column, { type: "vector" }>): boolean {
  if (column.type === "bool") return true;
  if (column.type === "string") return column.levels.every((level) => level !== "" && level.isWellFormed());
  const whole = column.type !== "number";
  for (let i = 0; i < column.values.length; i++) {
    const value = column.values[i]!;
    if (Number.isNaN(value) || Object.is(value, -0) || (whole && !Number.isSafeInteger(value))) return false;
  }
  return true;
}

/** A column of an input from values that were read. */
export function fillColumn(input: ProgramInput, rows: number, value: (row: number) => Accepted): Column {
  if (isText(input)) {
    const codes = new Int32Array(rows);
    const index = new Map<string, number>();
    for (let i = 0; i < rows; i++) {
      const text = value(i);
      if (text === null) {
        codes[i] = -1;
        continue;
      }
      let code = index.get(text as string);
      if (code === undefined) {
        code = index.size;
        index.set(text as string, code);
      }
      codes[i] = code;
    }
    return { type: "string", codes, levels: [...index.keys()] };
  }
  const missing = new Uint8Array(rows);
  if (input.type === "vector") {
    const width = input.width ?? 1;
    const vectors = new Float64Array(rows * width);
    for (let i = 0; i < rows; i++) {
      const vector = value(i);
      if (vector === null) missing[i] = 1;
      else vectors.set(vector as Float64Array, i * width);
    }
    return withMask({ type: "vector", width, values: vectors }, missing);
  }
  const values = input.type === "bool" ? new Uint8Array(rows) : new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const number = value(i);
    if (number === null) missing[i] = 1;
    else values[i] = number as number;
  }
  return withMask({ type: input.type, values } as Column, missing);
}

/** A list of texts is one text: see `readStrings`. */
const isText = ({ type }: ProgramInput) => type === "string" || type === "strings";

function invalid(problem: string): ProgramError {
  return new ProgramError("PROGRAM_INPUT_INVALID", `${problem}.`, "Correct the data, or check the rows first.");
}
