import type { VectorColumn } from "@millrace/program";
import type { StatisticsType } from "../model.ts";
import { isMissingAt, type ListColumn, type NestedColumn, rowsOf } from "../nested/model.ts";
import { type CountedNumbers, countNumbers } from "./counted-numbers.ts";
import type { PartialColumn, PartialLevel } from "./model.ts";
import { partialNumbers } from "./partial-numbers.ts";
import { partialBytes, partialTexts } from "./partial-texts.ts";
import { partialWeights } from "./partial-weights.ts";

export interface PartialOptions {
  readonly limit: number;
  /** Columns whose texts are bytes. */
  readonly bytes: ReadonlySet<string>;
  /** A weight for each row of the column. */
  readonly weight?: Float64Array;
}

/** What is kept of a column, and of the fields under it: the fields of a structure count its values as their rows. */
export function partialColumns(
  path: readonly string[],
  column: NestedColumn,
  options: PartialOptions,
): PartialColumn[] {
  const named = { name: path.join("."), ...(path.length > 1 && { path }) };
  const rows = rowsOf(column);
  const missing = countMissing(column, rows);
  const shared = { ...named, present: rows - missing, missing };
  if (column.type === "list") return partialLists(path, column, shared, options);
  if (column.type === "struct")
    return [{ ...shared, type: "STRUCT" }, ...partialFields(path, column, missing, options)];
  const leaf = partialLeaf(column, rows, path[0]!, options);
  const weights = options.weight && partialWeights(column, rows, undefined, options.weight, leaf);
  return [{ ...shared, ...leaf, ...(weights && { weights }) }];
}

function partialFields(
  path: readonly string[],
  column: NestedColumn & { type: "struct" },
  parentMissing: number,
  options: PartialOptions,
): PartialColumn[] {
  return [...column.fields].flatMap(([name, field]) => {
    const [own, ...below] = partialColumns([...path, name], field, options);
    return [{ ...own!, missing: own!.missing - parentMissing }, ...below];
  });
}

type Shared = Pick<PartialColumn, "name" | "path" | "present" | "missing">;

function partialLists(path: readonly string[], column: ListColumn, shared: Shared, options: PartialOptions) {
  const levels: PartialLevel[] = [];
  let inner: NestedColumn = column;
  // Where the values of each row begin among the innermost ones.
  let offsets = column.offsets;
  while (inner.type === "list") {
    levels.push(partialLevel(inner));
    if (inner !== column) offsets = offsets.map((at) => (inner as ListColumn).offsets[at]!);
    inner = inner.values;
  }
  const rows = offsets.length - 1;
  const lengths = levels.length === 1 ? levels[0]!.lengths : lengthsOf(offsets, (row) => isMissingAt(column, row));
  const weight = options.weight && spread(options.weight, offsets);
  const below: PartialOptions = { ...options, ...(weight && { weight }) };
  const kept = {
    ...shared,
    ...(lengths.values.some((length) => length !== 1) && { lengths }),
    ...(levels.length > 1 && { levels }),
  };
  if (inner.type === "struct") return [{ ...kept, type: "STRUCT" as const }, ...partialFields(path, inner, 0, below)];
  const leaf = partialLeaf(inner, rowsOf(inner), path[0]!, options);
  const missing = Uint8Array.from({ length: rows }, (_, row) => Number(isMissingAt(column, row)));
  const weights = options.weight && partialWeights(inner, rows, { offsets, missing }, options.weight, leaf);
  return [{ ...kept, ...leaf, ...(weights && { weights }) }];
}

function partialLevel(column: ListColumn): PartialLevel {
  const rows = rowsOf(column);
  const missing = countMissing(column, rows);
  return { present: rows - missing, missing, lengths: lengthsOf(column.offsets, (row) => isMissingAt(column, row)) };
}

function lengthsOf(offsets: Int32Array, missing: (row: number) => boolean): CountedNumbers {
  const lengths = new Float64Array(offsets.length);
  let count = 0;
  for (let row = 0; row + 1 < offsets.length; row++)
    if (!missing(row)) lengths[count++] = offsets[row + 1]! - offsets[row]!;
  return countNumbers(lengths, count);
}

function spread(weight: Float64Array, offsets: Int32Array): Float64Array {
  const out = new Float64Array(offsets[offsets.length - 1]!);
  for (let row = 0; row + 1 < offsets.length; row++) out.fill(weight[row]!, offsets[row], offsets[row + 1]);
  return out;
}

function countMissing(column: NestedColumn, rows: number): number {
  if (column.type !== "string" && column.type !== "bytes" && column.missing === undefined) return 0;
  let missing = 0;
  for (let row = 0; row < rows; row++) if (isMissingAt(column, row)) missing++;
  return missing;
}

type Leaf = Exclude<NestedColumn, { type: "list" | "struct" }>;

function partialLeaf(
  column: Leaf,
  rows: number,
  name: string,
  { limit, bytes }: PartialOptions,
): Pick<PartialColumn, "type" | "numbers" | "texts" | "lengths"> {
  switch (column.type) {
    case "string":
      return { type: bytes.has(name) ? "BYTES" : "STRING", texts: partialTexts(column, rows, limit) };
    case "bytes":
      return { type: bytes.has(name) ? "BYTES" : "STRING", texts: partialBytes(column, limit) };
    case "vector":
      return { type: "VECTOR", ...vectorLengths(column, rows) };
    default:
      return { type: numericType[column.type], numbers: partialNumbers(column, rows, limit) };
  }
}

const numericType = {
  integer: "INT",
  number: "FLOAT",
  bool: "BOOL",
  timestamp: "TIMESTAMP",
} as const satisfies Record<string, StatisticsType>;

function vectorLengths(column: VectorColumn, rows: number): { lengths?: CountedNumbers } {
  const present = rows - countMissing(column, rows);
  if (present === 0 || column.width === 1) return {};
  return { lengths: { values: Float64Array.of(column.width), counts: Float64Array.of(present) } };
}
