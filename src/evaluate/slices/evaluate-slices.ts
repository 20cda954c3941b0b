import type { Column, Frame } from "@millrace/program";
import { z } from "zod";
import { knownNames, MillraceError, parseOptions } from "#kernel";
import { checkInput } from "../check-input.ts";
import { evaluate } from "../evaluate.ts";
import { metricNamed } from "../metrics/metric.ts";
import type { EvaluationInput, MetricResult, RankingInput, Task } from "../model.ts";
import { nameSlice } from "./name-slice.ts";

export const sliceOptionsSchema = z.object({
  by: z.array(z.string()).describe("Columns to slice by; `a*b` crosses two."),
  metric: z.string().optional().describe("The metric that sorts the slices; default: ROC AUC, accuracy or RMSE."),
  minRows: z.int().min(1).default(50).describe("Smaller slices are left out."),
  bins: z.int().min(2).max(20).default(4).describe("Quantile bins of a numeric column."),
  maxSlices: z.int().min(1).default(100).describe("How many slices to keep, the worst first."),
  seed: z.int().default(0).describe("Seed of the draws."),
  draws: z.int().min(0).default(200).describe("Draws of the bootstrap of each slice."),
});
export type SliceOptions = z.input<typeof sliceOptionsSchema>;

/** What sorts slices where nothing is named. A slice seldom holds every class, so of several classes the ROC AUC would not do. */
export const sliceMetrics = { binary: "rocAucScore", multiclass: "accuracyScore", regression: "rmseError" } as const;

export interface SliceEvaluation {
  /** `Origin State = Texas`, `size = Large and age < 27`. */
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  readonly rows: number;
  readonly metrics: Readonly<Record<string, MetricResult>>;
  /** The sorting metric. */
  readonly metric: string;
  /** How much worse than all rows on the sorting metric (negative: better); `null` where it is undefined. */
  readonly gap: number | null;
  /** Whether the whole interval of the slice is worse than all rows. */
  readonly clearlyWorse: boolean;
}

/**
 * The metrics of every slice that has rows enough, worst first.
 *
 * Shapes: `frame` has the rows of the input in the same order. Missing: the slice `(missing)`. A numeric column with more
 * values than bins is sliced at its quantiles. Of a ranking the rows of a slice are ordered among themselves, query by query.
 * Random: bootstrap keyed by the seed.
 * Errors: EVALUATE_SLICE_COLUMN_UNKNOWN · EVALUATE_LENGTH_MISMATCH, and those of `evaluate`.
 */
export function evaluateSlices(
  task: Task,
  input: EvaluationInput,
  frame: Frame,
  options: SliceOptions,
): SliceEvaluation[] {
  const resolved = parseOptions(sliceOptionsSchema, options, "slices");
  const checked = checkInput(task, input);
  if (frame.rows !== checked.rows)
    throw new MillraceError("EVALUATE_LENGTH_MISMATCH", {
      message: `The frame to slice by has ${frame.rows} rows, and the labels are ${checked.rows}.`,
      next: "Give the rows that were scored, in the same order.",
      facts: { rows: frame.rows, labels: checked.rows },
    });
  const overall = evaluate(task, input, { draws: 0 });
  const metric = metricNamed(resolved.metric ?? sliceMetrics[task], task);
  const whole = overall.metrics[metric.name]!.value;
  const sign = metric.traits.direction === "up" ? 1 : -1;
  const slices = resolved.by.flatMap((by) => [...groupRows(by, frame, resolved.bins)]);
  const width = checked.scores.length / Math.max(1, checked.rows);
  return slices
    .filter(({ rows }) => rows.length >= resolved.minRows)
    .map(({ values, rows }): SliceEvaluation => {
      const part = evaluate(task, selectInput(input, rows, width), { draws: resolved.draws, seed: resolved.seed });
      const own = part.metrics[metric.name]!;
      const gap = own.value === null || whole === null ? null : (whole - own.value) * sign;
      const favourable = sign === 1 ? own.high : own.low;
      const clearlyWorse = favourable !== null && whole !== null && (whole - favourable) * sign > 0;
      const name = nameSlice(values, frame);
      return { name, values, rows: rows.length, metrics: part.metrics, metric: metric.name, gap, clearlyWorse };
    })
    .sort((a, b) => (b.gap ?? -Infinity) - (a.gap ?? -Infinity) || b.rows - a.rows || (a.name < b.name ? -1 : 1))
    .slice(0, resolved.maxSlices);
}

