import type { Column } from "@millrace/program";
import { binPair } from "../../drift/binned/binned-pair.ts";
import { bucketCells, type ColumnBuckets } from "../../drift/binned/bucket-pair.ts";
import { type ColumnSample, sampleOf } from "../../drift/column-sample.ts";
import { sampleOfStatistics } from "../../drift/statistics/sample-of-statistics.ts";
import {
  alignHistograms,
  divergence,
  histogramDivergence,
  type TfdvHistogram,
} from "../../drift/tfdv/histogram-distance.ts";
import {
  infinityNorm,
  normalizedAbsoluteDifference,
  type ValueCounts,
  valueDivergence,
} from "../../drift/tfdv/value-distances.ts";
import type { Feature, FeatureComparator } from "../../schema/model.ts";
import type { ColumnStatistics } from "../../statistics/model.ts";
import type { DriftSkew, Finding } from "../model.ts";
import { sixDigits } from "./number-text.ts";

/** One side of a comparison: the column's statistics, and its rows where there are any. */
export interface ComparedColumn {
  readonly column: ColumnStatistics;
  readonly rows?: { readonly column: Column; readonly count: number };
}

/** What a data set is compared with. */
export interface ControlData {
  readonly kind: DriftSkew["kind"];
  /** `undefined` where the other data set lacks the column. */
  readonly control: ComparedColumn | undefined;
}

/** Distances that the feature asks for, in the reference's order, and the anomalies of those above their thresholds. */
export function compareFeature(
  current: ComparedColumn,
  controls: readonly ControlData[],
  feature: Feature,
  compat: boolean,
): { findings: Finding[]; measured: DriftSkew[] } {
  const findings: Finding[] = [];
  const measured: DriftSkew[] = [];
  for (const { kind, control } of controls) {
    const comparator = kind === "drift" ? feature.driftComparator : feature.skewComparator;
    if (comparator === undefined) continue;
    const [here, there] = kind === "drift" ? ["current", "previous"] : ["training", "serving"];
    const between = `between ${here} and ${there}`;
    if (control === undefined) {
      const long = `${there} data is missing.`;
      findings.push({ type: "COMPARATOR_CONTROL_DATA_MISSING", short: `${there} data missing`, long });
      continue;
    }
    for (const { measure, type, name, threshold, distance, tail } of distances(current, control, comparator, compat)) {
      measured.push({ feature: current.column.name, kind, measure, value: distance, threshold });
      if (distance > threshold)
        findings.push({
          type,
          short: `High ${name} ${between}`,
          long: `The ${name} ${between} is ${sixDigits(distance)} (up to six significant digits), above the threshold ${sixDigits(threshold)}.${tail}`,
        });
    }
  }
  return { findings, measured };
}

interface Measured {
  readonly measure: DriftSkew["measure"];
  readonly type: Finding["type"];
  readonly name: string;
  readonly threshold: number;
  readonly distance: number;
  readonly tail: string;
}

function distances(
  current: ComparedColumn,
  control: ComparedColumn,
  { infinityNorm: linf, normalizedAbsDifference: nad, jensenShannonDivergence: js }: FeatureComparator,
  compat: boolean,
): Measured[] {
  const found: Measured[] = [];
  const [a, b] = [countsOf(current), countsOf(control)];
  // The reference counts nothing of numbers and calls that no distance.
  const cells = compat || a.size > 0 || b.size > 0 ? undefined : numericCells(current, control);
  const values = (measure: (a: ValueCounts, b: ValueCounts) => { distance: number; value: string | null }) =>
    cells === undefined ? measure(a, b) : measure(cells[0], cells[1]);
  const tailOf = (value: string | null) => ` The feature value with maximum difference is: ${value ?? ""}`;
  if (linf?.threshold !== undefined) {
    const { distance, value } = values(infinityNorm);
    found.push({
      measure: "L_INFTY",
      type: "COMPARATOR_L_INFTY_HIGH",
      name: "Linfty distance",
      threshold: linf.threshold,
      distance,
      tail: tailOf(value),
    });
  }
  if (nad?.threshold !== undefined) {
    const { distance, value } = values(normalizedAbsoluteDifference);
    found.push({
      measure: "NORMALIZED_ABSOLUTE_DIFFERENCE",
      type: "COMPARATOR_NORMALIZED_ABSOLUTE_DIFFERENCE_HIGH",
      name: "normalized absolute difference",
      threshold: nad.threshold,
      distance,
      tail: tailOf(value),
    });
  }
  const distance = js?.threshold === undefined ? null : jensenShannon(current, control, js.source?.type, compat);
  if (distance !== null)
    found.push({
      measure: "JENSEN_SHANNON_DIVERGENCE",
      type: "COMPARATOR_JENSEN_SHANNON_DIVERGENCE_HIGH",
      name: "approximate Jensen-Shannon divergence",
      threshold: js!.threshold!,
      distance,
      tail: "",
    });
  return found;
}

