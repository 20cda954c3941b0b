import type { Frame } from "@millrace/program";
import { selectRows } from "#dataset";
import { rowWeights } from "../drift/row-weights.ts";
import { sliceRows } from "../statistics/slices/slice-rows.ts";

/** A data set, or a slice of one, as one layer of the report. */
export interface ShownDataset {
  readonly name: string;
  readonly frame: Frame;
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
  datasets: readonly { readonly name: string; readonly frame: Frame }[],
  weight: string | undefined,
  slices: readonly (readonly string[])[],
): ShownDataset[] {
  const whole = datasets.map(({ name, frame }): ShownDataset => {
    const weights = frame.rows === 0 ? undefined : rowWeights(frame, weight);
    return { name, frame, ...(weights !== undefined && { weights }) };
  });
  return [
    ...whole,
    ...whole.flatMap((one, place) => slices.flatMap((spec) => slicesOf(one, place, spec, whole.length > 1))),
  ];
}

function slicesOf({ name, frame, weights }: ShownDataset, sliceOf: number, spec: readonly string[], many: boolean) {
  return sliceRows(frame, spec, mostSlices).flatMap((slice): ShownDataset[] => {
    const own = weights && Float64Array.from(slice.rows, (row) => weights[row]!);
    // Rows that all weigh nothing are no slice.
    if (own !== undefined && !own.some((one) => one > 0)) return [];
    return [
      {
        name: many ? `${name}: ${slice.name}` : slice.name,
        frame: selectRows(frame, slice.rows),
        sliceOf,
        ...(own !== undefined && { weights: own }),
      },
    ];
  });
}
