import type { Column, Frame } from "@millrace/program";
import { countLevels } from "./categorical-features.ts";
import { type ListKind, listKindOf } from "./list-columns.ts";
import type { ColumnRoles, LeftOut, TransformRequest } from "./model.ts";
import { type TransformOptions, transformOptionsSchema } from "./options.ts";

/** Long values of fewer words on average are keys, addresses or codes rather than text. */
const leastWords = 3;

/** Splits a frame's columns into those to learn from, in order, and those left out with the reason. */
export function chooseColumns(
  frame: Frame,
  request: TransformRequest,
  options: TransformOptions,
): {
  readonly chosen: readonly string[];
  readonly freeText: ReadonlySet<string>;
  readonly lists: ReadonlyMap<string, ListKind>;
  readonly leftOut: readonly LeftOut[];
} {
  const chosen: string[] = [];
  const freeText = new Set<string>();
  const lists = new Map<string, ListKind>();
  const leftOut: LeftOut[] = [];
  const roles = rolesOf(request);
  for (const [column, data] of frame.columns) {
    const excluded = roles.get(column) ?? notListed(column, request);
    const list = excluded === undefined ? listKindOf(data) : undefined;
    if (list !== undefined && (list.type === "vector" || request.fitTerms !== undefined)) {
      const reason = unusableList(data, list);
      if (reason !== undefined) leftOut.push({ column, reason });
      else {
        chosen.push(column);
        lists.set(column, list);
      }
      continue;
    }
    if (excluded === undefined && request.fitTerms !== undefined && isFreeText(data, frame.rows, options)) {
      chosen.push(column);
      freeText.add(column);
      continue;
    }
    const reason = excluded ?? unusable(data, frame.rows, options);
    if (reason === undefined) chosen.push(column);
    else leftOut.push({ column, reason });
  }
  return { chosen, freeText, lists, leftOut };
}

/** Columns that are never learned from, with the reason. */
export function rolesOf(request: TransformRequest): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  const { columns } = request;
  if (columns !== undefined && !isList(columns)) {
    const of = (value: string | readonly string[] | undefined) =>
      value === undefined ? [] : typeof value === "string" ? [value] : value;
    for (const role of ["id", "group", "weight", "label", "metadata", "ignore"] as const)
      for (const column of of(columns[role])) reasons.set(column, `its role is ${role}`);
  }
  reasons.set(request.target, "it is the target");
  return reasons;
}

function notListed(column: string, { columns }: TransformRequest): string | undefined {
  return columns !== undefined && isList(columns) && !columns.includes(column)
    ? "it is not among the columns to learn from"
    : undefined;
}

function isList(columns: ColumnRoles | readonly string[]): columns is readonly string[] {
  return Array.isArray(columns);
}

/** Each number of a vector is a feature. */
const mostNumbers = 1024;

function unusableList(data: Column, list: ListKind): string | undefined {
  const rows = data.type === "string" ? data.codes : data.missing;
  const isMissing = data.type === "string" ? -1 : 1;
  if (rows?.every((one) => one === isMissing)) return "every training row misses it";
  if (list.type === "vector" && list.width > mostNumbers)
    return `its lists hold ${list.width} numbers; at most ${mostNumbers} are learned from`;
  return undefined;
}

function unusable(data: Column, rows: number, options: TransformOptions): string | undefined {
  if (data.type === "vector") throw new TypeError("A vector is a list.");
  if (data.type === "string") return unusableText(data, rows, options);
  let present = 0;
  let first = Number.NaN;
  let varies = false;
  for (let i = 0; i < rows; i++) {
    if (data.missing?.[i] === 1) continue;
    if (present++ === 0) first = data.values[i]!;
    else if (data.values[i] !== first) varies = true;
  }
  if (present === 0) return "every training row misses it";
  // a value that is sometimes missing still tells something
  return varies || present < rows ? undefined : "every training row has the same value";
}

/** Whether a column is text of several words whose values are mostly distinct. */
export function isFreeText(
  data: Column,
  rows: number,
  options: Pick<TransformOptions, "uniqueShare" | "textLength"> = transformOptionsSchema.parse({}),
): boolean {
  if (data.type !== "string") return false;
  const { levels, counts, missing } = countLevels(data);
  const present = rows - missing;
  if (levels.length <= 1 || levels.length / present <= options.uniqueShare) return false;
  let characters = 0;
  let words = 0;
  levels.forEach((level, i) => {
    characters += counts[i]! * [...level].length;
    words += counts[i]! * level.trim().split(/\s+/).length;
  });
  return characters / present > options.textLength && words / present >= leastWords;
}

function unusableText(
  data: Extract<Column, { type: "string" }>,
  rows: number,
  options: TransformOptions,
): string | undefined {
  const { levels, counts, missing } = countLevels(data);
  const present = rows - missing;
  if (present === 0) return "every training row misses it";
  if (levels.length === 1 && missing === 0) return "every training row has the same value";
  const share = levels.length / present;
  let characters = 0;
  levels.forEach((level, i) => {
    characters += counts[i]! * [...level].length;
  });
  const length = characters / present;
  if (length > options.textLength && share > options.uniqueShare)
    return `it is free text: ${Math.round(length)} characters on average, ${percent(share)} of the values distinct`;
  if (levels.length > options.categoricalLevels && share > options.idShare)
    return `it names its row: ${percent(share)} of the values are distinct`;
  return undefined;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
