import type { Column, JsonObject } from "@millrace/program";
import { sortedLevels } from "../frames/level-order.ts";
import { SPLIT_NAMES } from "./model.ts";

/** What the target looks like in each split: shares of each value, or for numbers mean and missing share. */
export function targetBySplit(target: Column, codes: Uint8Array): JsonObject {
  const shares = target.type === "string" || target.type === "bool";
  return Object.fromEntries(
    SPLIT_NAMES.slice(0, 3).map((name, split) => {
      const rows: number[] = [];
      for (let row = 0; row < codes.length; row++) if (codes[row] === split) rows.push(row);
      return [name, shares ? valueShares(target, rows) : numberFacts(target, rows)];
    }),
  );
}

const MOST_VALUES = 50;

function valueShares(target: Extract<Column, { type: "string" | "bool" }>, rows: readonly number[]): JsonObject {
  const textOf = (row: number): string | null => {
    if (target.type === "string") return target.levels[target.codes[row]!] ?? null;
    return target.missing?.[row] === 1 ? null : target.values[row] === 1 ? "true" : "false";
  };
  const counts = new Map<string, number>();
  let missing = 0;
  for (const row of rows) {
    const text = textOf(row);
    if (text === null) missing++;
    else counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const present = rows.length - missing;
  const listed = sortedLevels([...counts.keys()]).slice(0, MOST_VALUES);
  return {
    missing,
    shares: listed.map((value) => ({ value, rows: counts.get(value)!, share: counts.get(value)! / present })),
  };
}

function numberFacts(target: Column, rows: readonly number[]): JsonObject {
  if (target.type === "string") return {};
  let missing = 0;
  let sum = 0;
  for (const row of rows) {
    if (target.missing?.[row] === 1) missing++;
    else sum += target.values[row]!;
  }
  const present = rows.length - missing;
  return { missing, mean: present === 0 ? null : sum / present };
}
