import type { Column, Frame } from "@millrace/program";
import { countOf } from "#kernel";
import type { Anomaly } from "../anomalies/model.ts";
import { validateStatistics } from "../anomalies/validate-statistics.ts";
import { jensenShannon } from "../drift/binned/binned-distances.ts";
import { binPair } from "../drift/binned/binned-pair.ts";
import { type ColumnSample, sampleOf } from "../drift/column-sample.ts";
import { compareWindows } from "../drift/compare-windows.ts";
import type { Schema } from "../schema/model.ts";
import { computeStatistics } from "../statistics/compute-statistics.ts";
import type { PageAnomaly, PageColumn, ProfilePage } from "./model.ts";
import { nonUniformity, pageChart } from "./page-chart.ts";
import { type Most, pageFigures } from "./page-figures.ts";
import { type ShownDataset, shownDatasets } from "./page-slices.ts";
import { shortText, sixDigits } from "./short-values.ts";

/** A data set of a profile report. */
export interface ProfiledDataset {
  readonly name: string;
  readonly frame: Frame;
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
  const statistics = datasets.map(({ frame }) =>
    computeStatistics(frame, weight === undefined || frame.rows === 0 ? {} : { weight }),
  );
  // A schema speaks of all columns and of rows that count alike.
  const anomalies = given.flatMap(({ frame }, dataset) =>
    against === undefined
      ? []
      : validateStatistics(weight === undefined ? statistics[dataset]! : computeStatistics(frame), against.schema, {
          frame,
          ...(against.environment !== undefined && { environment: against.environment }),
        }).map((anomaly) => ({ feature: anomaly.feature, shown: pageAnomaly(anomaly, dataset) })),
  );
  const names = [...new Set(given.flatMap(({ frame }) => [...frame.columns.keys()]))].filter((name) => name !== weight);
  const drift = driftedTests(given, weight);
  // Beyond some hundred columns the values of each take too many bytes to list them at length.
  const most = names.length * datasets.length > 400 ? { values: 8, length: 40 } : { values: 20, length: 80 };
  const byColumn = statistics.map(({ columns }) => new Map(columns.map((column) => [column.name, column])));
  const columns = names.map((name): PageColumn => {
    const figures = datasets.map(({ frame, weights }, i) => {
      const found = byColumn[i]!.get(name);
      return found === undefined ? null : pageFigures(found, frame.columns.get(name), most, weights);
    });
    const shown = anomalies.filter(({ feature }) => feature === name).map((one) => one.shown);
    return { ...describe(name, datasets, most), name, figures, anomalies: shown, ...drift.get(name) };
  });
  const known = new Set(names);
  return {
    title,
    ...(weight !== undefined && { weight }),
    datasets: datasets.map(({ name, frame, weights, sliceOf }) => ({
      name,
      rows: frame.rows,
      columns: frame.columns.size,
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

function describe(
  name: string,
  datasets: readonly ShownDataset[],
  most: Most,
): Pick<PageColumn, "type" | "chart" | "distances" | "nonUniformity"> {
  const columns = datasets.map(({ frame }) => frame.columns.get(name));
  const first = columns.find((column) => column !== undefined)!;
  const type = typeWord(first);
  if (first.type === "vector") return { type, nonUniformity: 0 };
  const samples = columns.map((column, i) =>
    column === undefined || column.type === "vector"
      ? null
      : sampleOf(column, datasets[i]!.frame.rows, datasets[i]!.weights),
  );
  const alike = samples.map((sample) => (sample?.kind === samples.find((one) => one !== null)?.kind ? sample : null));
  const chart = pageChart(first.type, alike, most);
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

function typeWord(column: Column): PageColumn["type"] {
  const words = {
    string: "STRING",
    bool: "BOOL",
    vector: "VECTOR",
    number: "FLOAT",
    integer: "INT",
    timestamp: "TIMESTAMP",
  };
  return words[column.type] as PageColumn["type"];
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
  weight: string | undefined,
): Map<string, { drifted: string[][] }> {
  const found = new Map<string, { drifted: string[][] }>();
  for (const [i, { frame }] of others.entries()) {
    if (first!.frame.rows === 0 || frame.rows === 0) continue;
    const options = weight === undefined ? {} : { weight };
    for (const { name, test, drifted } of compareWindows(first!.frame, frame, options).columns) {
      if (!drifted) continue;
      const one = found.get(name) ?? { drifted: others.map(() => []) };
      found.set(name, one);
      one.drifted[i]!.push(test);
    }
  }
  return found;
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
      rows: `${countOf(offendingRows ?? rows.length, "row")}, such as ${rows.join(", ")}`,
    }),
    ...(suggestion !== undefined && { suggestion }),
  };
}
