import type { Column, Frame, Program, Tensors } from "@millrace/program";
import { marginParts } from "@millrace/program/explain";
import { z } from "zod";
import { parseOptions } from "#kernel";
import { cellOf, columnNamed } from "./columns.ts";
import { presentSorted } from "./partial-dependence.ts";

export const nearestOptionsSchema = z.strictObject({
  keep: z.int().min(1).max(100).default(5).describe("how many examples to give for each row"),
  by: z
    .enum(["inputs", "leaves"])
    .default("inputs")
    .describe(
      "likeness: of the inputs that the model reads, or how often the model's trees put both rows into one leaf",
    ),
});
export type NearestOptions = z.input<typeof nearestOptionsSchema>;

/** An example like a row. */
export interface NearestExample {
  /** Place among the examples. */
  readonly row: number;
  /** 0 alike in everything, 1 in nothing. */
  readonly distance: number;
}

/**
 * For each row the examples that are most like it, nearest first; of equals the first.
 *
 * By inputs: the mean over the model's inputs of |difference| ÷ range (numbers), 0 or 1 (texts, truth values); two missing
 * values are alike, one is not. By leaves: 1 − the share of the trees that put both into one leaf. Ranges are of the examples.
 * Errors: EVALUATE_INPUT_UNKNOWN; PROGRAM_TARGET_UNSUPPORTED: by leaves, of a model without trees.
 * Source: J. Gower, A general coefficient of similarity, Biometrics 27, 1971; L. Breiman, Random forests, 2001, § 14 (proximity).
 */
export function findNearest(
  { program, tensors }: { readonly program: Program; readonly tensors: Tensors },
  rows: Frame,
  examples: Frame,
  options: NearestOptions = {},
): NearestExample[][] {
  const { keep, by } = parseOptions(nearestOptionsSchema, options, "nearest examples");
  const distances =
    by === "inputs" ? byInputs(program, rows, examples) : byLeaves({ program, tensors }, rows, examples);
  return Array.from({ length: rows.rows }, (_, row) => {
    const own = distances(row);
    return Array.from(own.keys())
      .sort((a, b) => own[a]! - own[b]! || a - b)
      .slice(0, keep)
      .map((example) => ({ row: example, distance: own[example]! }));
  });
}

type DistancesOf = (row: number) => Float64Array;

function byInputs({ inputs }: Program, rows: Frame, examples: Frame): DistancesOf {
  const read = inputs.filter(({ type }) => type !== "vector" && type !== "strings");
  const columns = read.map(({ name }) => {
    const example = columnNamed(examples, name);
    const sorted = presentSorted(example, examples.rows);
    return { own: columnNamed(rows, name), example, range: sorted.length === 0 ? 0 : sorted.at(-1)! - sorted[0]! };
  });
  return (row) => {
    const sums = new Float64Array(examples.rows);
    for (const { own, example, range } of columns) addDistances(cellOf(own, row), example, range, sums);
    return sums.map((sum) => (columns.length === 0 ? 0 : sum / columns.length));
  };
}

function addDistances(own: ReturnType<typeof cellOf>, example: Column, range: number, sums: Float64Array): void {
  for (let k = 0; k < sums.length; k++) {
    const other = cellOf(example, k);
    if (typeof own === "number" && typeof other === "number")
      sums[k]! += own === other ? 0 : Math.min(1, Math.abs(own - other) / (range || 1));
    else if (own !== other) sums[k]! += 1;
  }
}

function byLeaves(
  source: { readonly program: Program; readonly tensors: Tensors },
  rows: Frame,
  examples: Frame,
): DistancesOf {
  const parts = marginParts(source);
  const leavesOf = (frame: Frame) =>
    parts.parts.flatMap((part) => {
      if (part.kind !== "trees") return [];
      const columns = parts.evaluate(frame, part.refs);
      const features = columns.map((column) => {
        if (column.type === "string" || column.type === "vector") throw new TypeError("A tree reads numbers.");
        return Float64Array.from(column.values, (value, row) => (column.missing?.[row] === 1 ? Number.NaN : value));
      });
      return Array.from(part.roots, (root) =>
        Int32Array.from({ length: frame.rows }, (_, row) => {
          let node = root;
          while (node >= 0)
            node = part.goesLeft(node, features[part.feature[node]!]![row]!) ? part.left[node]! : part.right[node]!;
          return ~node;
        }),
      );
    });
  const [own, other] = [leavesOf(rows), leavesOf(examples)];
  return (row) =>
    Float64Array.from({ length: examples.rows }, (_, example) => {
      const shared = own.reduce((sum, tree, t) => sum + (tree[row] === other[t]![example] ? 1 : 0), 0);
      return own.length === 0 ? 1 : 1 - shared / own.length;
    });
}
