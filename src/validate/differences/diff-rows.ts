import type { Column, Frame } from "@millrace/program";
import { knownNames, MillraceError } from "#kernel";
import { type RowValue, reader } from "../anomalies/rows/offence.ts";
import { rowWeights } from "../drift/row-weights.ts";
import { type SliceSpec, sliceRows } from "../statistics/slices/slice-rows.ts";
import type { Change } from "./diff-statistics.ts";

export interface RowDifference extends RowCounts {
  readonly key: readonly string[];
  /** Rows whose key is missing: they are matched by nothing, and counted nowhere else. */
  readonly withoutKey: Change<number>;
  /** Changed rows by column, most first, with the first changes. */
  readonly byColumn: readonly (ChangedColumn & { readonly examples: readonly ValueChange[] })[];
  readonly addedExamples: readonly string[];
  readonly removedExamples: readonly string[];
  readonly slices?: readonly SliceRowDifference[];
}

/** How many rows a comparison found, and what they weigh where there is a weight. */
export interface RowCounts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly same: number;
  readonly weights?: Readonly<Record<"added" | "removed" | "changed" | "same", number>>;
}

/** The rows of a slice. `added` and `removed` came to the data and left them; `entered` and `left` only changed the slice. */
export interface SliceRowDifference extends RowCounts {
  readonly slice: string;
  readonly entered: number;
  readonly left: number;
  readonly byColumn: readonly ChangedColumn[];
}

export interface ChangedColumn {
  readonly name: string;
  readonly rows: number;
  readonly weight?: number;
}

export interface ValueChange extends Change<RowValue> {
  readonly key: string;
}

export interface RowDifferenceOptions {
  /** Columns that tell rows apart. */
  readonly key: readonly string[];
  /** How much each row counts: a row that was removed as it did before, any other as it does after. */
  readonly weight?: string;
  /** Columns by whose values the rows are cut, several of an entry crossed. */
  readonly slices?: readonly SliceSpec[];
  /** Columns to slice by only: they are not compared. */
  readonly exclude?: readonly string[];
}

const mostSlices = 1000;

/**
 * Which rows were added, removed and changed from one data set to another, by a key, and which values.
 *
 * ```ts
 * const frame = (price: number) => ({
 *   rows: 1,
 *   columns: new Map([
 *     ["id", { type: "integer", values: Float64Array.of(1) } as const],
 *     ["price", { type: "number", values: Float64Array.of(price) } as const],
 *   ]),
 * });
 * diffRows(frame(2), frame(3), { key: ["id"] }).changed; // 1
 * ```
 *
 * Missing: equals missing; a row whose key is missing is matched by nothing. NaN equals NaN.
 * Errors: VALIDATE_COLUMN_UNKNOWN: a column of the key, the weight or a slice is in neither. VALIDATE_KEY_REPEATED: a key
 * occurs twice. VALIDATE_WEIGHT_INVALID. VALIDATE_SLICES_TOO_MANY.
 */
