import type { Column, Frame } from "@millrace/program";
import type { Anomaly } from "../anomalies/model.ts";
import { validateStatistics } from "../anomalies/validate-statistics.ts";
import { jensenShannon } from "../drift/binned/binned-distances.ts";
import { binPair } from "../drift/binned/binned-pair.ts";
import { type ColumnSample, sampleOf } from "../drift/column-sample.ts";
import { compareWindows } from "../drift/compare-windows.ts";
import type { Schema } from "../schema/model.ts";
import { computeStatistics } from "../statistics/compute-statistics.ts";
import type { ColumnStatistics } from "../statistics/model.ts";
import type { PageAnomaly, PageColumn, PageFigures, ProfilePage } from "./model.ts";
import { nonUniformity, pageChart } from "./page-chart.ts";
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

/** What the report shows of one or more data sets, and of their anomalies against a schema. */
export function profilePage(
  title: string,
  datasets: readonly ProfiledDataset[],
  against: ProfileSchema | undefined,
): ProfilePage {
  const statistics = datasets.map(({ frame }) => computeStatistics(frame));
  const anomalies = datasets.flatMap(({ frame }, dataset) =>
    against === undefined
      ? []
      : validateStatistics(statistics[dataset]!, against.schema, {
          frame,
          ...(against.environment !== undefined && { environment: against.environment }),
        }).map((anomaly) => ({ feature: anomaly.feature, shown: pageAnomaly(anomaly, dataset) })),
  );
  const names = [...new Set(datasets.flatMap(({ frame }) => [...frame.columns.keys()]))];
  const drift = driftedTests(datasets);
  // Beyond some hundred columns the values of each take too many bytes to list them at length.
  const most = names.length * datasets.length > 400 ? { values: 8, length: 40 } : { values: 20, length: 80 };
  const byColumn = statistics.map(({ columns }) => new Map(columns.map((column) => [column.name, column])));
  const columns = names.map((name): PageColumn => {
    const figures = datasets.map(({ frame }, i) => {
      const found = byColumn[i]!.get(name);
      return found === undefined ? null : pageFigures(found, frame.columns.get(name), most);
    });
    const shown = anomalies.filter(({ feature }) => feature === name).map((one) => one.shown);
    return { ...describe(name, datasets, most), name, figures, anomalies: shown, ...drift.get(name) };
  });
  const known = new Set(names);
  return {
    title,
    datasets: datasets.map(({ name, frame }) => ({ name, rows: frame.rows, columns: frame.columns.size })),
    // A column that the schema asks for and no data set has is said at the top.
    anomalies: anomalies
      .filter(({ feature }) => feature === null || !known.has(feature))
      .map(({ feature, shown }) => (feature === null ? shown : { ...shown, short: `${feature}: ${shown.short}` })),
    columns,
  };
}

type Most = { readonly values: number; readonly length: number };

function describe(
  name: string,
  datasets: readonly ProfiledDataset[],
  most: Most,
): Pick<PageColumn, "type" | "chart" | "distance" | "nonUniformity"> {
  const columns = datasets.map(({ frame }) => frame.columns.get(name));
  const first = columns.find((column) => column !== undefined)!;
  const type = typeWord(first);
  if (first.type === "vector") return { type, nonUniformity: 0 };
  const samples = columns.map((column, i) =>
    column === undefined || column.type === "vector" ? null : sampleOf(column, datasets[i]!.frame.rows),
  );
  const alike = samples.map((sample) => (sample?.kind === samples.find((one) => one !== null)?.kind ? sample : null));
  const chart = pageChart(first.type, alike, most);
  const distance = furthest(alike);
  const cells = chart?.kind === "bins" ? chart.counts.find((counts) => counts !== null) : undefined;
  const own = alike.find((sample) => sample !== null);
  return {
    type,
    ...(chart !== undefined && { chart }),
    ...(distance !== null && { distance: sixDigits(distance) }),
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

/** The greatest distance of another data set from the first. */
function furthest([first, ...others]: readonly (ColumnSample | null)[]): number | null {
  if (first == null || first.size === 0) return null;
  const distances = others.flatMap((other) => {
    if (other === null || other.size === 0) return [];
    const pair = binPair(first, other, 10);
    return [jensenShannon(pair.reference, pair.current, first.size, other.size)];
  });
  return distances.length === 0 ? null : Math.max(...distances);
}

function driftedTests([first, ...others]: readonly ProfiledDataset[]): Map<string, { drifted: string[] }> {
  const found = new Map<string, { drifted: string[] }>();
  for (const { frame } of others) {
    if (first!.frame.rows === 0 || frame.rows === 0) continue;
    for (const { name, test, drifted } of compareWindows(first!.frame, frame).columns) {
      if (!drifted) continue;
      const tests = found.get(name)?.drifted ?? [];
      if (!tests.includes(test)) found.set(name, { drifted: [...tests, test] });
    }
  }
  return found;
}

function pageFigures(statistics: ColumnStatistics, column: Column | undefined, most: Most): PageFigures {
  const { type, present, missing, zeros, nans, unique, mean, std, quantiles, topValues, earliest, latest } = statistics;
  const infinities = (statistics.negativeInfinities ?? 0) + (statistics.positiveInfinities ?? 0);
  const lengths = lengthsOf(statistics, column);
  const varies = statistics.minValues !== 1 || statistics.maxValues !== 1;
  const isTime = type === "TIMESTAMP";
  return {
    type,
    present,
    missing,
    ...(zeros !== undefined && !isTime && { zeros }),
    ...(nans !== undefined && { nans }),
    ...(infinities > 0 && { infinities }),
    ...(unique !== undefined && { unique }),
    ...(mean !== undefined && !isTime && { mean: sixDigits(mean) }),
    ...(std !== undefined && !isTime && { std: sixDigits(std) }),
    ...(quantiles !== undefined && { quantiles }),
    ...(earliest !== undefined && latest !== undefined && { range: [earliest, latest] as const }),
    ...(topValues !== undefined && {
      top: topValues.slice(0, most.values).map(({ value, count }) => [shortText(value, most.length), count] as const),
    }),
    ...(lengths !== undefined && { lengths }),
    ...(present > 0 && varies && { valency: [statistics.minValues, statistics.maxValues] as const }),
  };
}

function lengthsOf(statistics: ColumnStatistics, column: Column | undefined): PageFigures["lengths"] {
  const { avgLength, minLength, maxLength } = statistics;
  if (avgLength === undefined) return undefined;
  if (minLength !== undefined && maxLength !== undefined) return [minLength, sixDigits(avgLength), maxLength];
  if (column?.type !== "string") return undefined;
  let least = Infinity;
  let greatest = 0;
  for (const code of new Set(column.codes)) {
    if (code < 0) continue;
    const length = Buffer.byteLength(column.levels[code]!);
    least = Math.min(least, length);
    greatest = Math.max(greatest, length);
  }
  return [least, sixDigits(avgLength), greatest];
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
      rows: `${offendingRows ?? rows.length} rows, such as ${rows.join(", ")}`,
    }),
    ...(suggestion !== undefined && { suggestion }),
  };
}
