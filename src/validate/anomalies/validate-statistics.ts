import type { Column, Frame } from "@millrace/program";
import { z } from "zod";
import { knownNames, MillraceError, parseOptions } from "#kernel";
import type { Schema } from "../schema/model.ts";
import type { ColumnStatistics, DatasetStatistics } from "../statistics/model.ts";
import type { NestedFrame } from "../statistics/nested/model.ts";
import { checkSparse, checkWeighted, nameCollision } from "./checks/check-combined.ts";
import { checkDataset } from "./checks/check-dataset.ts";
import { checkFeature, missingColumn, newColumn } from "./checks/check-feature.ts";
import { type ComparedColumn, type ControlData, compareFeature } from "./checks/compare-features.ts";
import { isDeprecated, isInEnvironment, isRequired, pathKey, placedFeatures, stepsOf } from "./checks/feature-paths.ts";
import { type Anomaly, anomalyTypes, type DriftSkew, type Finding, type Validation } from "./model.ts";
import { findExamples } from "./rows/find-examples.ts";
import { suggestionFor } from "./suggest.ts";

/** Another data set that a schema compares with: its statistics, and its rows for distances on shared bins. */
export interface ControlDataset {
  readonly statistics: DatasetStatistics;
  readonly frame?: Frame;
}

const control = (what: string) => z.custom<ControlDataset>().optional().describe(what);

export const validationOptionsSchema = z.object({
  environment: z.string().optional().describe("Check as in this environment of the schema."),
  frame: z.custom<Frame | NestedFrame>().optional().describe("The rows, to name the offending ones."),
  exampleLimit: z.int().min(0).default(10).describe("How many offending rows to list for each anomaly."),
  severities: z
    .partialRecord(z.enum(anomalyTypes), z.enum(["ERROR", "WARNING"]))
    .default({})
    .describe("Severity by type of anomaly."),
  previous: control("The span before, for drift and the number of rows."),
  previousVersion: control("The version before, for the number of rows."),
  serving: control("What is served, for skew."),
  compat: z.literal("tfdv").optional().describe("Keep the reference's quirks."),
});
export type ValidationOptions = z.input<typeof validationOptionsSchema>;

/**
 * Everything in which data differ from their schema; an empty list when they keep to it.
 *
 * ```ts
 * const schema = schemaFromText('feature { name: "age" type: INT presence { min_count: 1 } }');
 * validateStatistics({ rows: 2, columns: [] }, schema)[0]?.long; // "Column is completely missing"
 * ```
 *
 * As `validateDataset`, without the distances.
 */
export function validateStatistics(
  statistics: DatasetStatistics,
  schema: Schema,
  options: ValidationOptions = {},
): readonly Anomaly[] {
  return validateDataset(statistics, schema, options).anomalies;
}

/**
 * What validation says of a data set: its anomalies, and the distances to other data sets that the schema asks for.
 *
 * ```ts
 * const schema = schemaFromText('feature { name: "age" type: INT presence { min_count: 1 } }');
 * validateDataset({ rows: 2, columns: [] }, schema).ok; // false
 * ```
 *
 * Shapes: in the schema's order, then new columns in the data's, then the data set's own. Every severity is ERROR
 * unless `severities` says otherwise. With `frame` the anomalies that rows cause carry `examples`, `offendingRows`, `sql`.
 * Errors: VALIDATE_ENVIRONMENT_UNKNOWN: when the schema does not declare the environment.
 * Source: TensorFlow Data Validation 1.16.1, `validate_statistics`: its types, texts and order of checks; what is
 * different on purpose is in docs/reference/anomalies.md, and `compat: "tfdv"` takes it back.
 */