export function diffRows(before: Frame, after: Frame, options: RowDifferenceOptions): RowDifference {
  const { key, weight, slices = [], exclude = [] } = options;
  const [oldRows, newRows] = [rowsByKey(before, key, "first"), rowsByKey(after, key, "second")];
  const weights =
    weight === undefined ? undefined : ([rowWeights(before, weight)!, rowWeights(after, weight)!] as const);
  const comparison = compare(before, after, [oldRows, newRows], [...key, ...exclude]);
  const ids = [...newRows.byKey];
  const whole = tally(comparison, weights, {
    removed: [...oldRows.byKey].filter(([id]) => !newRows.byKey.has(id)).map(([, row]) => row),
    added: ids.filter(([id]) => !oldRows.byKey.has(id)).map(([, row]) => row),
    kept: ids.filter(([id]) => oldRows.byKey.has(id)).map(([, row]) => row),
  });
  const examples = (rows: KeyedRows, other: KeyedRows) =>
    [...rows.byKey]
      .filter(([id]) => !other.byKey.has(id))
      .slice(0, 5)
      .map(([, row]) => rows.nameOf(row));
  return {
    key,
    ...whole,
    byColumn: whole.byColumn.map((one) => ({ ...one, examples: comparison.examples.get(one.name) ?? [] })),
    withoutKey: { before: oldRows.withoutKey, after: newRows.withoutKey },
    addedExamples: examples(newRows, oldRows),
    removedExamples: examples(oldRows, newRows),
    ...(slices.length > 0 && { slices: slices.flatMap((spec) => diffSlices(spec)) }),
  };

  function diffSlices(spec: SliceSpec): SliceRowDifference[] {
    const [old, now] = [before, after].map(
      (frame) => new Map(sliceRows(frame, spec, mostSlices).map(({ name, rows }) => [name, rows])),
    ) as [Map<string, readonly number[]>, Map<string, readonly number[]>];
    return [...new Set([...old.keys(), ...now.keys()])].map((slice) => {
      const [rowsBefore, rowsAfter] = [old.get(slice) ?? [], now.get(slice) ?? []];
      const stayed = new Set(rowsAfter.map((row) => comparison.earlier.get(row)));
      const here = new Set(rowsBefore);
      const gone = rowsBefore.filter((row) => oldRows.keys[row] !== undefined && !stayed.has(row));
      const left = gone.filter((row) => newRows.byKey.has(oldRows.keys[row]!));
      const known = rowsAfter.filter((row) => comparison.earlier.has(row));
      const kept = known.filter((row) => here.has(comparison.earlier.get(row)!));
      return {
        slice,
        ...tally(comparison, weights, {
          removed: gone.filter((row) => !newRows.byKey.has(oldRows.keys[row]!)),
          added: rowsAfter.filter((row) => newRows.keys[row] !== undefined && !comparison.earlier.has(row)),
          kept,
        }),
        entered: known.length - kept.length,
        left: left.length,
      };
    });
  }
}

interface Comparison {
  /** The row that a row of the second data set was in the first. */
  readonly earlier: ReadonlyMap<number, number>;
  /** Columns that changed, of rows of the second data set in which one did. */
  readonly changed: ReadonlyMap<number, readonly string[]>;
  readonly examples: ReadonlyMap<string, readonly ValueChange[]>;
}

function compare(
  before: Frame,
  after: Frame,
  [oldRows, newRows]: readonly [KeyedRows, KeyedRows],
  leftOut: readonly string[],
): Comparison {
  const readers = [...after.columns.keys()]
    .filter((name) => !leftOut.includes(name) && [before, after].every((frame) => isPlain(frame.columns.get(name))))
    .map((name) => [name, read(before, name), read(after, name)] as const);
  const earlier = new Map<number, number>();
  const changed = new Map<number, string[]>();
  const examples = new Map<string, ValueChange[]>();
  for (const [id, row] of newRows.byKey) {
    const old = oldRows.byKey.get(id);
    if (old === undefined) continue;
    earlier.set(row, old);
    for (const [name, readOld, readNew] of readers) {
      const [was, is] = [readOld(old), readNew(row)];
      if (alike(was, is)) continue;
      const names = changed.get(row);
      if (names === undefined) changed.set(row, [name]);
      else names.push(name);
      const found = examples.get(name) ?? [];
      if (found.length < 3)
        examples.set(name, [
          ...found,
          { key: newRows.nameOf(row), before: shownIn(before, name, was), after: shownIn(after, name, is) },
        ]);
    }
  }
  return { earlier, changed, examples };
}

