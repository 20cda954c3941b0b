import type { Frame } from "@millrace/program";
import { rowWeights } from "../drift/row-weights.ts";
import type { DatasetStatistics } from "../statistics/model.ts";
import type { NestedColumn, NestedFrame } from "../statistics/nested/model.ts";
import { selectNested } from "../statistics/nested/select-nested.ts";
import { sliceRows } from "../statistics/slices/slice-rows.ts";

/** A data set, or a slice of one, as one layer of the report. */
export interface ShownDataset {
  readonly name: string;
  readonly frame: NestedFrame;
  /** Of rows that are not at hand. */
  readonly statistics?: DatasetStatistics;
  /** Columns to slice by that are not shown. */
  readonly marks?: ReadonlyMap<string, NestedColumn>;
  /** Where rows carry weights, and there are rows. */
  readonly weights?: Float64Array;
  /** Place of the data set that it is a slice of. */
  readonly sliceOf?: number;
}

const mostSlices = 50;

/**
 * The data sets, then the slices of each, the largest first.
 *
 * Errors: VALIDATE_COLUMN_UNKNOWN, VALIDATE_WEIGHT_INVALID, VALIDATE_SLICES_TOO_MANY: more than 50 slices of one entry.
 */
export function shownDatasets(
  datasets: readonly Pick<ShownDataset, "name" | "frame" | "statistics" | "marks">[],
  weight: string | undefined,
  slices: readonly (readonly string[])[],
): ShownDataset[] {
  const whole = datasets.map((dataset): ShownDataset => {
    const weights = dataset.frame.rows === 0 ? undefined : rowWeights(dataset.frame as Frame, weight);
    return { ...dataset, ...(weights !== undefined && { weights }) };
  });
  return [
    ...whole,
    ...whole.flatMap((one, place) => slices.flatMap((spec) => slicesOf(one, place, spec, whole.length > 1))),
  ];
}

function slicesOf(
  { name, frame, weights, marks = new Map() }: ShownDataset,
  sliceOf: number,
  spec: readonly string[],
  many: boolean,
) {
  const marked = { rows: frame.rows, columns: new Map([...frame.columns, ...marks]) };
  return sliceRows(marked, spec, mostSlices).flatMap((slice): ShownDataset[] => {
    const own = weights && Float64Array.from(slice.rows, (row) => weights[row]!);
    // Rows that all weigh nothing are no slice.
    if (own !== undefined && !own.some((one) => one > 0)) return [];
    return [
      {
        name: many ? `${name}: ${slice.name}` : slice.name,
        frame: selectNested(frame, slice.rows),
        sliceOf,
        ...(own !== undefined && { weights: own }),
      },
    ];
  });
}
