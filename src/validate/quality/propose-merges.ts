import type { Frame } from "@millrace/program";
import { lettersAndDigits } from "./find-duplicates.ts";

/** A spelling of a category that another, more frequent one may stand for. */
export interface MergeProposal {
  readonly column: string;
  readonly from: string;
  readonly to: string;
  readonly fromRows: number;
  readonly toRows: number;
  /** `spelling`: they differ by case, blanks, accents or punctuation alone; `typo`: by one edit (insert, delete, replace, swap). */
  readonly why: "spelling" | "typo";
}

const MOST_LEVELS = 2_000;

/**
 * Categories that look like spellings of others, for a person to review: equal but for case, blanks, accents and punctuation; or one
 * edit apart, at least five letters long, and at most a tenth as frequent. Columns with more than 2,000 levels, and levels that differ in
 * digits, are left alone: codes are not typos.
 *
 * Source: F. J. Damerau, "A technique for computer detection and correction of spelling errors", CACM 1964.
 */
export function proposeMerges(frame: Frame): readonly MergeProposal[] {
  return [...frame.columns].flatMap(([name, column]) => {
    if (column.type !== "string" || column.levels.length < 2 || column.levels.length > MOST_LEVELS) return [];
    const counts = new Int32Array(column.levels.length);
    for (const code of column.codes) if (code >= 0) counts[code]!++;
    const levels = column.levels
      .map((text, code) => ({ text, rows: counts[code]!, key: lettersAndDigits(text) }))
      .filter(({ rows }) => rows > 0)
      .sort((a, b) => b.rows - a.rows || (a.text < b.text ? -1 : 1));
    return mergesOf(name, levels, frame.rows);
  });
}

interface Level {
  readonly text: string;
  readonly rows: number;
  readonly key: string;
}

function mergesOf(column: string, levels: readonly Level[], rows: number): MergeProposal[] {
  // Free text has nearly as many values as rows; one word changed there is another text.
  if (levels.length > rows / 3) return [];
  const byKey = new Map<string, Level>();
  const byPart = new Map<string, Level[]>();
  const found: MergeProposal[] = [];
  for (const level of levels) {
    const same = byKey.get(level.key);
    if (same !== undefined) {
      found.push(merge(column, level, same, "spelling"));
      continue;
    }
    const near = /\d/.test(level.key) || level.key.length < 5 ? undefined : nearest(level, byPart);
    if (near !== undefined && near.rows >= 10 * level.rows) found.push(merge(column, level, near, "typo"));
    byKey.set(level.key, level);
    // Two keys one edit apart share a deletion of one letter, or one is a deletion of the other.
    for (const part of deletions(level.key)) {
      const list = byPart.get(part);
      if (list === undefined) byPart.set(part, [level]);
      else list.push(level);
    }
  }
  return found;
}

function nearest(level: Level, byPart: ReadonlyMap<string, readonly Level[]>): Level | undefined {
  let best: Level | undefined;
  for (const part of deletions(level.key))
    for (const other of byPart.get(part) ?? [])
      if ((best === undefined || other.rows > best.rows) && oneEdit(level.key, other.key)) best = other;
  return best;
}

function deletions(key: string): string[] {
  return [key, ...Array.from(key, (_, k) => key.slice(0, k) + key.slice(k + 1))];
}

/** Whether one insertion, deletion, replacement or swap of neighbours makes b of a. */
export function oneEdit(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a === b) return false;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const restA = a.slice(start, a.length - end);
  const restB = b.slice(start, b.length - end);
  if (restA.length <= 1 && restB.length <= 1) return true;
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
}

const merge = (column: string, from: Level, to: Level, why: MergeProposal["why"]): MergeProposal => ({
  column,
  from: from.text,
  to: to.text,
  fromRows: from.rows,
  toRows: to.rows,
  why,
});
