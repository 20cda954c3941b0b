import {
  type Column,
  type Frame,
  type JsonValue,
  type NumberColumn,
  type ProgramInput,
  Unreadable,
  valueReader,
} from "@millrace/program";
import { MillraceError } from "#kernel";
import type { JoinedPrediction } from "./model.ts";

/** A column to read out of the logged rows. */
export type WindowColumn = Pick<ProgramInput, "name" | "type" | "pattern">;

export interface WindowFrameOptions {
  /** Leave out rows whose outcome is not known yet; default false. */
  readonly labelledOnly?: boolean;
}

export interface WindowFrame {
  /** The declared columns of the rows, as they came. */
  readonly frame: Frame;
  /** What became of each row; missing while unknown, and where the outcome is `null`. */
  readonly outcomes: Column;
  /** When each row was scored, microseconds UTC. */
  readonly times: NumberColumn;
  readonly requestIds: readonly string[];
  /** Cells that are not of their column's type and became missing, by column. */
  readonly unreadable: Readonly<Record<string, number>>;
}

/**
 * Logged rows as typed columns with their outcomes, so that a window of traffic can be compared, evaluated and learned from.
 *
 * Shapes: one row a joined prediction, in their order. Cells are read as the
 * program's inputs are. Missing: absent, `null`, empty text, and cells that cannot be read, which are counted.
 * Errors: TRAFFIC_OUTCOME_TYPE_MIXED: when some outcomes are numbers and others are not.
 */
export function windowAsFrame(
  rows: readonly JoinedPrediction[],
  columns: readonly WindowColumn[],
  options: WindowFrameOptions = {},
): WindowFrame {
  const used = options.labelledOnly === true ? rows.filter((row) => row.outcome !== undefined) : rows;
  const made = new Map<string, Column>();
  const unreadable = new Map<string, number>();
  for (const input of columns) {
    const { name } = input;
    const cells = used.map((row) => (Object.hasOwn(row.prediction.row, name) ? row.prediction.row[name]! : null));
    const read = columnOf(cells, input);
    made.set(name, read.column);
    if (read.unreadable > 0) unreadable.set(name, read.unreadable);
  }
  return {
    frame: { rows: used.length, columns: made },
    outcomes: outcomeColumn(used.map((row) => row.outcome ?? null)),
    times: { type: "timestamp", values: Float64Array.from(used, (row) => row.prediction.atMs * 1000) },
    requestIds: used.map((row) => row.prediction.requestId),
    unreadable: Object.fromEntries(unreadable),
  };
}

function columnOf(
  cells: readonly JsonValue[],
  input: WindowColumn,
): { readonly column: Column; readonly unreadable: number } {
  const read = valueReader({ ...input, missingAllowed: true });
  let unreadable = 0;
  if (input.type === "strings" || input.type === "vector") {
    // lists stand in frames as the JSON that a program reads
    const texts = cells.map((cell) => (cell === null || typeof cell === "string" ? cell : JSON.stringify(cell)));
    return { column: textColumn(texts), unreadable };
  }
  const values = cells.map((cell) => {
    const value = read(cell);
    if (!(value instanceof Unreadable)) return value;
    unreadable++;
    return null;
  });
  if (input.type === "string") return { column: textColumn(values as (string | null)[]), unreadable };
  const missing = Uint8Array.from(values, (value) => (value === null ? 1 : 0));
  const some = missing.includes(1) ? { missing } : {};
  const numbers = Float64Array.from(values as (number | null)[], (value) => value ?? 0);
  const column: Column =
    input.type === "bool"
      ? { type: "bool", values: Uint8Array.from(numbers), ...some }
      : { type: input.type, values: numbers, ...some };
  return { column, unreadable };
}

function textColumn(values: readonly (string | null)[]): Column {
  const codes = new Map<string, number>();
  const column = Int32Array.from(values, (value) => {
    if (value === null) return -1;
    const code = codes.get(value) ?? codes.size;
    codes.set(value, code);
    return code;
  });
  return { type: "string", codes: column, levels: [...codes.keys()] };
}

function outcomeColumn(outcomes: readonly (string | number | boolean | null)[]): Column {
  const types = new Set(outcomes.filter((one) => one !== null).map((one) => typeof one));
  if (types.has("number")) {
    if (types.size > 1)
      throw new MillraceError("TRAFFIC_OUTCOME_TYPE_MIXED", {
        message: `Outcomes of one window are ${[...types].sort().join(" and ")}.`,
        next: "Send every outcome of an endpoint with one type: the class's name, or the value.",
      });
    return columnOf(outcomes, { name: "outcome", type: "number" }).column;
  }
  return textColumn(outcomes.map((one) => (one === null ? null : String(one))));
}
