import type { Column, Frame } from "@millrace/program";
import { z } from "zod";
import { MillraceError, parseOptions, type RandomStream, randomStream, shuffledIndices } from "#kernel";
import { twoSidedNormal } from "../../significance/normal.ts";
import type { DriftColumn } from "../model.ts";
import { principalAxes } from "./principal-axes.ts";

export const reconstructionOptionsSchema = z.object({
  columns: z.array(z.string()).optional().describe("Only these columns."),
  exclude: z.array(z.string()).default([]).describe("Not these columns (ids, the time column)."),
  explained: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.65)
    .describe("Share of the variance that the kept axes explain at least."),
  rows: z.int().min(50).max(1_000_000).default(20_000).describe("Rows of each window to look at, drawn at random."),
  alpha: z.number().gt(0).lt(1).default(0.01).describe("Share of false alarms to accept."),
  threshold: z
    .number()
    .min(0)
    .default(0.1)
    .describe("How many standard deviations the mean error must move to matter."),
  seed: z.int().default(0).describe("Seed of the draws."),
});
export type ReconstructionOptions = z.input<typeof reconstructionOptionsSchema>;

/** More columns than this would take minutes to find axes for. */
const MOST_COLUMNS = 300;
/** Rows of each window, and of each half of the reference, that an error's mean needs to be near normal. */
const LEAST_ROWS = 30;

/**
 * Whether the columns of two windows hang together alike: axes of the reference's columns (principal components of standardized
 * numbers, texts as their frequency) are found on one half of it, and rows of the other half and of the current window are written in
 * those axes and back. Where columns no longer move together the error of that changes, though no single column did.
 *
 * `value`: difference of the mean errors in standard deviations of the reference's. The windows drifted where it passes the threshold and
 * is significant (two-sided, normal). Missing: the mean of the reference. Random: the draws, by the seed.
 * Errors: VALIDATE_WINDOW_EMPTY: fewer than 60 rows of the reference, 30 of the current window, or 2 columns; VALIDATE_COLUMN_TYPE: more
 * than 300 columns.
 * Source: the reconstruction error with PCA, NannyML's documentation "Multivariate Drift Detection"; theirs is compared by chunks, ours
 * with rows that the axes have not seen.
 */
export function compareReconstruction(
  reference: Frame,
  current: Frame,
  options: ReconstructionOptions = {},
): DriftColumn {
  const {
    columns,
    exclude,
    explained,
    rows: most,
    alpha,
    threshold,
    seed,
  } = parseOptions(reconstructionOptionsSchema, options, "pca");
  const random = randomStream(seed, "drift/pca");
  const shuffled = draw(reference.rows, 2 * most, random);
  const half = Math.floor(shuffled.length / 2);
  const [fit, held, now] = [shuffled.subarray(0, half), shuffled.subarray(half), draw(current.rows, most, random)];
  const names = [...reference.columns.keys()].filter(
    (name) => (columns?.includes(name) ?? true) && !exclude.includes(name) && current.columns.has(name),
  );
  refuse(Math.min(half, now.length), names.length);
  const pairs = names.flatMap((name) => scaled(reference.columns.get(name)!, current.columns.get(name)!, fit));
  refuse(half, pairs.length);
  const model = fitAxes(
    pairs.map(([cell]) => cell),
    fit,
    explained,
  );
  const errorsOf = (side: 0 | 1, rows: Uint32Array) =>
    reconstructionErrors(
      pairs.map((pair) => pair[side]),
      rows,
      model,
    );
  const [before, after] = [momentsOf(errorsOf(0, held)), momentsOf(errorsOf(1, now))];
  const value = before.std === 0 ? 0 : (after.mean - before.mean) / before.std;
  const spread = Math.sqrt(before.std ** 2 / held.length + after.std ** 2 / now.length);
  const pValue = spread === 0 ? 1 : twoSidedNormal((after.mean - before.mean) / spread);
  return {
    name: "all columns",
    test: "pca",
    value: Math.abs(value),
    threshold,
    drifted: Math.abs(value) >= threshold && pValue < alpha,
    detail: {
      pValue,
      error: { reference: before.mean, current: after.mean },
      columns: pairs.length,
      axes: model.length,
      rows: { reference: held.length, current: now.length },
    },
  };
}

function draw(rows: number, most: number, random: RandomStream): Uint32Array {
  return shuffledIndices(rows, random).subarray(0, most);
}

