import type { Column, Frame, JsonObject } from "@millrace/program";
import { MillraceError } from "#kernel";
import { columnNamed } from "../frames/frame-columns.ts";
import { selectRows } from "../frames/select-rows.ts";
import { declareTime } from "../typing/declare-time.ts";
import { rowsOrMissing } from "./aggregate.ts";
import { invalidOperation, type Operation } from "./operations.ts";

type Join = Extract<Operation, { op: "join" }>;
type JoinAsOf = Extract<Operation, { op: "joinAsOf" }>;

/**
 * Joins by equal keys; left rows keep their order, a left row that matches several stands several times, in the right's order.
 * Missing keys match nothing. Reports rows lost and doubled.
 */
export function joinByKey(left: Frame, right: Frame, operation: Join): { frame: Frame; report: JsonObject } {
  const { leftKeys, rightKeys, names } = joinKeys(left, right, operation);
  const rowsOf = rowsByKey(rightKeys);
  const matched = new Uint8Array(right.rows);
  const leftRows: number[] = [];
  const rightRows: number[] = [];
  let unmatched = 0;
  let doubled = 0;
  for (let row = 0; row < left.rows; row++) {
    const key = leftKeys[row];
    const found = key === null ? undefined : rowsOf.get(key!);
    if (found === undefined) {
      unmatched++;
      if (operation.kind === "inner") continue;
      leftRows.push(row);
      rightRows.push(-1);
      continue;
    }
    if (found.length > 1) doubled++;
    for (const other of found) {
      leftRows.push(row);
      rightRows.push(other);
      matched[other] = 1;
    }
  }
  const frame = combined(selectRows(left, leftRows), right, Int32Array.from(rightRows), names, operation.prefix);
  const unused = matched.reduce((count, flag) => count + (flag === 0 ? 1 : 0), 0);
  return {
    frame,
    report: {
      rowsBefore: left.rows,
      rowsAfter: frame.rows,
      unmatchedRows: unmatched,
      lostRows: operation.kind === "inner" ? unmatched : 0,
      doubledRows: doubled,
      unusedOtherRows: unused,
    },
  };
}

/** Joins the newest right row of the same keys whose time is not after the left row's; of equal times, the last. */
export function joinAsOf(left: Frame, right: Frame, operation: JoinAsOf): { frame: Frame; report: JsonObject } {
  const leftTime = timeColumn(left, operation.time.left);
  const rightTime = timeColumn(right, operation.time.right);
  const { leftKeys, rightKeys, names } = joinKeys(left, right, operation, operation.time.right);
  const rowsOf = rowsByKey(rightKeys);
  let withoutTime = 0;
  for (const [key, rows] of rowsOf) {
    const timed = rows.filter((row) => rightTime.missing?.[row] !== 1);
    withoutTime += rows.length - timed.length;
    rowsOf.set(
      key,
      timed.sort((a, b) => rightTime.values[a]! - rightTime.values[b]! || a - b),
    );
  }
  const oldest = operation.maxAgeDays === undefined ? Number.POSITIVE_INFINITY : operation.maxAgeDays * 86_400_000_000;
  const picks = new Int32Array(left.rows).fill(-1);
  let unmatched = 0;
  let tooOld = 0;
  for (let row = 0; row < left.rows; row++) {
    const key = leftKeys[row];
    const rows = key === null || leftTime.missing?.[row] === 1 ? undefined : rowsOf.get(key!);
    const at = leftTime.values[row]!;
    const before = rows === undefined ? 0 : countNotAfter(rows, rightTime.values, at);
    if (rows === undefined || before === 0) {
      unmatched++;
      continue;
    }
    const pick = rows[before - 1]!;
    if (at - rightTime.values[pick]! > oldest) tooOld++;
    else picks[row] = pick;
  }
  const frame = combined(left, right, picks, names, operation.prefix);
  return {
    frame,
    report: {
      rowsBefore: left.rows,
      rowsAfter: frame.rows,
      unmatchedRows: unmatched,
      tooOldRows: tooOld,
      otherRowsWithoutTime: withoutTime,
      lostRows: 0,
      doubledRows: 0,
    },
  };
}