export function validateDataset(
  statistics: DatasetStatistics,
  schema: Schema,
  options: ValidationOptions = {},
): Validation {
  const resolved = parseOptions(validationOptionsSchema, options, "validation");
  const { environment, exampleLimit, severities, previous, previousVersion, serving } = resolved;
  const frame: NestedFrame | undefined = resolved.frame;
  const flat = frame && flatColumns(frame);
  const compat = resolved.compat === "tfdv";
  checkEnvironment(schema, environment);
  const anomalies: Anomaly[] = [];
  const measured: DriftSkew[] = [];
  const add = (name: string | null, finding: Finding) => {
    const { suggestion = suggestionFor(finding.type), ...rest } = finding;
    anomalies.push({
      feature: name,
      severity: (name === null && compat ? undefined : severities[finding.type]) ?? "ERROR",
      ...rest,
      ...(frame !== undefined && findExamples({ ...finding, feature: name }, schema, frame, exampleLimit)),
      ...(suggestion !== undefined && { suggestion }),
    });
  };
  const done = (): Validation => ({
    ok: !anomalies.some(({ severity }) => severity === "ERROR"),
    anomalies,
    driftSkew: measured,
  });
  if (statistics.rows === 0) {
    add(null, { type: "DATA_MISSING", short: "No data", long: "The data set has no rows." });
    return done();
  }
  const here = weigh(statistics);
  const columns = new Map(here.columns.map((column) => [pathKey(stepsOf(column)), column]));
  const find = (control: ControlDataset | undefined, column: ColumnStatistics) =>
    sideOf(control, pathKey(stepsOf(column)));
  const rows = here.rows;
  const placed = placedFeatures(schema);
  for (const { path, feature } of placed) {
    if (isDeprecated(feature)) continue;
    const column = columns.get(pathKey(path));
    const name = path.join(".");
    if (column === undefined) {
      if (isRequired(feature) && isInEnvironment(feature, schema, environment)) add(name, missingColumn);
      continue;
    }
    const compare = (usable: typeof feature) => {
      const controls: ControlData[] = [];
      if (previous !== undefined) controls.push({ kind: "drift", control: find(previous, column) });
      if (serving !== undefined) controls.push({ kind: "skew", control: find(serving, column) });
      const compared = compareFeature(
        sideOf({ statistics: here, ...(flat && { frame: flat }) }, pathKey(path))!,
        controls,
        usable,
        compat,
      );
      measured.push(...compared.measured);
      return compared.findings;
    };
    const context = { schema, rows, environment, compat, compare };
    for (const finding of checkFeature(column, feature, context)) add(name, finding);
  }
  const known = new Set(placed.map(({ path }) => pathKey(path)));
  for (const finding of checkCombined(schema, columns, known)) add(finding.name, finding.finding);
  const newOnes = new Set<string>();
  for (const column of here.columns) {
    const steps = stepsOf(column);
    const key = pathKey(steps);
    const inNew = steps.some((_, index) => index > 0 && newOnes.has(pathKey(steps.slice(0, index))));
    if (known.has(key) && !inNew) continue;
    newOnes.add(key);
    if (!inNew && !isCombined(schema, key)) add(column.name, newColumn);
  }
  if (!compat) for (const name of doubled(placed.map(({ path }) => pathKey(path)))) add(name, twice(name));
  const before = {
    span: previous && weigh(previous.statistics).rows,
    version: previousVersion && weigh(previousVersion.statistics).rows,
  };
  for (const finding of checkDataset(rows, schema, before, compat)) add(null, finding);
  return done();
}

/** The columns whose rows hold single values: those that distances are measured on. */
function flatColumns({ rows, columns }: NestedFrame): Frame {
  const flat = [...columns].filter(
    (entry): entry is [string, Column] => !["list", "struct", "bytes"].includes(entry[1].type),
  );
  return { rows, columns: new Map(flat) };
}

export function checkEnvironment(schema: Schema, environment: string | undefined): void {
  const environments = schema.defaultEnvironment ?? [];
  if (environment === undefined || environments.includes(environment)) return;
  throw new MillraceError("VALIDATE_ENVIRONMENT_UNKNOWN", {
    message: `The schema has no environment "${environment}" (${knownNames(environment, environments)}).`,
    next: "Name one of the schema's default environments, or add this one to the schema.",
    facts: { environment, known: environments },
  });
}

/** Statistics in which everything that is counted counts with its weight, where rows have weights; else the same. */
export function weigh(statistics: DatasetStatistics): DatasetStatistics {
  if (statistics.weightedRows === undefined) return statistics;
  return {
    ...statistics,
    rows: statistics.weightedRows,
    columns: statistics.columns.map((column) => {
      if (column.weighted === undefined) return column;
      const { present, missing, totalValues, rankedValues, histogram, quantileHistogram } = column.weighted;
      return {
        ...column,
        present,
        missing,
        totalValues,
        ...(rankedValues && { rankedValues }),
        ...(histogram && { histogram }),
        ...(quantileHistogram && { quantileHistogram }),
      };
    }),
  };
}

function sideOf(control: ControlDataset | undefined, key: string): ComparedColumn | undefined {
  if (control === undefined) return undefined;
  const column = weigh(control.statistics).columns.find((one) => pathKey(stepsOf(one)) === key);
  if (column === undefined) return undefined;
  const held = control.frame?.columns.get(column.name);
  return { column, ...(held !== undefined && control.frame && { rows: { column: held, count: control.frame.rows } }) };
}

function isCombined(schema: Schema, key: string): boolean {
  const names = [...(schema.sparseFeature ?? []), ...(schema.weightedFeature ?? [])].map(({ name }) => name ?? "");
  return names.some((name) => pathKey([name]) === key);
}

/** Sparse and weighted features: made of columns, with statistics of their own. */
function checkCombined(
  schema: Schema,
  columns: ReadonlyMap<string, ColumnStatistics>,
  features: ReadonlySet<string>,
): { name: string; finding: Finding }[] {
  const found: { name: string; finding: Finding }[] = [];
  const kinds = [
    { kind: "Sparse", of: schema.sparseFeature ?? [], check: checkSparse },
    { kind: "Weighted", of: schema.weightedFeature ?? [], check: checkWeighted },
  ] as const;
  const taken = new Set(features);
  for (const { kind, of, check } of kinds)
    for (const feature of of) {
      if (isDeprecated(feature)) continue;
      const name = feature.name ?? "";
      const key = pathKey([name]);
      const column = columns.get(key);
      if (taken.has(key)) found.push({ name, finding: nameCollision(kind) });
      else if (column !== undefined) found.push(...check(column).map((finding) => ({ name, finding })));
      taken.add(key);
    }
  return found;
}

function doubled(names: readonly string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(names.filter((name) => name !== "''" && seen.size === seen.add(name).size));
}

function twice(name: string): Finding {
  const short = `The schema has the feature ${name} twice`;
  return {
    type: "INVALID_SCHEMA_SPECIFICATION",
    short,
    long: `${short}; each is checked, and they may contradict each other.`,
  };
}
