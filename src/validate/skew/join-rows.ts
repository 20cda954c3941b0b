import type { Frame } from "@millrace/program";
import { knownNames, MillraceError } from "#kernel";
import { type CellText, cellTexts } from "./cell-texts.ts";

export interface JoinedRows {
  /** Row numbers (from 0) of the pairs, in the reference's order. */
  readonly reference: Uint32Array;
  readonly current: Uint32Array;
  readonly referenceOnly: number;
  readonly currentOnly: number;
  readonly withoutKey: number;
}

/** Pairs the rows of two frames that have equal keys. Errors: VALIDATE_COLUMN_UNKNOWN, VALIDATE_KEY_REPEATED. */
export function joinRows(reference: Frame, current: Frame, keys: readonly string[]): JoinedRows {
  const a = rowsByKey(reference, keys, "reference");
  const b = rowsByKey(current, keys, "current");
  const left: number[] = [];
  const right: number[] = [];
  for (const [key, row] of a.rows) {
    const other = b.rows.get(key);
    if (other === undefined) continue;
    left.push(row);
    right.push(other);
  }
  return {
    reference: Uint32Array.from(left),
    current: Uint32Array.from(right),
    referenceOnly: a.rows.size - left.length,
    currentOnly: b.rows.size - left.length,
    withoutKey: a.without + b.without,
  };
}

function rowsByKey(frame: Frame, keys: readonly string[], window: string) {
  const columns = keys.map((name): CellText => {
    const column = frame.columns.get(name);
    if (column !== undefined && column.type !== "vector") return cellTexts(column);
    throw new MillraceError("VALIDATE_COLUMN_UNKNOWN", {
      message: `The ${window} has no key column "${name}" (${knownNames(name, [...frame.columns.keys()])}).`,
      next: "Name key columns that both have: --keys id",
      facts: { column: name },
    });
  });
  const rows = new Map<string, number>();
  let without = 0;
  for (let row = 0; row < frame.rows; row++) {
    const values = columns.map((text) => text(row));
    if (values.includes(null)) {
      without++;
      continue;
    }
    const key = values.length === 1 ? values[0]! : JSON.stringify(values);
    const earlier = rows.get(key);
    if (earlier !== undefined)
      throw new MillraceError("VALIDATE_KEY_REPEATED", {
        message: `Rows ${earlier + 1} and ${row + 1} of the ${window} have the same key (${keys.join(", ")}).`,
        next: "Name more columns until each row has a key of its own: --keys id,date",
        facts: { window, keys: [...keys], rows: [earlier + 1, row + 1] },
      });
    rows.set(key, row);
  }
  return { rows, without };
}
