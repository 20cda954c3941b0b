import type { Frame } from "@millrace/program";
import { groupRows, sizesOf } from "./group-rows.ts";

export interface Anonymity {
  /** Size of the smallest group of rows that agree in all the columns; 0 without rows. */
  readonly k: number;
  readonly groups: number;
  /** Groups, and rows in them, that are smaller than the k asked for. */
  readonly smallGroups: number;
  readonly smallRows: number;
  /** Positions of the rows in groups that are too small, from 0, in order. */
  readonly rows: readonly number[];
}

/**
 * How well rows hide among each other: rows that agree in all of `columns` (what a stranger may know of a person) are one group, and
 * the smallest group is the k of k-anonymity.
 *
 * ```ts
 * const zip = { type: "string", codes: Int32Array.of(0, 0, 1), levels: ["12", "13"] } as const;
 * kAnonymity({ rows: 3, columns: new Map([["zip", zip]]) }, ["zip"], 2).smallRows; // 1
 * ```
 *
 * Missing: a value of its own. Errors: VALIDATE_COLUMN_UNKNOWN.
 * Source: L. Sweeney, "k-anonymity: a model for protecting privacy", IJUFKS 2002, definition 3.
 */
export function kAnonymity(frame: Frame, columns: readonly string[], wanted: number): Anonymity {
  const groups = groupRows(frame, columns);
  const sizes = sizesOf(groups);
  const rows: number[] = [];
  for (let row = 0; row < frame.rows; row++) if (sizes[groups.of[row]!]! < wanted) rows.push(row);
  return {
    k: frame.rows === 0 ? 0 : sizes.reduce((least, size) => Math.min(least, size), frame.rows),
    groups: frame.rows === 0 ? 0 : groups.count,
    smallGroups: frame.rows === 0 ? 0 : sizes.filter((size) => size < wanted).length,
    smallRows: rows.length,
    rows,
  };
}
