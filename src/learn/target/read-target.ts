import type { Column, Frame } from "@millrace/program";
import { compareUtf8 } from "@millrace/program/text";
import { knownNames, MillraceError } from "#kernel";
import type { LearningTask } from "../model.ts";

/** What is predicted: the column, the task and, for binary, which value is the positive class. */
export interface TargetRequest {
  readonly target: string;
  readonly task: LearningTask;
  /** The positive class as text (`true`, `yes`, `1`); default: true, yes, 1 or the rarer value. */
  readonly positive?: string | boolean | number | undefined;
  /** Fewest labelled rows; default 20. */
  readonly minRows?: number;
}

/** A target as numbers. */
export interface Target {
  readonly task: LearningTask;
  /** Class names; binary [negative, positive]; empty for regression. */
  readonly classes: readonly string[];
  /** 0 or 1, the class index, or the value; NaN where the row has no label. */
  readonly values: Float64Array;
  readonly labelled: number;
}

/** The target of rows that are judged, under classes that are known. */
export interface KnownTarget extends Target {
  /** Labels that are none of the classes, or no number for regression; NaN among the values. */
  readonly unknown: number;
}

const mostClasses = 1000;
const leastRows = 20;
/** Beyond this, and for values that lie less than its inverse apart, squares of errors are Infinity or 0. */
const mostAmount = 1e150;

/**
 * The target column of training rows as numbers, with its classes.
 *
 * Missing: rows without a label stay, as NaN. Errors: LEARN_TARGET_MISSING: no such column, or no row has a value; LEARN_TOO_FEW_ROWS;
 * LEARN_TARGET_ONE_CLASS; LEARN_TARGET_CONSTANT; LEARN_TARGET_NOT_FINITE; LEARN_TARGET_TYPE: text for regression, more than
 * two values for binary; LEARN_TOO_MANY_CLASSES.
 */