/** Rows by their values of one column, or of several crossed by `*`. Errors: EVALUATE_SLICE_COLUMN_UNKNOWN. */
export function groupRows(
  by: string,
  frame: Frame,
  bins: number,
): { values: Record<string, string>; rows: number[] }[] {
  const names = by.split("*").map((name) => name.trim());
  const readers = names.map((name) => readerOf(name, frame, bins));
  const groups = new Map<string, { values: Record<string, string>; rows: number[] }>();
  for (let row = 0; row < frame.rows; row++) {
    const labels = readers.map((read) => read(row));
    const key = labels.join("\u0000");
    let group = groups.get(key);
    if (group === undefined) {
      group = { values: Object.fromEntries(names.map((name, i) => [name, labels[i]!])), rows: [] };
      groups.set(key, group);
    }
    group.rows.push(row);
  }
  return [...groups.values()];
}

/** The slice of each row of a column. Errors: EVALUATE_SLICE_COLUMN_UNKNOWN. */
export function readerOf(name: string, frame: Frame, bins: number): (row: number) => string {
  const column = frame.columns.get(name);
  if (column !== undefined && column.type !== "vector") return labelReader(column, frame.rows, bins);
  const known = [...frame.columns.keys()];
  throw new MillraceError("EVALUATE_SLICE_COLUMN_UNKNOWN", {
    message: `There is no column "${name}" to slice by (${knownNames(name, known)}).`,
    next: "Name columns of the evaluated rows.",
    facts: { column: name },
  });
}

function labelReader(column: Exclude<Column, { type: "vector" }>, rows: number, bins: number): (row: number) => string {
  const none = "(missing)";
  if (column.type === "string") return (row) => column.levels[column.codes[row]!] ?? none;
  if (column.type === "bool") return (row) => (column.missing?.[row] === 1 ? none : String(column.values[row] === 1));
  const sorted = column.values
    .slice(0, rows)
    .filter((_, row) => column.missing?.[row] !== 1)
    .sort();
  const distinct = new Set(sorted);
  if (distinct.size <= bins) return (row) => (column.missing?.[row] === 1 ? none : String(column.values[row]));
  const edges = [
    ...new Set(Array.from({ length: bins - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / bins)]!)),
  ];
  const shown = column.type === "timestamp" ? instants(edges) : edges.map(String);
  return (row) => {
    if (column.missing?.[row] === 1) return none;
    const above = edges.findIndex((edge) => column.values[row]! < edge);
    if (above === 0) return `< ${shown[0]}`;
    return above < 0 ? `≥ ${shown.at(-1)}` : `${shown[above - 1]} – ${shown[above]}`;
  };
}

/** Microseconds as days, or to the second where days alone do not tell them apart. */
function instants(edges: readonly number[]): string[] {
  // Beyond the dates that a Date can hold the number itself must do.
  const texts = edges.map((edge) => (Math.abs(edge) <= 8.64e18 ? new Date(edge / 1000).toISOString() : String(edge)));
  const days = texts.map((text) => text.slice(0, 10));
  return new Set(days).size === edges.length ? days : texts.map((text) => text.slice(0, 19));
}

/** The queries of some rows: their order is judged among themselves. */
export function pickQueries(ranking: RankingInput, rows: readonly number[]): RankingInput {
  return { ...ranking, queries: rows.map((row) => ranking.queries[row]!) };
}

/** The input of some of its rows. */
export function selectInput(input: EvaluationInput, rows: readonly number[], width: number): EvaluationInput {
  const pick = (values: ArrayLike<number>) => Float64Array.from(rows, (row) => values[row]!);
  // A part of a series is no series; intervals are those of single rows, and a query keeps its rows of the part.
  const { ranking, forecast, ...plain } = input;
  const interval = forecast?.interval;
  return {
    ...plain,
    ...(ranking && { ranking: pickQueries(ranking, rows) }),
    ...(interval && { forecast: { interval: { ...interval, low: pick(interval.low), high: pick(interval.high) } } }),
    scores:
      width === 1
        ? pick(input.scores)
        : Float64Array.from(rows.flatMap((row) => [...input.scores.subarray(row * width, (row + 1) * width)])),
    labels: pick(input.labels),
    ...(input.weights !== undefined && { weights: pick(input.weights) }),
    ...(input.predictions !== undefined && { predictions: pick(input.predictions) }),
  };
}