function jensenShannon(
  current: ComparedColumn,
  control: ComparedColumn,
  source: string | undefined,
  compat: boolean,
): number | null {
  const [a, b] = [countsOf(current), countsOf(control)];
  if (a.size > 0 && b.size > 0) return valueDivergence(a, b);
  if (a.size > 0 || b.size > 0) return null;
  if (compat) {
    const kind = source === "QUANTILES" ? "quantileHistogram" : "histogram";
    const [p, q] = [histogramOf(current.column, kind), histogramOf(control.column, kind)];
    return p === undefined || q === undefined ? null : histogramDivergence(p, q);
  }
  const cells = numericCells(current, control);
  return cells === undefined
    ? null
    : divergence(Float64Array.from(cells[0].values()), Float64Array.from(cells[1].values()));
}

/**
 * Both sides of a numeric column in the same cells: quantile bins of the control's rows; where there are no rows, those of
 * its cells; where statistics hold none, what drift tests make of its histograms, and where these are too few, the buckets of both quantile histograms laid over each other.
 * NaN and missing are cells of their own.
 */
function numericCells(current: ComparedColumn, control: ComparedColumn): [ValueCounts, ValueCounts] | undefined {
  if (current.rows !== undefined && control.rows !== undefined) {
    const [reference, sample] = [control.rows, current.rows].map(({ column, count }) =>
      column.type === "vector" ? undefined : sampleOf(column, count),
    );
    return reference === undefined || sample === undefined ? undefined : countsOfPair(reference, sample);
  }
  if (current.column.cells !== undefined && control.column.cells !== undefined) {
    const sample = ({ column }: ComparedColumn) => sampleOfStatistics(column, column.present + column.missing);
    return countsOfPair(sample(control), sample(current));
  }
  const [a, b] = [histogramOf(current.column, "quantileHistogram"), histogramOf(control.column, "quantileHistogram")];
  if (a === undefined || b === undefined) return undefined;
  const cells = bucketCells(bucketsOf(control.column), bucketsOf(current.column), bins);
  const [p, q] =
    cells === undefined ? alignHistograms({ ...a, nans: 0 }, { ...b, nans: 0 }) : [cells.current, cells.reference];
  const counts = (mass: Float64Array, { nans = 0, missing }: ColumnStatistics) =>
    new Map([
      ...Array.from(mass, (count, cell): [string, number] => [cells?.labels[cell] ?? `cell ${cell + 1}`, count]),
      ["NaN", nans],
      ["missing", missing],
    ]);
  return [counts(p, current.column), counts(q, control.column)];
}

const bins = 10;

function countsOfPair(reference: ColumnSample, current: ColumnSample): [ValueCounts, ValueCounts] {
  const pair = binPair(reference, current, bins);
  const counts = (mass: Float64Array) => new Map(pair.labels.map((label, index) => [label, mass[index]!]));
  return [counts(pair.current), counts(pair.reference)];
}

const bucketsOf = ({ quantileHistogram = [], histogram = [] }: ColumnStatistics): ColumnBuckets => ({
  quantiles: quantileHistogram,
  equalWidth: histogram,
});

function countsOf({ column }: ComparedColumn): ValueCounts {
  const ranked = column.rankedValues ?? (column.type === "BOOL" ? column.topValues : undefined) ?? [];
  return new Map(ranked.map(({ value, count }) => [value, count]));
}

function histogramOf(column: ColumnStatistics, kind: "histogram" | "quantileHistogram"): TfdvHistogram | undefined {
  const buckets = column[kind];
  return buckets === undefined ? undefined : { buckets, nans: column.nans ?? 0 };
}
