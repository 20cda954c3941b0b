import type { Column, Frame } from "@millrace/program";
import { z } from "zod";
import { MillraceError, parseOptions, type RandomStream, randomStream, shuffledIndices } from "#kernel";
import { normalTail } from "../../significance/normal.ts";
import type { DriftColumn } from "../model.ts";

/** One column as a classifier gets it: a number, or the code of a level. */
export interface DomainFeature {
  readonly name: string;
  readonly kind: "numeric" | "categorical";
  readonly levels?: number;
  readonly values: Float64Array;
  readonly missing: Uint8Array;
}

export interface DomainRows {
  readonly rows: number;
  readonly features: readonly DomainFeature[];
  /** 0 for the reference, 1 for the current window. */
  readonly target: Float64Array;
}

/** Learns to tell the windows apart on some rows, and scores others: greater is more like the current window. */
export type FitDomains = (train: DomainRows, scored: DomainRows) => Promise<Float64Array>;

export const domainOptionsSchema = z.object({
  columns: z.array(z.string()).optional().describe("Only these columns."),
  exclude: z.array(z.string()).default([]).describe("Not these columns (ids, the time column)."),
  folds: z.int().min(2).max(20).default(5).describe("Folds; each row is scored by a model that has not seen it."),
  rows: z.int().min(50).max(1_000_000).default(20_000).describe("Rows of each window to learn from, drawn at random."),
  alpha: z.number().gt(0).lt(1).default(0.01).describe("Share of false alarms to accept."),
  threshold: z.number().min(0).max(0.5).default(0.05).describe("How far beyond chance the area must lie to matter."),
  seed: z.int().default(0).describe("Seed of draws and folds."),
});
export type DomainOptions = z.input<typeof domainOptionsSchema>;

/**
 * Whether two windows differ in any way that a classifier finds, columns together: the area under the ROC curve of a
 * model that tells their rows apart. 0.5 is chance, 1 tells every row.
 *
 * Finds what no single column shows (a correlation that turned). The windows drifted where the area exceeds 0.5 and the
 * spread of chance by the threshold and is significant (Mann–Whitney, one-sided). Random: draws and folds, by the seed.
 * Errors: VALIDATE_WINDOW_EMPTY: when a window has fewer rows than folds, or no column is left.
 */
export async function compareDomains(
  reference: Frame,
  current: Frame,
  learn: FitDomains,
  options: DomainOptions = {},
): Promise<DriftColumn> {
  const {
    columns,
    exclude,
    folds,
    rows: most,
    alpha,
    threshold,
    seed,
  } = parseOptions(domainOptionsSchema, options, "domain");
  const names = [...reference.columns.keys()].filter(
    (name) => (columns?.includes(name) ?? true) && !exclude.includes(name) && current.columns.has(name),
  );
  const random = randomStream(seed, "drift/domain");
  const [a, b] = [draw(reference.rows, most, random), draw(current.rows, most, random)];
  const features = names.flatMap((name) =>
    featureOf(name, reference.columns.get(name)!, current.columns.get(name)!, a, b),
  );
  refuseTooFew(Math.min(a.length, b.length), folds, features.length);
  const target = Float64Array.from({ length: a.length + b.length }, (_, row) => (row < a.length ? 0 : 1));
  const all: DomainRows = { rows: target.length, features, target };
  const fold = Uint32Array.from(shuffledIndices(target.length, random), (place) => place % folds);
  const scores = new Float64Array(target.length);
  for (let k = 0; k < folds; k++) {
    const held = rowsWhere(fold, (one) => one === k);
    const given = await learn(
      take(
        all,
        rowsWhere(fold, (one) => one !== k),
      ),
      take(all, held),
    );
    held.forEach((row, i) => {
      scores[row] = given[i]!;
    });
  }
  const value = areaUnder(scores, target);
  const spread = Math.sqrt((a.length + b.length + 1) / (12 * a.length * b.length));
  const pValue = normalTail((value - 0.5) / spread);
  return {
    name: "all columns",
    test: "domain",
    value,
    threshold: 0.5 + threshold,
    drifted: value >= 0.5 + threshold && pValue < alpha,
    detail: {
      expected: 0.5,
      spread,
      pValue,
      columns: features.length,
      rows: { reference: a.length, current: b.length },
    },
  };
}

function draw(rows: number, most: number, random: RandomStream): Uint32Array {
  return shuffledIndices(rows, random).subarray(0, most).sort();
}

function refuseTooFew(rows: number, folds: number, features: number): void {
  if (rows >= folds && features > 0) return;
  throw new MillraceError("VALIDATE_WINDOW_EMPTY", {
    message:
      features === 0
        ? "The windows have no column in common to tell them apart by."
        : `A window has ${rows} rows; ${folds} folds need at least as many.`,
    next: "Widen the windows, or name other columns.",
  });
}

function featureOf(name: string, a: Column, b: Column, rowsA: Uint32Array, rowsB: Uint32Array): DomainFeature[] {
  const rows = rowsA.length + rowsB.length;
  const values = new Float64Array(rows);
  const missing = new Uint8Array(rows);
  if (a.type === "string" && b.type === "string") {
    const codes = new Map([...new Set([...a.levels, ...b.levels])].map((level, code) => [level, code]));
    const put = (column: typeof a, from: Uint32Array, at: number) =>
      from.forEach((row, i) => {
        const level = column.levels[column.codes[row]!];
        if (level === undefined) missing[at + i] = 1;
        else values[at + i] = codes.get(level)!;
      });
    put(a, rowsA, 0);
    put(b, rowsB, rowsA.length);
    return [{ name, kind: "categorical", levels: codes.size, values, missing }];
  }
  if (a.type === "string" || b.type === "string" || a.type === "vector" || b.type === "vector") return [];
  const put = (column: typeof a | typeof b, from: Uint32Array, at: number) =>
    from.forEach((row, i) => {
      const value = column.values[row]!;
      if (column.missing?.[row] === 1 || Number.isNaN(value)) missing[at + i] = 1;
      else values[at + i] = value;
    });
  put(a, rowsA, 0);
  put(b, rowsB, rowsA.length);
  return [{ name, kind: "numeric", values, missing }];
}

function rowsWhere(fold: Uint32Array, wanted: (fold: number) => boolean): Uint32Array {
  return Uint32Array.from(fold.keys()).filter((row) => wanted(fold[row]!));
}

function take({ features, target }: DomainRows, rows: Uint32Array): DomainRows {
  return {
    rows: rows.length,
    target: Float64Array.from(rows, (row) => target[row]!),
    features: features.map((feature) => ({
      ...feature,
      values: Float64Array.from(rows, (row) => feature.values[row]!),
      missing: Uint8Array.from(rows, (row) => feature.missing[row]!),
    })),
  };
}

/** The chance that a current row scores above one of the reference, ties counting half. */
export function areaUnder(scores: Float64Array, target: Float64Array): number {
  const order = Uint32Array.from(scores.keys()).sort((x, y) => scores[x]! - scores[y]!);
  let positives = 0;
  let below = 0;
  let area = 0;
  for (let i = 0; i < order.length; ) {
    let [ones, zeros] = [0, 0];
    const score = scores[order[i]!]!;
    for (; i < order.length && scores[order[i]!]! === score; i++) {
      if (target[order[i]!] === 1) ones++;
      else zeros++;
    }
    area += ones * (below + zeros / 2);
    below += zeros;
    positives += ones;
  }
  return area / (positives * below);
}
