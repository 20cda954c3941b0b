import type { Column, Frame } from "@millrace/program";
import { knownNames, MillraceError } from "#kernel";
import { type RowValue, reader } from "../anomalies/rows/offence.ts";

export interface DatasetDifference {
  readonly rows: { readonly before: number; readonly after: number };
  readonly columns: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly retyped: readonly { readonly name: string; readonly before: string; readonly after: string }[];
  };
  /** Rows by key, where a key was given. */
  readonly keyed?: {
    readonly key: readonly string[];
    readonly added: number;
    readonly removed: number;
    readonly changed: number;
    readonly same: number;
    /** Changed rows by column, most first, with the first changes; rows count from 1. */
    readonly byColumn: readonly {
      readonly name: string;
      readonly rows: number;
      readonly examples: readonly ValueChange[];
    }[];
    readonly addedExamples: readonly string[];
    readonly removedExamples: readonly string[];
  };
}

export interface ValueChange {
  readonly key: string;
  readonly before: RowValue;
  readonly after: RowValue;
}

/**
 * What changed from one data set to another: columns, types and, by a key, rows and values.
 *
 * ```ts
 * const frame = (price: number) => ({
 *   rows: 1,
 *   columns: new Map([
 *     ["id", { type: "integer", values: Float64Array.of(1) } as const],
 *     ["price", { type: "number", values: Float64Array.of(price) } as const],
 *   ]),
 * });
 * diffDatasets(frame(2), frame(3), ["id"]).keyed?.changed; // 1
 * ```
 *
 * Missing: equals missing; a row whose key is missing is matched by nothing. NaN equals NaN.
 * Errors: VALIDATE_COLUMN_UNKNOWN: when a column of the key is in neither. VALIDATE_KEY_REPEATED: when a key occurs twice.
 */
export function diffDatasets(before: Frame, after: Frame, key: readonly string[] = []): DatasetDifference {
  const [old, now] = [[...before.columns.keys()], [...after.columns.keys()]];
  const both = now.filter((name) => before.columns.has(name));
  const typed = (frame: Frame, name: string) => frame.columns.get(name)!.type;
  const difference: DatasetDifference = {
    rows: { before: before.rows, after: after.rows },
    columns: {
      added: now.filter((name) => !before.columns.has(name)),
      removed: old.filter((name) => !after.columns.has(name)),
      retyped: both
        .filter((name) => typed(before, name) !== typed(after, name))
        .map((name) => ({ name, before: typed(before, name), after: typed(after, name) })),
    },
  };
  if (key.length === 0) return difference;
  const [oldRows, newRows] = [rowsByKey(before, key, "first"), rowsByKey(after, key, "second")];
  const added = [...newRows.keys()].filter((one) => !oldRows.has(one));
  const removed = [...oldRows.keys()].filter((one) => !newRows.has(one));
  const compared = both.filter(
    (name) => !key.includes(name) && typed(before, name) !== "vector" && typed(after, name) !== "vector",
  );
  const changes = new Map<string, { rows: number; examples: ValueChange[] }>();
  const readers = compared.map((name) => [name, read(before, name), read(after, name)] as const);
  let changed = 0;
  let same = 0;
  for (const [id, row] of newRows) {
    const earlier = oldRows.get(id);
    if (earlier === undefined) continue;
    let differs = false;
    for (const [name, readOld, readNew] of readers) {
      const [was, is] = [readOld(earlier), readNew(row)];
      if (alike(was, is)) continue;
      differs = true;
      const found = changes.get(name) ?? { rows: 0, examples: [] };
      if (found.examples.length < 3) found.examples.push({ key: id, before: was, after: is });
      changes.set(name, { rows: found.rows + 1, examples: found.examples });
    }
    if (differs) changed++;
    else same++;
  }
  return {
    ...difference,
    keyed: {
      key,
      added: added.length,
      removed: removed.length,
      changed,
      same,
      byColumn: [...changes].map(([name, found]) => ({ name, ...found })).sort((a, b) => b.rows - a.rows),
      addedExamples: added.slice(0, 5),
      removedExamples: removed.slice(0, 5),
    },
  };
}

function read(frame: Frame, name: string): (row: number) => RowValue {
  return reader(frame.columns.get(name) as Exclude<Column, { type: "vector" }>);
}

/** Columns may have changed their type; a number and its text are then the same value. */
function alike(a: RowValue, b: RowValue): boolean {
  return Object.is(a, b) || a === b || (a !== null && b !== null && typeof a !== typeof b && String(a) === String(b));
}

function rowsByKey(frame: Frame, key: readonly string[], which: string): Map<string, number> {
  const readers = key.map((name) => {
    if (frame.columns.has(name)) return read(frame, name);
    throw new MillraceError("VALIDATE_COLUMN_UNKNOWN", {
      message: `The ${which} data set has no column "${name}" (${knownNames(name, [...frame.columns.keys()])}).`,
      next: "Name columns of both data sets with --key.",
      facts: { column: name },
    });
  });
  const rows = new Map<string, number>();
  for (let row = 0; row < frame.rows; row++) {
    const values = readers.map((one) => one(row));
    if (values.includes(null)) continue;
    const id = values.length === 1 ? String(values[0]) : JSON.stringify(values);
    const earlier = rows.get(id);
    if (earlier !== undefined)
      throw new MillraceError("VALIDATE_KEY_REPEATED", {
        message: `The key ${key.join(", ")} does not tell the rows of the ${which} data set apart: rows ${earlier + 1} and ${row + 1} share one.`,
        next: "Name more columns with --key, until each row has its own key.",
        facts: { key, rows: [earlier + 1, row + 1] },
      });
    rows.set(id, row);
  }
  return rows;
}
