import type { Frame } from "@millrace/program";
import { type ComparisonOptions, compareModels } from "../compare-models.ts";
import { sameLength } from "../measures/measure-set.ts";
import { metricNamed } from "../metrics/metric.ts";
import type { ModelComparison, Task } from "../model.ts";
import { groupRows, pickQueries } from "./evaluate-slices.ts";
import { nameSlice } from "./name-slice.ts";

/** Two models on the rows of one slice; `null` where these rows do not define the metric. */
export interface SliceComparison {
  readonly name: string;
  readonly rows: number;
  readonly comparison: ModelComparison | null;
}

/**
 * Two models on every slice that has rows enough, in the order of the rows; rows of a slice are compared in pairs.
 *
 * Shapes: `frame` has the rows of the labels in the same order; `by` names columns, `a*b` crosses two.
 * Errors: EVALUATE_SLICE_COLUMN_UNKNOWN · EVALUATE_LENGTH_MISMATCH, and those of `compareModels`.
 */
export function compareSlices(
  task: Task,
  labels: ArrayLike<number>,
  first: Float64Array,
  second: Float64Array,
  metricName: string,
  frame: Frame,
  slices: { readonly by: readonly string[]; readonly minRows?: number; readonly bins?: number },
  options: ComparisonOptions = {},
): SliceComparison[] {
  const { by, minRows = 50, bins = 4 } = slices;
  const metric = metricNamed(metricName, task).name;
  sameLength("rows to slice by", frame.rows, labels.length);
  const width = first.length / Math.max(1, labels.length);
  return by
    .flatMap((columns) => groupRows(columns, frame, bins))
    .filter(({ rows }) => rows.length >= minRows)
    .map(({ values, rows }): SliceComparison => {
      const pick = (given: ArrayLike<number>) => Float64Array.from(rows, (row) => given[row]!);
      const scores = (given: Float64Array) =>
        width === 1
          ? pick(given)
          : Float64Array.from({ length: rows.length * width }, (_, i) => {
              return given[rows[Math.floor(i / width)]! * width + (i % width)]!;
            });
      const { weights, ranking, ...rest } = options;
      const own = {
        ...rest,
        ...(weights && { weights: pick(weights) }),
        ...(ranking && { ranking: pickQueries(ranking, rows) }),
      };
      return {
        name: nameSlice(values, frame),
        rows: rows.length,
        comparison: defined(() => compareModels(task, pick(labels), scores(first), scores(second), metric, own)),
      };
    });
}

/** A slice of one class, or of rows without weight, has no such metric: that is a fact about the slice, not a mistake. */
function defined(compare: () => ModelComparison): ModelComparison | null {
  try {
    return compare();
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code === "EVALUATE_METRIC_UNDEFINED" || code === "EVALUATE_WEIGHT_INVALID") return null;
    throw error;
  }
}
