import type { Column } from "@millrace/program";
import { countDistinct } from "../statistics/quantiles.ts";
import type { ColumnBuckets } from "./binned/bucket-pair.ts";
import type { DriftColumnKind } from "./model.ts";
import { sortFinite } from "./sort-finite.ts";

/** Values that are no finite number, counted apart so that like is compared with like. */
export interface SpecialCounts {
  readonly missing: number;
  readonly nan: number;
  readonly negativeInfinity: number;
  readonly positiveInfinity: number;
}

/**
 * One window's values of a column as drift tests see them, each view made once. Where rows carry weights, every count is
 * a sum of weights scaled to `size`, so that formulas for chance hold.
 */
export interface ColumnSample {
  readonly kind: DriftColumnKind;
  readonly rows: number;
  /** Rows that the window is worth: all of them, or Kish's (Σw)² / Σw² where they are weighted. */
  readonly size: number;
  /** Sum of the weights as they are given; absent where rows count alike. */
  readonly weight?: number;
  readonly special: SpecialCounts;
  /** Finite numbers in row order. */
  readonly finite: Float64Array;
  /** The same ascending. */
  readonly sorted: Float64Array;
  /** Weights of `sorted`, scaled; absent where rows count alike. */
  readonly sortedWeights: Float64Array | undefined;
  /** Different finite numbers. */
  readonly distinct: number;
  /** Weighted count of finite numbers. */
  readonly finiteSize: number;
  /** Weighted count by level: texts, booleans, or numbers as texts; NaN and infinities are levels too. */
  readonly levels: ReadonlyMap<string, number>;
  /** Where only statistics are known: what stands for the finite numbers. */
  readonly buckets?: ColumnBuckets;
}

export function kindOf(column: Column): DriftColumnKind | null {
  if (column.type === "vector") return null;
  return column.type === "string" || column.type === "bool" ? "categorical" : "numeric";
}

/** The sample of a column that is no vector. */
export function sampleOf(
  column: Exclude<Column, { type: "vector" }>,
  rows: number,
  weights?: Float64Array,
): ColumnSample {
  const { size, scaled, weight } = scaleWeights(rows, weights);
  const split = once(() => splitNumbers(column, rows, scaled));
  const order = once(() => sortNumbers(split().finite, split().weights));
  const levels = once(() => countLevels(column, rows, scaled, split));
  return {
    kind: kindOf(column)!,
    rows,
    size,
    ...(weight !== undefined && { weight }),
    get special() {
      return column.type === "string" ? levels().special : split().special;
    },
    get finite() {
      return split().finite;
    },
    get sorted() {
      return order().sorted;
    },
    get sortedWeights() {
      return order().weights;
    },
    get distinct() {
      return countDistinct(order().sorted);
    },
    get finiteSize() {
      return split().size;
    },
    get levels() {
      return levels().counts;
    },
  };
}

function scaleWeights(
  rows: number,
  weights: Float64Array | undefined,
): { size: number; scaled?: Float64Array; weight?: number } {
  if (weights === undefined) return { size: rows };
  let sum = 0;
  let squares = 0;
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  const size = squares > 0 ? (sum * sum) / squares : 0;
  return { size, weight: sum, scaled: sum > 0 ? weights.map((weight) => (weight * size) / sum) : weights };
}

interface Numbers {
  readonly finite: Float64Array;
  readonly weights: Float64Array | undefined;
  readonly size: number;
  readonly special: SpecialCounts;
}

function splitNumbers(column: Exclude<Column, { type: "vector" }>, rows: number, weights?: Float64Array): Numbers {
  const { values, missing } = column.type === "string" ? none : column;
  const finite = new Float64Array(column.type === "string" ? 0 : rows);
  const kept = weights === undefined ? undefined : new Float64Array(finite.length);
  const special = { missing: 0, nan: 0, negativeInfinity: 0, positiveInfinity: 0 };
  let count = 0;
  let size = 0;
  for (let row = 0; row < finite.length; row++) {
    const value = values[row]!;
    const weight = weights === undefined ? 1 : weights[row]!;
    if (missing !== undefined && missing[row] === 1) special.missing += weight;
    else if (value - value === 0) {
      if (kept !== undefined) kept[count] = weight;
      finite[count++] = value;
      size += weight;
    } else if (value === Infinity) special.positiveInfinity += weight;
    else if (value === -Infinity) special.negativeInfinity += weight;
    else special.nan += weight;
  }
  return { finite: finite.subarray(0, count), weights: kept?.subarray(0, count), size, special };
}

const none = { values: new Float64Array(), missing: undefined };

function sortNumbers(finite: Float64Array, weights: Float64Array | undefined) {
  if (weights === undefined) return { sorted: sortFinite(finite), weights };
  const order = Uint32Array.from(finite, (_, i) => i).sort((a, b) => finite[a]! - finite[b]!);
  return { sorted: Float64Array.from(order, (i) => finite[i]!), weights: Float64Array.from(order, (i) => weights[i]!) };
}

interface Levels {
  readonly counts: ReadonlyMap<string, number>;
  readonly special: SpecialCounts;
}

function countLevels(
  column: Exclude<Column, { type: "vector" }>,
  rows: number,
  weights: Float64Array | undefined,
  numbers: () => Numbers,
): Levels {
  if (column.type === "string") return countTexts(column, rows, weights);
  const { finite, weights: kept, special } = numbers();
  const byNumber = new Map<number, number>();
  for (let i = 0; i < finite.length; i++) {
    const value = finite[i]! + 0;
    byNumber.set(value, (byNumber.get(value) ?? 0) + (kept === undefined ? 1 : kept[i]!));
  }
  const name = column.type === "bool" ? (value: number) => (value === 1 ? "true" : "false") : String;
  const counts = new Map([...byNumber].map(([value, count]) => [name(value), count] as const));
  if (special.nan > 0) counts.set("NaN", special.nan);
  if (special.positiveInfinity > 0) counts.set("Infinity", special.positiveInfinity);
  if (special.negativeInfinity > 0) counts.set("-Infinity", special.negativeInfinity);
  return { counts, special };
}

function countTexts(column: Extract<Column, { type: "string" }>, rows: number, weights?: Float64Array): Levels {
  const byCode = new Float64Array(column.levels.length);
  let missing = 0;
  for (let row = 0; row < rows; row++) {
    const code = column.codes[row]!;
    const weight = weights === undefined ? 1 : weights[row]!;
    if (code < 0) missing += weight;
    else byCode[code]! += weight;
  }
  const counts = new Map<string, number>();
  column.levels.forEach((level, code) => {
    if (byCode[code]! > 0) counts.set(level, byCode[code]!);
  });
  return { counts, special: { missing, nan: 0, negativeInfinity: 0, positiveInfinity: 0 } };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
