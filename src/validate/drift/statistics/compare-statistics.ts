import { MillraceError, parseOptions, randomStream } from "#kernel";
import type { ColumnStatistics, DatasetStatistics } from "../../statistics/model.ts";
import { bucketCells } from "../binned/bucket-pair.ts";
import type { ColumnSample } from "../column-sample.ts";
import { namedColumns, refuseEmptyWindow, summarize } from "../compare-windows.ts";
import { type DriftOptions, driftOptionsSchema, type ResolvedDriftOptions } from "../drift-options.ts";
import { chooseTests } from "../drift-tests.ts";
import { judge, type Measured } from "../judge.ts";
import type { DriftColumn, DriftMeasurement, DriftReport, DriftTest } from "../model.ts";
import { tfdvColumns } from "../tfdv/tfdv-columns.ts";
import { namesEveryLevel, sampleOfStatistics } from "./sample-of-statistics.ts";

/**
 * As `compareWindows`, of statistics whose rows are gone.
 *
 * ```ts
 * const of = (missing: number) => ({ rows: 1000, columns: [{ name: "age", type: "INT" as const, present: 1000 - missing, missing, minValues: 1, maxValues: 1 }] });
 * compareStatistics(of(10), of(200)).drifted; // true: missingShare
 * ```
 *
 * Texts are compared level by level, as their rows would be, and numbers in quantile bins of the reference's cells, each of
 * which lies whole in one bin. Statistics of other makers have no cells: numbers are then compared in the reference's
 * quantile histogram, between whose edges the current rows are dealt evenly. What looks at single values (ks, wasserstein,
 * outsideBand) has no value and says so.
 * Errors: those of `compareWindows`.
 */
export function compareStatistics(
  reference: DatasetStatistics,
  current: DatasetStatistics,
  options: Omit<DriftOptions, "weight" | "slices"> = {},
): DriftReport {
  const resolved = parseOptions(driftOptionsSchema, options, "drift");
  if (resolved.compat === "evidently")
    throw new MillraceError("VALIDATE_DRIFT_TEST_UNKNOWN", {
      message: "Evidently's methods look at rows, and statistics hold none.",
      next: "Name the data instead of their statistics, or leave --compat evidently out.",
      facts: { compat: "evidently" },
    });
  const rows = { reference: reference.rows, current: current.rows };
  refuseEmptyWindow(rows.reference, "reference");
  refuseEmptyWindow(rows.current, "current");
  const [before, after] = [byName(reference), byName(current)];
  const names = namedColumns([...before.keys()], [...after.keys()], resolved);
  const tests = chooseTests(resolved.tests, resolved.compat);
  const found: DriftColumn[] = [];
  const measured: Measured[] = [];
  for (const name of names) {
    const [a, b] = [before.get(name), after.get(name)];
    if (a?.type === "STRUCT" || a?.type === "VECTOR") continue;
    const pair = a && b && ([sampleOfStatistics(a, rows.reference), sampleOfStatistics(b, rows.current)] as const);
    const reason = incomparable(a, b, pair);
    if (reason !== null)
      found.push({ name, test: "columnType", value: null, threshold: 0, drifted: true, detail: { reason } });
    else if (resolved.compat === "tfdv")
      found.push(...tfdvColumns(name, ...pair!, resolved.tests, resolved.thresholds));
    else for (const test of tests) measured.push(...measure(name, test, ...pair!, resolved));
  }
  found.push(...judge(measured, resolved));
  return summarize(found, names, resolved.driftShare, rows);
}

const byName = ({ columns }: DatasetStatistics) => new Map(columns.map((column) => [column.name, column]));

function incomparable(
  a: ColumnStatistics | undefined,
  b: ColumnStatistics | undefined,
  pair: readonly [ColumnSample, ColumnSample] | undefined,
): string | null {
  if (pair === undefined) return `the ${a === undefined ? "reference" : "current"} window has no such column`;
  // A column without a single value has no type of its own.
  if (a!.present === 0 || b!.present === 0) return null;
  return pair[0].kind === pair[1].kind ? null : `the column was ${a!.type} and is ${b!.type}`;
}

const ofRows = new Set(["ks", "wasserstein", "outsideBand"]);

function measure(
  name: string,
  test: DriftTest,
  reference: ColumnSample,
  current: ColumnSample,
  { tests, bins, bandWidth, shuffles, seed }: ResolvedDriftOptions,
): Measured[] {
  if (!test.traits.types.includes(reference.kind)) return [];
  const reason = untold(test, reference, current, bins);
  // What the usual tests cannot tell is left out; what was asked for by name says why.
  if (reason !== null && ofRows.has(test.name) && !tests.includes(test.name)) return [];
  const measurement: DriftMeasurement =
    reason === null
      ? test.compare(reference, current, {
          bins,
          bandWidth,
          shuffles,
          random: randomStream(seed, `drift/${name}/${test.name}`),
        })
      : { value: null, expected: 0, spread: 0, pValue: null, detail: { reason } };
  return [{ name, test: test.name, measurement }];
}

function untold(test: DriftTest, reference: ColumnSample, current: ColumnSample, bins: number): string | null {
  if (Math.min(reference.rows, current.rows) < test.traits.minRows)
    return `fewer than ${test.traits.minRows} rows in a window`;
  if (test.name === "missingShare") return null;
  if (ofRows.has(test.name)) return "statistics hold no rows";
  if (test.name === "newLevels")
    return namesEveryLevel(reference) && namesEveryLevel(current) ? null : "the statistics do not name every value";
  if (reference.kind === "categorical") return null;
  if (reference.buckets === undefined || current.buckets === undefined) return "the statistics hold no histogram";
  return bucketCells(reference.buckets, current.buckets, bins) === undefined
    ? "the buckets of the statistics hold too few edges in common"
    : null;
}
