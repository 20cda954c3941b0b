import type { Frame } from "@millrace/program";
import { z } from "zod";
import { knownNames, MillraceError, parseOptions } from "#kernel";
import type { Schema } from "../schema/model.ts";
import type { DatasetStatistics } from "../statistics/model.ts";
import { checkFeature, isDeprecated, isInEnvironment, isRequired } from "./check-feature.ts";
import { findExamples } from "./find-examples.ts";
import type { Anomaly, AnomalyType, Finding, Severity } from "./model.ts";

export const validationOptionsSchema = z.object({
  environment: z.string().optional().describe("Check as in this environment of the schema."),
  frame: z.custom<Frame>().optional().describe("The rows, to name the offending ones."),
  exampleLimit: z.int().min(0).default(10).describe("How many offending rows to list for each anomaly."),
  severities: z
    .record(z.string(), z.enum(["ERROR", "WARNING"]))
    .default({})
    .describe("Severity by type of anomaly."),
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
 * Shapes: in the schema's order, then new columns in the data's, then the data set's own. Every severity is ERROR
 * unless `severities` says otherwise. With `frame` the anomalies that rows cause carry `examples` and `offendingRows`.
 * Errors: VALIDATE_ENVIRONMENT_UNKNOWN: when the schema does not declare the environment.
 * Source: TensorFlow Data Validation 1.16.1, `validate_statistics`: its types, texts and order of checks. Unlike it, a
 * minimum of unique values alone has no maximum, a maximum of examples needs no minimum, the name of a missing domain
 * is told, and no rows at all is an anomaly (`compat: "tfdv"` keeps the first three).
 */
export function validateStatistics(
  statistics: DatasetStatistics,
  schema: Schema,
  options: ValidationOptions = {},
): Anomaly[] {
  const { environment, frame, exampleLimit, severities, compat } = parseOptions(
    validationOptionsSchema,
    options,
    "validation",
  );
  const environments = schema.defaultEnvironment ?? [];
  if (environment !== undefined && !environments.includes(environment))
    throw new MillraceError("VALIDATE_ENVIRONMENT_UNKNOWN", {
      message: `The schema has no environment "${environment}" (${knownNames(environment, environments)}).`,
      next: "Name one of the schema's default environments, or add this one to the schema.",
      facts: { environment, known: environments },
    });
  const severityOf = (type: AnomalyType): Severity => severities[type] ?? "ERROR";
  if (statistics.rows === 0) {
    const long = "The data set has no rows.";
    return [{ feature: null, type: "DATA_MISSING", severity: severityOf("DATA_MISSING"), short: "No data", long }];
  }
  const anomalies: Anomaly[] = [];
  const add = (name: string | null, finding: Finding) => {
    const column = name === null ? undefined : frame?.columns.get(name);
    const feature = schema.feature?.find((candidate) => candidate.name === name);
    const rows =
      frame === undefined || column === undefined
        ? undefined
        : findExamples(finding.type, feature, schema, column, frame, exampleLimit);
    anomalies.push({ feature: name, severity: severityOf(finding.type), ...finding, ...rows });
  };
  for (const feature of schema.feature ?? []) {
    if (isDeprecated(feature)) continue;
    const column = statistics.columns.find(({ name }) => name === feature.name);
    if (column !== undefined)
      for (const finding of checkFeature(column, feature, schema, statistics.rows, environment, compat === "tfdv"))
        add(column.name, finding);
    else if (isRequired(feature) && isInEnvironment(feature, schema, environment))
      add(feature.name ?? "", missingColumn);
  }
  const known = new Set(schema.feature?.map(({ name }) => name));
  for (const { name } of statistics.columns) if (!known.has(name)) add(name, newColumn);
  for (const finding of checkSize(statistics.rows, schema, compat === "tfdv")) add(null, finding);
  return anomalies;
}

const missingColumn: Finding = {
  type: "SCHEMA_MISSING_COLUMN",
  short: "Column dropped",
  long: "Column is completely missing",
  suggestion: "Bring the column back, or mark the feature as not required in the schema.",
};

const newColumn: Finding = {
  type: "SCHEMA_NEW_COLUMN",
  short: "New column",
  long: "New column (column in data but not in schema)",
  suggestion: "Add the column to the schema with `millrace data infer-schema`, or leave it out of the data.",
};

function checkSize(rows: number, { datasetConstraints }: Schema, compat: boolean): Finding[] {
  const { minExamplesCount: min, maxExamplesCount: max } = datasetConstraints ?? {};
  const has = `The dataset has ${rows} examples, which is`;
  if (min !== undefined && rows < min)
    return [
      { type: "DATASET_LOW_NUM_EXAMPLES", short: "Low num examples in dataset.", long: `${has} fewer than expected.` },
    ];
  if (max !== undefined && rows > max && (min !== undefined || !compat))
    return [
      { type: "DATASET_HIGH_NUM_EXAMPLES", short: "High num examples in dataset.", long: `${has} more than expected.` },
    ];
  return [];
}
