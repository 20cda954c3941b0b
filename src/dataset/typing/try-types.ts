import type { Column } from "@millrace/program";
import type { SnapshotType } from "../model.ts";
import { infinityOf, MISSING_WORD, NAN, type NumberStyle, styledScanner } from "./number-words.ts";
import { BIG_INTEGER, INTEGER, NOT_NUMBER, scanNumber, scanned } from "./scan-number.ts";
import type { TextColumn } from "./text-column.ts";

/** Text with its distinct values as levels. */
export function asStrings(text: TextColumn, nulls: Uint8Array | undefined): Column {
  const levels: string[] = [];
  const codeOf = new Map<string, number>();
  const codeOfEntry = new Int32Array(text.entries);
  for (let k = 0; k < text.entries; k++) {
    if (nulls?.[k] === 1) {
      codeOfEntry[k] = -1;
      continue;
    }
    const value = text.textOf(k);
    let code = text.distinct ? undefined : codeOf.get(value);
    if (code === undefined) {
      code = levels.length;
      levels.push(value);
      if (!text.distinct) codeOf.set(value, code);
    }
    codeOfEntry[k] = code;
  }
  const codes = new Int32Array(text.rows);
  for (let row = 0; row < text.rows; row++) {
    const entry = text.codes[row]!;
    codes[row] = entry === -1 ? -1 : codeOfEntry[entry]!;
  }
  return { type: "string", codes, levels };
}

/** Values by row from values by entry; missing where the row is empty or its entry means missing. */
function spread<T extends Float64Array | Uint8Array>(
  text: TextColumn,
  nulls: Uint8Array | undefined,
  entryValues: T,
  values: T,
): { values: T; missing?: Uint8Array } {
  let missing: Uint8Array | undefined;
  for (let row = 0; row < text.rows; row++) {
    const entry = text.codes[row]!;
    if (entry === -1 || nulls?.[entry] === 1) {
      missing ??= new Uint8Array(text.rows);
      missing[row] = 1;
    } else values[row] = entryValues[entry]!;
  }
  return missing === undefined ? { values } : { values, missing };
}

/** True and false in lower, upper or title case; undefined when any value is another. */
export function tryBool(text: TextColumn, nulls: Uint8Array | undefined): Column | undefined {
  if (text.entries === 0 || text.entries > 64) return undefined;
  const entryValues = new Uint8Array(text.entries);
  let seen = 0;
  for (let k = 0; k < text.entries; k++) {
    if (nulls?.[k] === 1) continue;
    const value = text.textOf(k);
    if (!/^(true|false|True|False|TRUE|FALSE)$/.test(value)) return undefined;
    entryValues[k] = value[0] === "t" || value[0] === "T" ? 1 : 0;
    seen++;
  }
  if (seen === 0) return undefined;
  return { type: "bool", ...spread(text, nulls, entryValues, new Uint8Array(text.rows)) };
}

/**
 * Numbers, or the values that alone stand in the way: up to three of any kind, and every spelling of missing or infinite.
 * Declared as `number`, the spellings of NaN are missing and those of infinity are ±Infinity.
 */
export function tryNumbers(
  text: TextColumn,
  nulls: Uint8Array | undefined,
  wanted: SnapshotType | undefined,
  style?: NumberStyle,
) {
  const entryValues = new Float64Array(text.entries);
  const strays: string[] = [];
  const { arena, offsets } = text;
  const scan = style === undefined ? scanNumber : styledScanner(style);
  let missing = nulls;
  let others = 0;
  let allInteger = true;
  let numeric = 0;
  for (let k = 0; k < text.entries; k++) {
    if (nulls?.[k] === 1) continue;
    const kind = scan(arena, offsets[k]!, offsets[k + 1]!);
    if (kind === NOT_NUMBER || (kind === BIG_INTEGER && wanted !== "number")) {
      const value = kind === BIG_INTEGER ? undefined : text.textOf(k);
      const infinite = value === undefined ? undefined : infinityOf(value);
      if (wanted === "number" && infinite !== undefined) {
        entryValues[k] = infinite;
        allInteger = false;
        numeric++;
      } else if (wanted === "number" && value !== undefined && NAN.test(value)) {
        if (missing === nulls) missing = nulls?.slice() ?? new Uint8Array(text.entries);
        missing![k] = 1;
      } else if (value === undefined || wanted !== undefined) return { strays: [] };
      else if (infinite !== undefined || MISSING_WORD.test(value)) strays.push(value);
      else if (others++ === 3) return { strays: [] };
      else strays.push(value);
      continue;
    }
    numeric++;
    entryValues[k] = kind === BIG_INTEGER ? Number(text.textOf(k)) : scanned;
    if (kind !== INTEGER) allInteger = false;
  }
  if (strays.length > 0 || numeric === 0) return { strays: numeric >= 9 * others && numeric >= 3 ? strays : [] };
  if (wanted === "integer" && !allInteger) return { strays: [] };
  const type: "integer" | "number" = allInteger && wanted !== "number" ? "integer" : "number";
  return { strays, column: { type, ...spread(text, missing, entryValues, new Float64Array(text.rows)) } as Column };
}

const ZONE = /\d ?(Z|[+-]\d\d(:?\d\d)?)$/i;

/** Whether a text that is a time says its zone. */
export const hasZone = (text: string) => ZONE.test(text);

/** The patterns that fit every value. Texts with a zone and texts without do not mix. */
export function tryTimestamps(
  text: TextColumn,
  nulls: Uint8Array | undefined,
  patterns: readonly string[],
  readerOf: (pattern: string) => (text: string) => number,
) {
  const fitting: { pattern: string; column: Column }[] = [];
  for (const pattern of patterns) {
    const parse = readerOf(pattern);
    const entryValues = new Float64Array(text.entries);
    let seen = 0;
    let withZone = 0;
    let fits = true;
    for (let k = 0; k < text.entries && fits; k++) {
      if (nulls?.[k] === 1) continue;
      const value = text.textOf(k);
      entryValues[k] = parse(value);
      if (Number.isNaN(entryValues[k])) fits = false;
      seen++;
      if (ZONE.test(value)) withZone++;
    }
    if (!fits || seen === 0 || (withZone !== 0 && withZone !== seen)) continue;
    fitting.push({
      pattern,
      column: { type: "timestamp", ...spread(text, nulls, entryValues, new Float64Array(text.rows)) },
    });
  }
  return fitting;
}
