import type { Severity } from "../anomalies/model.ts";
import type { StatisticsType } from "../statistics/model.ts";

/** What the page draws, as short as it can be: it travels as JSON inside the file. */
export interface ProfilePage {
  readonly title: string;
  /** The column of weights: every count, mean and histogram is then one of weights. */
  readonly weight?: string;
  readonly datasets: readonly PageDataset[];
  /** Anomalies of a data set as a whole. */
  readonly anomalies: readonly PageAnomaly[];
  readonly columns: readonly PageColumn[];
}

export interface PageDataset {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Sum of the weights of its rows. */
  readonly weight?: number;
  /** Of a slice: the index of its data set. */
  readonly sliceOf?: number;
}

export interface PageAnomaly {
  /** Index of the data set. */
  readonly dataset: number;
  readonly severity: Severity;
  readonly short: string;
  readonly long: string;
  readonly rows?: string;
  readonly suggestion?: string;
}

export interface PageColumn {
  readonly name: string;
  readonly type: StatisticsType;
  /** One entry a data set; `null` where it has no such column. */
  readonly figures: readonly (PageFigures | null)[];
  readonly chart?: PageChart;
  readonly anomalies: readonly PageAnomaly[];
  /** Jensen–Shannon divergence in bits between the first data set and each of the others. */
  readonly distances?: readonly (number | null)[];
  /** Names of drift tests that found drift against the first data set, for each of the others that is no slice. */
  readonly drifted?: readonly (readonly string[])[];
  /** 0 where every value is as frequent as any other, 1 where one value is all. */
  readonly nonUniformity: number;
}

/** Figures of one column in one data set, as they are shown. */
export interface PageFigures {
  readonly type: StatisticsType;
  readonly present: number;
  readonly missing: number;
  readonly zeros?: number;
  readonly nans?: number;
  readonly infinities?: number;
  readonly unique?: number;
  readonly mean?: number;
  readonly std?: number;
  readonly quantiles?: readonly number[];
  /** First and last instant, or least and greatest number of a list. */
  readonly range?: readonly [string, string];
  readonly top?: readonly (readonly [value: string, count: number])[];
  /** Least, mean and greatest length in bytes. */
  readonly lengths?: readonly [number, number, number];
  /** Least and greatest number of values in a row, where it is not always one. */
  readonly valency?: readonly [number, number];
}

/** Counts over the same cells for every data set (`null` where it has no such column). */
export type PageChart =
  | {
      readonly kind: "bins";
      readonly edges: readonly number[];
      readonly counts: readonly (readonly number[] | null)[];
      readonly time?: true;
    }
  | {
      readonly kind: "values";
      readonly labels: readonly string[];
      readonly counts: readonly (readonly number[] | null)[];
      /** Values beyond those listed. */
      readonly others: readonly (number | null)[];
      /** Cumulative counts at ranks 1, 2, 4, 8, … of each data set's own values. */
      readonly ranks: readonly (readonly number[] | null)[];
    };