export function readTarget(frame: Frame, request: TargetRequest): Target {
  const column = targetColumn(frame, request.target);
  if (request.task === "regression") return readValues(column, frame.rows, request);
  const texts = classTexts(column, request.target);
  const counts = new Map<string, number>();
  let labelled = 0;
  for (let i = 0; i < frame.rows; i++) {
    const text = texts(i);
    if (text === null) continue;
    labelled++;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  requireLabelled(labelled, frame.rows, request);
  if (counts.size === 1)
    throw new MillraceError("LEARN_TARGET_ONE_CLASS", {
      message: `All ${labelled} labelled rows have "${request.target}" = ${[...counts.keys()][0]}; a class can't be told from nothing else.`,
      next: "Give rows of at least two classes, or check the target expression.",
      facts: { target: request.target, rows: labelled },
    });
  const classes = orderClasses(counts, request);
  return { task: request.task, classes, values: codesOf(texts, frame.rows, classes), labelled };
}

/**
 * The target of other rows under classes that are already known: an index into them, or the number itself.
 *
 * ```ts
 * const frame = { rows: 3, columns: new Map([["y", { type: "string", codes: Int32Array.of(0, 1, -1), levels: ["no", "maybe"] }]]) };
 * readTargetAs(frame, "y", "binary", ["no", "yes"]).unknown; // 1
 * ```
 *
 * Missing: NaN, as is a label that is not known. Errors: LEARN_COLUMN_UNKNOWN: when the target is no column of the frame;
 * LEARN_TARGET_NOT_FINITE; LEARN_TARGET_TYPE: a vector.
 */
export function readTargetAs(
  frame: Frame,
  target: string,
  task: LearningTask,
  classes: readonly string[] = [],
): KnownTarget {
  const column = targetColumn(frame, target, "LEARN_COLUMN_UNKNOWN");
  if (task === "regression" && column.type !== "string")
    return { ...readValues(column, frame.rows, { target, task }, false), unknown: 0 };
  const texts = classTexts(column, target);
  const values = task === "regression" ? numbersOf(texts, frame.rows, target) : codesOf(texts, frame.rows, classes);
  let labelled = 0;
  let unknown = 0;
  for (let row = 0; row < frame.rows; row++) {
    if (!Number.isNaN(values[row])) labelled++;
    else if (texts(row) !== null) unknown++;
  }
  return { task, classes: task === "regression" ? [] : classes, values, labelled, unknown };
}

function targetColumn(
  frame: Frame,
  name: string,
  code: "LEARN_TARGET_MISSING" | "LEARN_COLUMN_UNKNOWN" = "LEARN_TARGET_MISSING",
): Column {
  const column = frame.columns.get(name);
  if (column !== undefined) return column;
  throw new MillraceError(code, {
    message: `The data have no target column "${name}" (${knownNames(name, [...frame.columns.keys()])}).`,
    next: "Name a column of the data as the target.",
    facts: { target: name },
  });
}

function readValues(column: Column, rows: number, request: TargetRequest, training = true): Target {
  const { target } = request;
  if (column.type === "string" || column.type === "vector")
    throw new MillraceError("LEARN_TARGET_TYPE", {
      message: `The regression target "${target}" is of type ${column.type}; it must be numbers.`,
      next: "Choose the task binary or multiclass, or a numeric target.",
      facts: { target, type: column.type },
    });
  const values = new Float64Array(rows).fill(Number.NaN);
  let labelled = 0;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < rows; i++) {
    if (column.missing?.[i] === 1) continue;
    const value = column.values[i]!;
    if (!Number.isFinite(value)) throw notFinite(target, value, i);
    if (training && Math.abs(value) > mostAmount) throw tooLarge(target, value);
    values[i] = value;
    labelled++;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (training) requireLabelled(labelled, rows, request);
  if (training && !(high - low > 1 / mostAmount)) throw doesNotVary(target, labelled, low, high);
  return { task: "regression", classes: [], values, labelled };
}

function tooLarge(target: string, value: number): MillraceError {
  return new MillraceError("LEARN_TARGET_NOT_FINITE", {
    message: `The target "${target}" has values such as ${value}: beyond ± ${mostAmount} the squares of errors are infinite.`,
    next: "Give the target in a larger unit, or filter such rows out.",
    facts: { target, most: mostAmount },
  });
}

function doesNotVary(target: string, rows: number, low: number, high: number): MillraceError {
  return new MillraceError("LEARN_TARGET_CONSTANT", {
    message:
      low === high
        ? `All ${rows} labelled rows have "${target}" = ${low}; there is nothing to learn.`
        : `The ${rows} labelled rows have "${target}" from ${low} to ${high}: so close together that the squares of errors are 0.`,
    next:
      low === high
        ? "Choose a target that varies, or check the target expression."
        : "Give the target in a smaller unit, so that its values lie further apart.",
    facts: { target, rows },
  });
}

function notFinite(target: string, value: number, row: number): MillraceError {
  return new MillraceError("LEARN_TARGET_NOT_FINITE", {
    message: `The target "${target}" is ${value} in row ${row + 1}; it must be a finite number.`,
    next: "Filter such rows out with `where`, or correct them.",
    facts: { target, row: row + 1 },
  });
}

function requireLabelled(labelled: number, rows: number, { target, minRows = leastRows }: TargetRequest): void {
  if (labelled === 0)
    throw new MillraceError("LEARN_TARGET_MISSING", {
      message: `None of the ${rows} rows has a value of the target "${target}".`,
      next: "Give labelled rows, or check the target expression and the null values of the source.",
      facts: { target, rows },
    });
  if (labelled < minRows)
    throw new MillraceError("LEARN_TOO_FEW_ROWS", {
      message: `There are ${labelled} labelled rows; at least ${minRows} are needed to learn anything that can be judged.`,
      next: "Collect or label more rows and run again.",
      facts: { rows: labelled, least: minRows },
    });
}

/** The class of a row as text; null where missing. */
function classTexts(column: Column, name: string): (row: number) => string | null {
  switch (column.type) {
    case "string":
      return (row) => (column.codes[row]! < 0 ? null : column.levels[column.codes[row]!]!);
    case "bool":
      return (row) => (column.missing?.[row] === 1 ? null : column.values[row] === 1 ? "true" : "false");
    case "vector":
      throw new MillraceError("LEARN_TARGET_TYPE", {
        message: `The target "${name}" is of type vector.`,
        next: "Choose a target of text, numbers or truth values.",
        facts: { target: name, type: "vector" },
      });
    default:
      return (row) => (column.missing?.[row] === 1 ? null : String(column.values[row]));
  }
}

function orderClasses(counts: ReadonlyMap<string, number>, request: TargetRequest): string[] {
  const names = [...counts.keys()];
  const numeric = names.every((name) => name !== "" && Number.isFinite(Number(name)));
  names.sort((a, b) => (numeric ? Number(a) - Number(b) : compareUtf8(a, b)));
  const { task, target } = request;
  if (names.length > mostClasses)
    throw new MillraceError("LEARN_TOO_MANY_CLASSES", {
      message: `The target "${target}" has ${names.length} classes; the most is ${mostClasses}.`,
      next: "Group rare classes, or choose regression where the target is a quantity.",
      facts: { target, classes: names.length, most: mostClasses },
    });
  if (task !== "binary") return names;
  if (names.length !== 2)
    throw new MillraceError("LEARN_TARGET_TYPE", {
      message: `The binary target "${target}" has ${names.length} values (${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""}).`,
      next: "Choose the task multiclass, or write a target expression with two values.",
      facts: { target, classes: names.length },
    });
  const positive = request.positive === undefined ? guessPositive(names, counts) : String(request.positive);
  if (!names.includes(positive))
    throw new MillraceError("LEARN_TARGET_TYPE", {
      message: `The positive class "${positive}" is not a value of "${target}" (${names.join(", ")}).`,
      next: "Name one of the target's values as the positive class.",
      facts: { target, positive },
    });
  return [names[0] === positive ? names[1]! : names[0]!, positive];
}

const affirmative = /^(true|yes|y|1|1\.0|positive|pos|t)$/i;

function guessPositive(names: readonly string[], counts: ReadonlyMap<string, number>): string {
  const said = names.filter((name) => affirmative.test(name));
  if (said.length === 1) return said[0]!;
  return counts.get(names[0]!)! < counts.get(names[1]!)! ? names[0]! : names[1]!;
}

function codesOf(texts: (row: number) => string | null, rows: number, classes: readonly string[]): Float64Array {
  const codes = new Map(classes.map((name, k) => [name, k]));
  return Float64Array.from({ length: rows }, (_, row) => {
    const text = texts(row);
    return text === null ? Number.NaN : (codes.get(text) ?? Number.NaN);
  });
}

/** Numbers that came as text, because other texts stand among them. */
function numbersOf(texts: (row: number) => string | null, rows: number, target: string): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    const text = texts(row)?.trim();
    const value = text === undefined || text === "" ? Number.NaN : Number(text);
    if (Math.abs(value) === Number.POSITIVE_INFINITY) throw notFinite(target, value, row);
    return value;
  });
}
