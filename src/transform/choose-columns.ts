import type { Column, Frame } from "@millrace/program";
import { countLevels } from "./categorical-features.ts";
import { type ListKind, listKindOf } from "./list-columns.ts";
import type { ColumnRoles, LeftOut, TransformRequest } from "./model.ts";
import { type TransformOptions, transformOptionsSchema } from "./options.ts";

/** Long values of fewer words on average are keys, addresses or codes rather than text. */
const leastWords = 3;
const leastShortWords = 2;
/** Texts that are looked at for words that recur. */
const mostLooked = 10_000;

/** Splits a frame's columns into those to learn from, in order, and those left out with the reason. */
export function chooseColumns(
  frame: Frame,
  request: TransformRequest,
  options: TransformOptions,
): {
  readonly chosen: readonly string[];
  readonly freeText: ReadonlyMap<string, "long" | "short">;
  readonly lists: ReadonlyMap<string, ListKind>;
  readonly leftOut: readonly LeftOut[];
} {
  const chosen: string[] = [];
  const freeText = new Map<string, "long" | "short">();
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
    const text =
      excluded === undefined && request.fitTerms !== undefined ? textKindOf(data, frame.rows, options) : undefined;
    if (text !== undefined) {
      chosen.push(column);
      freeText.set(column, text);
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

/** Whether a column is text that is learned by its words: see `textKindOf`. */
export function isFreeText(data: Column, rows: number, options?: TextLimits): boolean {
  return textKindOf(data, rows, options) !== undefined;
}

type TextLimits = Pick<TransformOptions, "uniqueShare" | "textLength" | "minLevelRows">;

/**
 * What a column of mostly distinct texts is: `long`, of several words and many characters; `short` (names with a title,
 * addresses, products), where half of the texts hold a word that a level's worth of others hold as well; `undefined`: keys,
 * codes, or levels.
 */
export function textKindOf(
  data: Column,
  rows: number,
  options: TextLimits = transformOptionsSchema.parse({}),
): "long" | "short" | undefined {
  if (data.type !== "string") return undefined;
  const { levels, counts, missing } = countLevels(data);
  const present = rows - missing;
  if (levels.length <= 1 || levels.length / present <= options.uniqueShare) return undefined;
  let characters = 0;
  let words = 0;
  levels.forEach((level, i) => {
    characters += counts[i]! * [...level].length;
    words += counts[i]! * level.trim().split(/\s+/).length;
  });
  if (characters / present > options.textLength) return words / present >= leastWords ? "long" : undefined;
  return words / present >= leastShortWords && wordsRecur(levels, options.minLevelRows) ? "short" : undefined;
}

/** Whether half of some texts hold a word that so many others hold, but not nearly all; digits alone are no word. */
function wordsRecur(levels: readonly string[], least: number): boolean {
  const step = Math.max(1, levels.length / mostLooked);
  const some = Array.from({ length: Math.floor(levels.length / step) }, (_, i) => levels[Math.floor(i * step)]!);
  const texts = some.map((level) => new Set(level.toLowerCase().match(/\p{L}[\p{L}\p{N}]*/gu)));
  const counts = new Map<string, number>();
  for (const words of texts) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const tells = (word: string) => counts.get(word)! >= least && counts.get(word)! <= 0.9 * some.length;
  return texts.filter((words) => [...words].some(tells)).length >= some.length / 2;
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
