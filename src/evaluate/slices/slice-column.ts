import type { Column, Frame } from "@millrace/program";
import { readerOf } from "./evaluate-slices.ts";

/** A column as the slices that its values make. */
export interface SliceColumn {
  readonly name: string;
  readonly labels: readonly string[];
  /** The slice of each row. */
  readonly codes: Int32Array;
  readonly counts: readonly number[];
}

/** Errors: EVALUATE_SLICE_COLUMN_UNKNOWN. */
export function sliceColumn(name: string, frame: Frame, bins: number): SliceColumn {
  const read = readerOf(name, frame, bins);
  const places = new Map<string, number>();
  const codes = new Int32Array(frame.rows);
  const counts: number[] = [];
  for (let row = 0; row < frame.rows; row++) {
    const label = read(row);
    let code = places.get(label);
    if (code === undefined) {
      code = places.size;
      places.set(label, code);
      counts.push(0);
    }
    codes[row] = code;
    counts[code]!++;
  }
  return { name, labels: [...places.keys()], codes, counts };
}

/** A column as text: its slices as levels, numbers and times in quantile bands. Errors: EVALUATE_SLICE_COLUMN_UNKNOWN. */
export function bandedColumn(name: string, frame: Frame, bins = 4): Column {
  const { labels, codes } = sliceColumn(name, frame, bins);
  return { type: "string", levels: labels, codes };
}
