import type { Column, Frame, StringColumn } from "@millrace/program";
import type { ListColumn, NestedColumn, NestedFrame, StructColumn } from "./model.ts";
import { kindOf, type NestedKind, noKind } from "./nested-kind.ts";

/** The kinds of the columns that hold lists or structures, by name. */
export type NestedKinds = ReadonlyMap<string, NestedKind>;

/**
 * The frame with columns of JSON texts as the lists and structures that they write: where every value of a text column is
 * a JSON list, or every one an object.
 *
 * `wanted` names the columns to look at; by default all. Sources of nested values (JSON Lines, lists in Parquet) come as such texts. Values of mixed kinds become text.
 */
export function nestFrame(frame: Frame, wanted: (name: string) => boolean = () => true): NestedFrame {
  const kinds = new KindsOfParts(wanted);
  kinds.add(frame);
  return nestAs(frame, kinds.nested());
}

/** Finds out which columns hold lists or structures, and of what, from the parts of a dataset one after the other. */
export class KindsOfParts {
  readonly #kinds = new Map<string, NestedKind>();
  readonly #wanted: (name: string) => boolean;

  constructor(wanted: (name: string) => boolean = () => true) {
    this.#wanted = wanted;
  }

  add(frame: Frame): void {
    for (const [name, column] of frame.columns)
      if (column.type === "string" && this.#wanted(name)) this.#kinds.set(name, this.#kindWith(name, column.levels));
  }

  nested(): NestedKinds {
    return new Map([...this.#kinds].filter(([, { of }]) => of === "list" || of === "struct"));
  }

  #kindWith(name: string, levels: readonly string[]): NestedKind {
    let kind = this.#kinds.get(name) ?? noKind;
    for (const level of levels) {
      if (kind.of === "text") return kind;
      kind = kindOf([parseNested(level)], kind);
    }
    return kind;
  }
}

/** A JSON list or object; what is neither is the text that it is. */
function parseNested(level: string): unknown {
  if (!/^[[{]/.test(level)) return level;
  try {
    return JSON.parse(level);
  } catch {
    return level;
  }
}

/** The frame with its columns of JSON texts as lists and structures of these kinds, whatever its own rows hold of them. */
export function nestAs(frame: Frame, kinds: NestedKinds): NestedFrame {
  const columns = new Map<string, NestedColumn>(frame.columns);
  for (const [name, kind] of kinds) {
    const column = frame.columns.get(name);
    if (column?.type === "string") columns.set(name, valuesAs(parsedValues(column), kind));
  }
  return { rows: frame.rows, columns };
}

function parsedValues({ levels, codes }: StringColumn): unknown[] {
  const parsed = levels.map(parseNested);
  return Array.from(codes, (code) => (code < 0 ? null : parsed[code]!));
}

/** Values as a column of the kind that they all are; null is missing. */
export function nestValues(values: readonly unknown[]): NestedColumn {
  return valuesAs(values, kindOf(values));
}

function valuesAs(values: readonly unknown[], kind: NestedKind): NestedColumn {
  if (kind.of === "list") return listOf(values as (unknown[] | null)[], kind.values);
  if (kind.of === "struct") return structOf(values as (Record<string, unknown> | null)[], kind.fields);
  return scalarOf(values, kind.of);
}

const missingOf = (values: readonly unknown[]) => Uint8Array.from(values, (value) => Number(value == null));

function listOf(rows: readonly (readonly unknown[] | null)[], kind: NestedKind): ListColumn {
  const offsets = new Int32Array(rows.length + 1);
  const values: unknown[] = [];
  for (const [row, list] of rows.entries()) {
    for (const value of list ?? []) values.push(value);
    offsets[row + 1] = values.length;
  }
  return { type: "list", offsets, missing: missingOf(rows), values: valuesAs(values, kind) };
}

function structOf(
  rows: readonly (Readonly<Record<string, unknown>> | null)[],
  kinds: ReadonlyMap<string, NestedKind>,
): StructColumn {
  const fields = new Map<string, NestedColumn>();
  for (const [name, kind] of kinds)
    fields.set(
      name,
      valuesAs(
        rows.map((row) => (row !== null && Object.hasOwn(row, name) ? row[name] : null)),
        kind,
      ),
    );
  return { type: "struct", rows: rows.length, missing: missingOf(rows), fields };
}

function scalarOf(values: readonly unknown[], kind: "none" | "bool" | "integer" | "number" | "text"): Column {
  const missing = missingOf(values);
  if (kind === "bool")
    return { type: "bool", values: Uint8Array.from(values, (value) => Number(value === true)), missing };
  if (kind === "integer" || kind === "number")
    return { type: kind, values: Float64Array.from(values, (value) => (value as number) ?? 0), missing };
  const codes = new Map<string, number>();
  const coded = Int32Array.from(values, (value, row) => {
    if (missing[row] === 1) return -1;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const code = codes.get(text) ?? codes.size;
    codes.set(text, code);
    return code;
  });
  return { type: "string", codes: coded, levels: [...codes.keys()] };
}