function refuse(rows: number, columns: number): void {
  if (columns > MOST_COLUMNS)
    throw new MillraceError("VALIDATE_COLUMN_TYPE", {
      message: `The windows share ${columns} columns; axes are found for ${MOST_COLUMNS} at most.`,
      next: "Name the columns to compare, for example with --columns.",
      facts: { columns },
    });
  if (rows >= LEAST_ROWS && columns >= 2) return;
  throw new MillraceError("VALIDATE_WINDOW_EMPTY", {
    message: `Columns together are compared on 2 columns and ${LEAST_ROWS} rows at least (of the reference twice that), and there are ${columns} and ${rows}.`,
    next: "Give more rows, or compare column by column.",
    facts: { rows, columns },
  });
}

type Cell = (row: number) => number;

/** A column of both windows in standard deviations of the reference's rows; none where it does not vary there. */
function scaled(reference: Column, current: Column, fit: Uint32Array): [Cell, Cell][] {
  const ways = plainCells(reference, current, fit);
  if (ways === undefined) return [];
  const [a, b] = ways;
  const { mean, std } = momentsOf(Array.from(fit, a).filter((value) => !Number.isNaN(value)));
  if (!(std > 0)) return [];
  const scale = (cell: Cell) => (row: number) => {
    const value = (cell(row) - mean) / std;
    return Number.isNaN(value) ? 0 : value;
  };
  return [[scale(a), scale(b)]];
}

/** Numbers as they are, texts as how frequent they are in the reference; NaN: missing, and infinities, which have no place on an axis. */
function plainCells(reference: Column, current: Column, fit: Uint32Array): [Cell, Cell] | undefined {
  if (reference.type === "string" && current.type === "string") {
    const counts = new Map<string, number>();
    for (const row of fit) {
      const level = reference.levels[reference.codes[row]!];
      if (level !== undefined) counts.set(level, (counts.get(level) ?? 0) + 1);
    }
    const cells = ({ codes, levels }: typeof reference): Cell => {
      const shares = levels.map((level) => (counts.get(level) ?? 0) / fit.length);
      return (row) => shares[codes[row]!] ?? Number.NaN;
    };
    return [cells(reference), cells(current)];
  }
  if (reference.type === "string" || current.type === "string") return undefined;
  if (reference.type === "vector" || current.type === "vector") return undefined;
  const cells =
    ({ values, missing }: typeof reference): Cell =>
    (row) =>
      missing?.[row] === 1 || !Number.isFinite(values[row]!) ? Number.NaN : values[row]!;
  return [cells(reference), cells(current)];
}

function momentsOf(values: ArrayLike<number>): { mean: number; std: number } {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let k = 0; k < values.length; k++) squares += (values[k]! - mean) ** 2;
  return { mean, std: Math.sqrt(squares / values.length) };
}

/** The fewest axes that explain the share of the variance. */
function fitAxes(cells: readonly Cell[], rows: Uint32Array, explained: number): readonly Float64Array[] {
  const width = cells.length;
  const sums = new Float64Array(width * width);
  const values = new Float64Array(width);
  for (const row of rows) {
    for (let i = 0; i < width; i++) values[i] = cells[i]!(row);
    for (let i = 0; i < width; i++) for (let j = 0; j <= i; j++) sums[i * width + j]! += values[i]! * values[j]!;
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) sums[j * width + i] = sums[i * width + j]!;
  const { variances, axes } = principalAxes(
    sums.map((sum) => sum / rows.length),
    width,
  );
  const total = variances.reduce((sum, one) => sum + one, 0);
  let reached = 0;
  let kept = 0;
  while (kept < width && reached < explained * total) reached += variances[kept++]!;
  return axes.slice(0, kept);
}

/** Each row's distance from what the axes give back of it. */
export function reconstructionErrors(
  cells: readonly Cell[],
  rows: Uint32Array,
  axes: readonly Float64Array[],
): Float64Array {
  const values = new Float64Array(cells.length);
  return Float64Array.from(rows, (row) => {
    let whole = 0;
    for (const [i, cell] of cells.entries()) {
      values[i] = cell(row);
      whole += values[i]! ** 2;
    }
    let kept = 0;
    for (const axis of axes) {
      let along = 0;
      for (const [i, part] of axis.entries()) along += part * values[i]!;
      kept += along * along;
    }
    return Math.sqrt(Math.max(0, whole - kept));
  });
}
