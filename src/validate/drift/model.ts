import type { JsonObject } from "@millrace/program";
import type { Plugin, RandomStream } from "#kernel";
import type { ColumnSample } from "./column-sample.ts";

export type DriftColumnKind = "numeric" | "categorical";

export interface DriftTestTraits {
  readonly types: readonly DriftColumnKind[];
  /** `up`: more is further apart. */
  readonly direction: "up";
  /** Fewer rows on either side give no value. */
  readonly minRows: number;
}

export interface DriftTestContext {
  /** Bins of a numeric column. */
  readonly bins: number;
  /** Half width of the band in standard deviations of the reference. */
  readonly bandWidth: number;
  /** Shuffles from which the null is learned where no formula holds. */
  readonly shuffles: number;
  readonly random: RandomStream;
}

/** What a drift test measured. The threshold is policy and lies outside. */
export interface DriftMeasurement {
  /** `null` where it cannot be measured; `detail.reason` says why. */
  readonly value: number | null;
  /** The value to expect from two windows of this size out of one source, and its standard deviation. */
  readonly expected: number;
  readonly spread: number;
  /** The probability of such a value without drift. */
  readonly pValue: number | null;
  readonly detail: JsonObject;
}

/** A way to tell two windows of a column apart. */
export interface DriftTest extends Plugin<"drift-test", DriftTestTraits> {
  compare(reference: ColumnSample, current: ColumnSample, context: DriftTestContext): DriftMeasurement;
}

export interface DriftColumn {
  readonly name: string;
  readonly test: string;
  /** As measured, the noise of small samples included. */
  readonly value: number | null;
  /** What the value must reach: the expectation without drift plus the practical threshold of the test. */
  readonly threshold: number;
  readonly drifted: boolean;
  readonly detail: JsonObject;
}

export interface DriftReport {
  readonly columns: readonly DriftColumn[];
  /** Columns in which any test found drift, as a share of the columns compared. */
  readonly share: number;
  readonly drifted: boolean;
  readonly rows: { readonly reference: number; readonly current: number };
  /** The same for parts of the rows, where slices were asked for. */
  readonly slices?: readonly DriftSlice[];
}

/** A report of the rows with one value of the slice's columns. */
export interface DriftSlice extends DriftReport {
  readonly slice: string;
}
