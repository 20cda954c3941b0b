import type { Column, Frame } from "@millrace/program";
import type { Anomaly } from "../anomalies/model.ts";
import { validateStatistics } from "../anomalies/validate-statistics.ts";
import { jensenShannon } from "../drift/binned/binned-distances.ts";
import { binPair } from "../drift/binned/binned-pair.ts";
import { type ColumnSample, sampleOf } from "../drift/column-sample.ts";
import { compareWindows } from "../drift/compare-windows.ts";
import { compareStatistics } from "../drift/statistics/compare-statistics.ts";
import { sampleOfStatistics } from "../drift/statistics/sample-of-statistics.ts";
import type { Schema } from "../schema/model.ts";
import { computeStatistics } from "../statistics/compute-statistics.ts";
import type { ColumnStatistics, DatasetStatistics } from "../statistics/model.ts";
import type { NestedColumn, NestedFrame } from "../statistics/nested/model.ts";
import type { PageAnomaly, PageColumn, ProfilePage } from "./model.ts";
import { nonUniformity, pageChart } from "./page-chart.ts";
import { type Most, pageFigures } from "./page-figures.ts";
import { type ShownDataset, shownDatasets } from "./page-slices.ts";
import { shortText, sixDigits } from "./short-values.ts";

/** A data set of a profile report. */
export interface ProfiledDataset {
  readonly name: string;
  readonly frame: NestedFrame;
  /** Of rows that are not at hand; `frame` then holds none of their columns. */
  readonly statistics?: DatasetStatistics;
  /** Columns to slice by that are not shown. */
  readonly marks?: ReadonlyMap<string, NestedColumn>;
}

export interface ProfileSchema {
  readonly schema: Schema;
  readonly environment?: string;
}

/** How the rows of every data set are weighed and cut. */
export interface ProfileView {
  readonly weight?: string | undefined;
  readonly slices?: readonly (readonly string[])[] | undefined;
}

/** What the report shows of one or more data sets, their slices, and their anomalies against a schema. */
export function profilePage(
  title: string,
  given: readonly ProfiledDataset[],
  against: ProfileSchema | undefined,
  { weight, slices = [] }: ProfileView = {},
): ProfilePage {
  const datasets = shownDatasets(given, weight, slices);
  const statistics = datasets.map(
    ({ frame, statistics: known }) =>
      known ?? computeStatistics(frame, weight === undefined || frame.rows === 0 ? {} : { weight }),
  );
  // A schema speaks of all columns and of rows that count alike.
  const anomalies = given.flatMap(({ frame }, dataset) =>
    against === undefined
      ? []
      : validateStatistics(weight === undefined ? statistics[dataset]! : computeStatistics(frame), against.schema, {
          ...(given[dataset]!.statistics === undefined && { frame }),
          ...(against.environment !== undefined && { environment: against.environment }),
        }).map((anomaly) => ({ feature: anomaly.feature, shown: pageAnomaly(anomaly, dataset) })),
  );
  const names = [
    ...new Set(statistics.slice(0, given.length).flatMap(({ columns }) => columns.map(({ name }) => name))),
  ];
  const drift = driftedTests(given, statistics, weight);
  // Beyond some hundred columns the values of each take too many bytes to list them at length.
  const most = names.length * datasets.length > 400 ? { values: 8, length: 40 } : { values: 20, length: 80 };
  const byColumn = statistics.map(({ columns }) => new Map(columns.map((column) => [column.name, column])));
  const columns = names.map((name): PageColumn => {
    const held = datasets.map((dataset, i) => ({ ...dataset, column: byColumn[i]!.get(name) }));
    const figures = held.map(({ frame, weights, column }) =>
      column === undefined ? null : pageFigures(column, flat(frame.columns.get(name)), most, weights),
    );
    const shown = anomalies.filter(({ feature }) => feature === name).map((one) => one.shown);
    return { ...describe(name, held, most), name, figures, anomalies: shown, ...drift.get(name) };
  });
  const known = new Set(names);
  return {
    title,
    ...(weight !== undefined && { weight }),
    datasets: datasets.map(({ name, frame, weights, sliceOf }, i) => ({
      name,
      rows: frame.rows,
      columns: given[sliceOf ?? i]!.statistics?.columns.length ?? frame.columns.size,
      ...(weights !== undefined && { weight: sixDigits(weights.reduce((sum, one) => sum + one, 0)) }),
      ...(sliceOf !== undefined && { sliceOf }),
    })),
    // A column that the schema asks for and no data set has is said at the top.
    anomalies: anomalies
      .filter(({ feature }) => feature === null || !known.has(feature))
      .map(({ feature, shown }) => (feature === null ? shown : { ...shown, short: `${feature}: ${shown.short}` })),
    columns,
  };
}