/** What some rows come to: `removed` are rows of the first data set, the others of the second. */
function tally(
  { changed }: Comparison,
  weights: readonly [Float64Array, Float64Array] | undefined,
  rows: Readonly<Record<"removed" | "added" | "kept", readonly number[]>>,
): RowCounts & { byColumn: ChangedColumn[] } {
  const differing = rows.kept.filter((row) => changed.has(row));
  const alikeRows = rows.kept.filter((row) => !changed.has(row));
  const sum = (side: 0 | 1, some: readonly number[]) => some.reduce((total, row) => total + weights![side][row]!, 0);
  const byColumn = new Map<string, number[]>();
  for (const row of differing)
    for (const name of changed.get(row)!) {
      const found = byColumn.get(name);
      if (found === undefined) byColumn.set(name, [row]);
      else found.push(row);
    }
  return {
    added: rows.added.length,
    removed: rows.removed.length,
    changed: differing.length,
    same: alikeRows.length,
    ...(weights !== undefined && {
      weights: {
        added: sum(1, rows.added),
        removed: sum(0, rows.removed),
        changed: sum(1, differing),
        same: sum(1, alikeRows),
      },
    }),
    byColumn: [...byColumn]
      .map(([name, some]) => ({
        name,
        rows: some.length,
        ...(weights !== undefined && { weight: sum(1, some) }),
      }))
      .sort((a, b) => b.rows - a.rows),
  };
}

const isPlain = (column: Column | undefined) => column !== undefined && column.type !== "vector";

function read(frame: Frame, name: string): (row: number) => RowValue {
  return reader(frame.columns.get(name) as Exclude<Column, { type: "vector" }>);
}

/** Columns may have changed their type; a number and its text are then the same value. */
function alike(a: RowValue, b: RowValue): boolean {
  return Object.is(a, b) || a === b || (a !== null && b !== null && typeof a !== typeof b && String(a) === String(b));
}

interface KeyedRows {
  readonly byKey: ReadonlyMap<string, number>;
  /** By row; undefined where it is missing. */
  readonly keys: readonly (string | undefined)[];
  readonly withoutKey: number;
  /** A row's key for people: times as such. */
  readonly nameOf: (row: number) => string;
}

/** A value for people: a time in ISO 8601, where it is a number of microseconds. */
function shownIn(frame: Frame, name: string, value: RowValue): RowValue {
  const ms = frame.columns.get(name)?.type === "timestamp" ? Number(value) / 1000 : Number.NaN;
  return value !== null && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().replace(/T00:00:00\.000Z$/, "") : value;
}

function rowsByKey(frame: Frame, key: readonly string[], which: string): KeyedRows {
  const readers = key.map((name) => {
    if (frame.columns.has(name)) return read(frame, name);
    throw new MillraceError("VALIDATE_COLUMN_UNKNOWN", {
      message: `The ${which} data set has no column "${name}" (${knownNames(name, [...frame.columns.keys()])}).`,
      next: "Name columns of both data sets with --key.",
      facts: { column: name },
    });
  });
  const byKey = new Map<string, number>();
  const keys: (string | undefined)[] = [];
  for (let row = 0; row < frame.rows; row++) {
    const values = readers.map((one) => one(row));
    const id = values.includes(null) ? undefined : values.length === 1 ? String(values[0]) : JSON.stringify(values);
    keys.push(id);
    if (id === undefined) continue;
    const earlier = byKey.get(id);
    if (earlier !== undefined)
      throw new MillraceError("VALIDATE_KEY_REPEATED", {
        message: `The key ${key.join(", ")} does not tell the rows of the ${which} data set apart: rows ${earlier + 1} and ${row + 1} share one.`,
        next: "Name more columns with --key, until each row has its own key.",
        facts: { key, rows: [earlier + 1, row + 1] },
      });
    byKey.set(id, row);
  }
  const nameOf = (row: number) => {
    const values = readers.map((one, k) => shownIn(frame, key[k]!, one(row)));
    return values.length === 1 ? String(values[0]) : JSON.stringify(values);
  };
  return { byKey, keys, withoutKey: frame.rows - byKey.size, nameOf };
}
