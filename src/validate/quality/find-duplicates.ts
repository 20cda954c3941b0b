import type { Column, Frame } from "@millrace/program";
import { type Groups, groupRows, groupsOf, intersect, sizesOf } from "./group-rows.ts";

/** Rows that are the same, or nearly. */
export interface DuplicateReport {
  /** Rows that equal an earlier row in every column. */
  readonly exactRows: number;
  readonly exactGroups: number;
  /** Rows that equal an earlier row once case, blanks and punctuation of texts are put aside and numbers have four digits; without the exact ones. */
  readonly nearRows: number;
  /** For each column: rows that would equal an earlier row if this column were not there. */
  readonly butFor: readonly { readonly column: string; readonly rows: number }[];
  /** Rows of one part that are, exactly or nearly, in another part; only where parts are given. */
  readonly acrossParts?: { readonly exactRows: number; readonly nearRows: number };
  /** Up to ten groups of equal or nearly equal rows, as row numbers from 1. */
  readonly examples: readonly (readonly number[])[];
}

/**
 * Counts rows that occur twice: exactly, nearly (texts by letters and digits alone, numbers to four significant digits), and but for one
 * column. `parts` (a number a row, such as its split) asks which rows of one part are in another, too.
 *
 * Missing: equals missing. Shapes: `parts` has one entry a row; −1 is no part.
 */
export function findDuplicates(frame: Frame, parts?: Int32Array): DuplicateReport {
  const names = [...frame.columns.keys()];
  const exact = groupRows(frame, names);
  const rounded: Frame = {
    rows: frame.rows,
    columns: new Map([...frame.columns].map(([name, column]) => [name, rough(column)])),
  };
  const near = groupRows(rounded, names);
  const exactAgain = again(exact);
  const nearAgain = again(near);
  const across = parts === undefined ? undefined : { exact: inAnother(exact, parts), near: inAnother(near, parts) };
  return {
    exactRows: exactAgain.rows,
    exactGroups: exactAgain.groups,
    nearRows: nearAgain.rows - exactAgain.rows,
    butFor: names.length < 2 || names.length > 200 ? [] : butForOne(frame, names, exactAgain.rows),
    ...(across === undefined ? {} : { acrossParts: { exactRows: across.exact, nearRows: across.near - across.exact } }),
    examples: exampleGroups(near, 10),
  };
}

/** Rows beyond the first of their group, and the groups that have such rows. */
function again(groups: Groups): { rows: number; groups: number } {
  let twice = 0;
  for (const size of sizesOf(groups)) if (size > 1) twice++;
  return { rows: groups.of.length === 0 ? 0 : groups.of.length - groups.count, groups: twice };
}

function inAnother({ of, count }: Groups, parts: Int32Array): number {
  const UNSEEN = -1;
  const MIXED = -2;
  const partOf = new Int32Array(count).fill(UNSEEN);
  for (const [row, group] of of.entries()) {
    const part = parts[row]!;
    if (part === -1) continue;
    if (partOf[group] === UNSEEN) partOf[group] = part;
    else if (partOf[group] !== part) partOf[group] = MIXED;
  }
  let rows = 0;
  for (const [row, group] of of.entries()) if (parts[row] !== -1 && partOf[group] === MIXED) rows++;
  return rows;
}

/** A column whose removal makes many rows equal holds a number of the row, a time stamp or the like. */
function butForOne(frame: Frame, names: readonly string[], already: number): DuplicateReport["butFor"] {
  const columns = names.map((name) => groupsOf(frame, name));
  const all: Groups = { of: new Int32Array(frame.rows), count: 1 };
  const after = [all];
  for (const groups of columns.toReversed()) after.push(intersect(groups, after.at(-1)!));
  let before = all;
  const found = names.map((column, k) => {
    const rows = again(intersect(before, after[names.length - 1 - k]!)).rows - already;
    before = intersect(before, columns[k]!);
    return { column, rows };
  });
  return found.filter(({ rows }) => rows > 0).sort((a, b) => b.rows - a.rows);
}

function exampleGroups(groups: Groups, most: number): number[][] {
  const sizes = sizesOf(groups);
  const found = new Map<number, number[]>();
  for (const [row, group] of groups.of.entries()) {
    if (sizes[group]! < 2) continue;
    const rows = found.get(group);
    if (rows !== undefined) {
      if (rows.length < 5) rows.push(row + 1);
    } else if (found.size < most) found.set(group, [row + 1]);
  }
  return [...found.values()];
}

function rough(column: Column): Column {
  if (column.type === "string") {
    const codeOf = new Map<string, number>();
    const codes = column.levels.map((level) => {
      const key = lettersAndDigits(level);
      const code = codeOf.get(key) ?? codeOf.size;
      codeOf.set(key, code);
      return code;
    });
    return {
      type: "string",
      codes: column.codes.map((code) => (code < 0 ? -1 : codes[code]!)),
      levels: [...codeOf.keys()],
    };
  }
  if (column.type !== "number") return column;
  return {
    ...column,
    values: column.values.map((value) => (Number.isFinite(value) ? Number(value.toPrecision(4)) : value)),
  };
}

/** A text by its letters and digits, without case, accents and what stands between; texts without any stay as they are. */
export function lettersAndDigits(text: string): string {
  const bare = text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .toLowerCase();
  return bare === "" ? text : bare;
}