type HeldColumn = ShownDataset & { readonly column: ColumnStatistics | undefined };

function describe(
  name: string,
  held: readonly HeldColumn[],
  most: Most,
): Pick<PageColumn, "type" | "chart" | "distances" | "nonUniformity"> {
  const { type } = held.find(({ column }) => column !== undefined)!.column!;
  if (type === "VECTOR" || type === "STRUCT") return { type, nonUniformity: 0 };
  const samples = samplesOf(name, held);
  const alike = samples.map((sample) => (sample?.kind === samples.find((one) => one !== null)?.kind ? sample : null));
  const chart = pageChart(chartTypes[type], alike, most);
  const distances = distancesFromFirst(alike);
  const cells = chart?.kind === "bins" ? chart.counts.find((counts) => counts !== null) : undefined;
  const own = alike.find((sample) => sample !== null);
  return {
    type,
    ...(chart !== undefined && { chart }),
    ...(distances.some((distance) => distance !== null) && { distances }),
    nonUniformity: sixDigits(nonUniformity(cells ?? own?.levels.values() ?? [])),
  };
}

const chartTypes = {
  STRING: "string",
  BYTES: "string",
  BOOL: "bool",
  FLOAT: "number",
  INT: "integer",
  TIMESTAMP: "timestamp",
} as const;

/** Of rows where every data set has them as single values, else of statistics: like is compared with like. */
function samplesOf(name: string, held: readonly HeldColumn[]): (ColumnSample | null)[] {
  const rows = held.map(({ frame }) => flat(frame.columns.get(name)));
  if (held.every(({ column }, i) => column === undefined || rows[i] !== undefined))
    return rows.map((column, i) =>
      column === undefined ? null : sampleOf(column, held[i]!.frame.rows, held[i]!.weights),
    );
  return held.map(({ column, frame }) => (column === undefined ? null : sampleOfStatistics(column, frame.rows)));
}

type FlatColumn = Exclude<Column, { type: "vector" }>;

/** A column of single values. */
function flat(column: NestedColumn | undefined): FlatColumn | undefined {
  if (column === undefined || ["list", "struct", "bytes", "vector"].includes(column.type)) return undefined;
  return column as FlatColumn;
}

/** Of each data set after the first, how far it is from the first. */
function distancesFromFirst([first, ...others]: readonly (ColumnSample | null)[]): (number | null)[] {
  return others.map((other) => {
    if (first == null || first.size === 0 || other === null || other.size === 0) return null;
    const pair = binPair(first, other, 10);
    return sixDigits(jensenShannon(pair.reference, pair.current, first.size, other.size));
  });
}

function driftedTests(
  [first, ...others]: readonly ProfiledDataset[],
  [before, ...after]: readonly DatasetStatistics[],
  weight: string | undefined,
): Map<string, { drifted: string[][] }> {
  const found = new Map<string, { drifted: string[][] }>();
  for (const [i, other] of others.entries()) {
    if (first!.frame.rows === 0 || other.frame.rows === 0) continue;
    const [a, b] = [first!, other].map(plainFrame);
    const report =
      a !== undefined && b !== undefined
        ? compareWindows(a, b, weight === undefined ? {} : { weight })
        : compareStatistics(before!, after[i]!);
    for (const { name, test, drifted } of report.columns) {
      if (!drifted) continue;
      const one = found.get(name) ?? { drifted: others.map(() => []) };
      found.set(name, one);
      one.drifted[i]!.push(test);
    }
  }
  return found;
}

/** The rows of a data set, where they are at hand and hold single values. */
function plainFrame({ frame, statistics }: ProfiledDataset): Frame | undefined {
  const nested = [...frame.columns.values()].some(({ type }) => ["list", "struct", "bytes"].includes(type));
  return statistics !== undefined || nested ? undefined : (frame as Frame);
}

function pageAnomaly(anomaly: Anomaly, dataset: number): PageAnomaly {
  const { severity, short, long, examples, offendingRows, suggestion } = anomaly;
  const rows = (examples ?? [])
    .slice(0, 3)
    .map(({ row, value }) => `${row} (${value === null ? "missing" : shortText(String(value), 40)})`);
  return {
    dataset,
    severity,
    short,
    long: shortText(long, 400),
    ...(rows.length > 0 && {
      rows: rowWords(rows, offendingRows ?? rows.length),
    }),
    ...(suggestion !== undefined && { suggestion }),
  };
}

function rowWords(rows: readonly string[], count: number): string {
  const named = `${rows.length === 1 ? "row" : "rows"} ${rows.join(", ")}`;
  return count > rows.length ? `${named} and ${count - rows.length} more` : named;
}
