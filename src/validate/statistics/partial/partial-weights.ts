import { isMissingAt, type NestedColumn } from "../nested/model.ts";
import { ExactSum } from "../sums/exact-sum.ts";
import { bucketOf } from "./counted-numbers.ts";
import type { PartialColumn, PartialWeights } from "./model.ts";

interface Lists {
  readonly offsets: Int32Array;
  readonly missing: Uint8Array;
}

/** The exact weight of each distinct value of a column and of its rows; `lists` says which values a row holds. */
export function partialWeights(
  column: NestedColumn,
  rows: number,
  lists: Lists | undefined,
  weight: Float64Array,
  leaf: Pick<PartialColumn, "numbers" | "texts">,
): PartialWeights {
  const present = new ExactSum();
  const missing = new ExactSum();
  const total = new ExactSum();
  const values = new Map<number | string, ExactSum>();
  const keyAt = keyReader(column, leaf);
  for (let row = 0; row < rows; row++) {
    const w = weight[row]!;
    const away = lists === undefined ? isMissingAt(column, row) : lists.missing[row] === 1;
    (away ? missing : present).add(w);
    if (away) continue;
    const from = lists === undefined ? row : lists.offsets[row]!;
    const to = lists === undefined ? row + 1 : lists.offsets[row + 1]!;
    total.addProduct(w, to - from);
    for (let at = from; at < to; at++) {
      const key = keyAt(at);
      if (key === undefined) continue;
      let sum = values.get(key);
      if (sum === undefined) {
        sum = new ExactSum();
        values.set(key, sum);
      }
      sum.add(w);
    }
  }
  return { present, missing, total, values };
}

function keyReader(
  column: NestedColumn,
  { numbers, texts }: Pick<PartialColumn, "numbers" | "texts">,
): (at: number) => number | string | undefined {
  if (column.type === "string" && texts?.counted !== undefined) return (at) => column.levels[column.codes[at]!];
  if (numbers === undefined || !("values" in column) || column.type === "list") return () => undefined;
  const held = column.values as ArrayLike<number>;
  const bucket = numbers.hashes === undefined ? (x: number) => x + 0 : (x: number) => bucketOf(x, numbers.bits);
  return (at) => (isMissingAt(column, at) || !Number.isFinite(held[at]!) ? undefined : bucket(held[at]!));
}

/** The weights of both; keys become buckets where the merged numbers have them, and texts go where theirs are gone. */
export function mergeWeights(
  a: PartialWeights,
  b: PartialWeights,
  { numbers, texts }: Pick<PartialColumn, "numbers" | "texts">,
): PartialWeights {
  const sum = (x: ExactSum, y: ExactSum) => {
    const both = new ExactSum();
    both.merge(x);
    both.merge(y);
    return both;
  };
  const values = new Map<number | string, ExactSum>();
  for (const part of texts?.hashes === undefined ? [a, b] : [])
    for (const [key, weight] of part.values) {
      const place = numbers?.hashes !== undefined && typeof key === "number" ? bucketOf(key, numbers.bits) : key;
      const before = values.get(place);
      values.set(place, before === undefined ? weight : sum(before, weight));
    }
  return {
    present: sum(a.present, b.present),
    missing: sum(a.missing, b.missing),
    total: sum(a.total, b.total),
    values,
  };
}