function countNotAfter(rows: readonly number[], times: Float64Array, at: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[rows[middle]!]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function timeColumn(frame: Frame, name: string) {
  const column = columnNamed(frame, name);
  if (column.type === "timestamp" || column.type === "integer" || column.type === "number") return column;
  throw new MillraceError("DATASET_COLUMN_TYPE", {
    message: `The time column "${name}" is ${column.type}; an as-of join needs a timestamp or a number.`,
    next: declareTime(name),
    facts: { column: name, type: column.type },
  });
}

function joinKeys(left: Frame, right: Frame, operation: Join | JoinAsOf, timeName?: string) {
  const pairs = operation.on.map((key) => (typeof key === "string" ? { left: key, right: key } : key));
  const leftParts: ((row: number) => string | null)[] = [];
  const rightParts: ((row: number) => string | null)[] = [];
  for (const pair of pairs) {
    const a = columnNamed(left, pair.left);
    const b = columnNamed(right, pair.right);
    const kind = (column: Column) => (column.type === "integer" ? "number" : column.type);
    if (kind(a) !== kind(b))
      throw new MillraceError("DATASET_COLUMN_TYPE", {
        message: `The keys "${pair.left}" (${a.type}) and "${pair.right}" (${b.type}) are of different types.`,
        next: "Declare the same type for both in `types` on their sources.",
        facts: { left: pair.left, right: pair.right, types: [a.type, b.type] },
      });
    leftParts.push(keyText(a));
    rightParts.push(keyText(b));
  }
  const keyNames = new Set(pairs.map((pair) => pair.right));
  const names =
    operation.columns ?? [...right.columns.keys()].filter((name) => !keyNames.has(name) && name !== timeName);
  for (const name of names) {
    columnNamed(right, name);
    if (left.columns.has(`${operation.prefix}${name}`))
      throw invalidOperation(
        `Both snapshots have a column "${operation.prefix}${name}".`,
        "Set `prefix`, or list the `columns` to take.",
      );
  }
  return { leftKeys: keysOf(left.rows, leftParts), rightKeys: keysOf(right.rows, rightParts), names };
}

function keyText(column: Column): (row: number) => string | null {
  if (column.type === "string") return (row) => column.levels[column.codes[row]!] ?? null;
  return (row) => (column.missing?.[row] === 1 ? null : String(column.values[row]! + 0));
}

function keysOf(rows: number, parts: readonly ((row: number) => string | null)[]): (string | null)[] {
  if (parts.length === 1) return Array.from({ length: rows }, (_, row) => parts[0]!(row));
  return Array.from({ length: rows }, (_, row) => {
    const values = parts.map((part) => part(row));
    return values.includes(null) ? null : JSON.stringify(values);
  });
}

function rowsByKey(keys: readonly (string | null)[]): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  for (const [row, key] of keys.entries()) {
    if (key === null) continue;
    const found = rows.get(key);
    if (found === undefined) rows.set(key, [row]);
    else found.push(row);
  }
  return rows;
}

function combined(left: Frame, right: Frame, rows: Int32Array, names: readonly string[], prefix: string): Frame {
  const columns = new Map(left.columns);
  for (const name of names)
    columns.set(`${prefix}${name}`, rowsOrMissing(withOneRow(columnNamed(right, name), right.rows), rows));
  return { rows: left.rows, columns };
}

/** An empty right side still gives columns, all missing. */
function withOneRow(column: Column, rows: number): Column {
  if (rows > 0) return column;
  if (column.type === "string") return { ...column, codes: Int32Array.of(-1) };
  return {
    ...column,
    values: column.type === "bool" ? new Uint8Array(1) : new Float64Array(1),
    missing: Uint8Array.of(1),
  } as Column;
}
