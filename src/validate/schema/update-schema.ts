import { z } from "zod";
import { parseOptions } from "#kernel";
import { checkDefinition } from "../anomalies/checks/check-definition.ts";
import { levelsOf } from "../anomalies/checks/check-lengths.ts";
import { isDeprecated, pathKey, stepsOf } from "../anomalies/checks/feature-paths.ts";
import type { Anomaly, AnomalyType } from "../anomalies/model.ts";
import { validateDataset } from "../anomalies/validate-statistics.ts";
import type { ColumnStatistics, DatasetStatistics } from "../statistics/model.ts";
import { domainFields, jsonName } from "./fields.ts";
import { fixDomain } from "./fix-domain.ts";
import { inferFeature, inferLengths, inferSchemaOptionsSchema } from "./infer-schema.ts";
import type { Feature, Schema, StringDomain } from "./model.ts";

export const updateSchemaOptionsSchema = z.object({
  environment: z.string().optional().describe("Update as in this environment of the schema."),
  maxStringDomainSize: z.int().min(0).default(100).describe("A new text column with more values gets no domain."),
  anomalies: z
    .custom<readonly Pick<Anomaly, "feature" | "type">[]>()
    .optional()
    .describe("Only these anomalies, as validation gave them; default: all that validation finds."),
  compat: z.literal("tfdv").optional().describe("Where a type clashes, retire the feature as the reference does."),
});
export type UpdateSchemaOptions = z.input<typeof updateSchemaOptionsSchema>;

/**
 * The schema changed so that the data keep to it: domains and bounds widened, new columns added, columns that are gone
 * retired. Nothing else of the schema changes.
 *
 * ```ts
 * const schema = schemaFromText('feature { name: "age" type: INT int_domain { max: 99 } }');
 * const age = { name: "age", type: "INT", present: 2, missing: 0, minValues: 1, maxValues: 1, min: 3, max: 100 } as const;
 * updateSchema(schema, { rows: 2, columns: [age] }).feature?.[0]?.intDomain?.max; // 100
 * ```
 *
 * Errors: VALIDATE_ENVIRONMENT_UNKNOWN: when the schema does not declare the environment.
 * Source: TensorFlow Data Validation 1.16.1, `update_schema`; unlike it, a column of another type changes the feature's
 * type instead of retiring it, and named anomalies of the data set as a whole are accepted, too.
 */
export function updateSchema(schema: Schema, statistics: DatasetStatistics, options: UpdateSchemaOptions = {}): Schema {
  const { environment, maxStringDomainSize, anomalies, compat } = parseOptions(
    updateSchemaOptionsSchema,
    options,
    "schema update",
  );
  const found =
    anomalies ??
    validateDataset(statistics, schema, {
      ...(environment !== undefined && { environment }),
      ...(compat && { compat }),
    }).anomalies;
  const draft: Draft = {
    schema,
    domains: [...(schema.stringDomain ?? [])],
    types: new Map(),
    columns: new Map(statistics.columns.map((column) => [stepsOf(column).join("."), column])),
    statistics,
    environment,
    compat: compat === "tfdv",
    maxStringDomainSize,
  };
  for (const { feature, type } of found) {
    const name = feature ?? "";
    draft.types.set(name, [...(draft.types.get(name) ?? []), type]);
  }
  const feature = updateFeatures(schema.feature ?? [], [], draft);
  const retire = <T extends { readonly name?: string }>(features: readonly T[] | undefined) =>
    features?.map((one) => (draft.types.has(one.name ?? "") ? { ...one, lifecycleStage: "DEPRECATED" } : one));
  const updated: Schema = {
    ...schema,
    ...((schema.feature !== undefined || feature.length > 0) && { feature }),
    ...(draft.domains.length > 0 && { stringDomain: draft.domains }),
    ...(schema.sparseFeature && { sparseFeature: retire(schema.sparseFeature)! }),
    ...(schema.weightedFeature && { weightedFeature: retire(schema.weightedFeature)! }),
  };
  return anomalies === undefined ? updated : { ...updated, ...updateConstraints(updated, draft) };
}

interface Draft {
  readonly schema: Schema;
  /** The schema's text domains, grown while features are updated. */
  readonly domains: StringDomain[];
  readonly types: Map<string, AnomalyType[]>;
  readonly columns: ReadonlyMap<string, ColumnStatistics>;
  readonly statistics: DatasetStatistics;
  readonly environment: string | undefined;
  readonly compat: boolean;
  readonly maxStringDomainSize: number;
}

function updateFeatures(features: readonly Feature[], above: readonly string[], draft: Draft): Feature[] {
  const updated = features.map((feature) => {
    const path = [...above, feature.name ?? ""];
    const mended = updateFeature(feature, path.join("."), draft);
    if (mended.structDomain === undefined || isDeprecated(mended)) return mended;
    const { feature: inner = [] } = mended.structDomain;
    return { ...mended, structDomain: { ...mended.structDomain, feature: updateFeatures(inner, path, draft) } };
  });
  const known = new Set(features.map(({ name }) => name));
  for (const column of draft.statistics.columns) {
    const path = stepsOf(column);
    const here = path.length === above.length + 1 && above.every((step, index) => path[index] === step);
    if (here && !known.has(path.at(-1)!) && draft.types.get(path.join("."))?.includes("SCHEMA_NEW_COLUMN") === true)
      updated.push(newFeature(column, draft));
  }
  return updated;
}

function newFeature(column: ColumnStatistics, draft: Draft): Feature {
  const { maxStringDomainSize } = draft;
  const options = inferSchemaOptionsSchema.parse({
    maxStringDomainSize,
    inferFeatureShape: false,
    ...(draft.compat && { compat: "tfdv" }),
  });
  const feature = inferFeature(column, options, draft.domains);
  if (column.type !== "STRUCT") return feature;
  const path = stepsOf(column);
  const inner = draft.statistics.columns.filter(
    (one) => stepsOf(one).length === path.length + 1 && pathKey(stepsOf(one).slice(0, -1)) === pathKey(path),
  );
  return { ...feature, structDomain: { feature: inner.map((one) => newFeature(one, draft)) } };
}

const retired = { lifecycleStage: "DEPRECATED" } as const;

function updateFeature(given: Feature, name: string, draft: Draft): Feature {
  const types = draft.types.get(name);
  if (types === undefined) return given;
  const column = draft.columns.get(name);
  const { usable } = checkDefinition(given, draft.schema, draft.compat);
  if (usable === null || column === undefined || types.includes("FEATURE_TYPE_NOT_PRESENT"))
    return { ...given, ...retired };
  const faulty = types.some((type) => /^(INVALID_(SCHEMA|DOMAIN)|DOMAIN_INVALID|FEATURE_MISSING)/.test(type));
  let feature = faulty ? usable : given;
  for (const type of types) feature = fixFeature(feature, type, column, draft);
  return feature;
}

function fixFeature(feature: Feature, type: AnomalyType, column: ColumnStatistics, draft: Draft): Feature {
  const { statistics, environment, compat } = draft;
  switch (type) {
    case "SCHEMA_NEW_COLUMN":
      return environment === undefined ? feature : intoEnvironment(feature, draft.schema, environment);
    case "FEATURE_TYPE_LOW_NUMBER_PRESENT":
      return { ...feature, presence: { ...feature.presence, minCount: column.present } };
    case "FEATURE_TYPE_LOW_FRACTION_PRESENT": {
      const inner = stepsOf(column).length > 1;
      const fraction = column.present / (inner ? column.present + column.missing : statistics.rows);
      return { ...feature, presence: { ...feature.presence, minFraction: fraction < 1 ? fraction : 0.9999 } };
    }
    case "FEATURE_TYPE_LOW_NUMBER_VALUES":
    case "FEATURE_TYPE_HIGH_NUMBER_VALUES":
      return widenLengths(feature, column);
    case "VALUE_NESTEDNESS_MISMATCH":
      return { ...without(feature, "valueCount", "valueCounts"), ...inferLengths(column, false) };
    case "INVALID_FEATURE_SHAPE":
      return without(feature, "shape");
    case "UNEXPECTED_DATA_TYPE": {
      if (compat) return { ...feature, ...retired };
      const options = inferSchemaOptionsSchema.parse({ maxStringDomainSize: draft.maxStringDomainSize });
      const {
        name: _,
        presence: __,
        shape: ___,
        valueCount: ____,
        ...inferred
      } = inferFeature(column, options, draft.domains);
      return { ...without(feature, ...domainFields.map(jsonName)), ...inferred };
    }
    case "FEATURE_TYPE_LOW_UNIQUE":
      return { ...feature, uniqueConstraints: { ...feature.uniqueConstraints, min: column.unique ?? 0 } };
    case "FEATURE_TYPE_HIGH_UNIQUE":
      return { ...feature, uniqueConstraints: { ...feature.uniqueConstraints, max: column.unique ?? 0 } };
    case "FEATURE_TYPE_NO_UNIQUE":
      return without(feature, "uniqueConstraints");
    case "DERIVED_FEATURE_BAD_LIFECYCLE":
      return { ...feature, lifecycleStage: "VALIDATION_DERIVED" };
    case "DERIVED_FEATURE_INVALID_SOURCE":
      return {
        ...feature,
        lifecycleStage: "VALIDATION_DERIVED",
        validationDerivedSource: { deriverName: column.derivedBy ?? "" },
      };
    default:
      return fixDomain(feature, type, column, draft.domains);
  }
}

function intoEnvironment(feature: Feature, schema: Schema, environment: string): Feature {
  const others = (feature.notInEnvironment ?? []).filter((one) => one !== environment);
  const rest = without(feature, "notInEnvironment");
  const kept = others.length > 0 ? { ...rest, notInEnvironment: others } : rest;
  if (schema.defaultEnvironment?.includes(environment) && feature.inEnvironment === undefined) return kept;
  return { ...kept, inEnvironment: [...(feature.inEnvironment ?? []), environment] };
}

function widenLengths(feature: Feature, column: ColumnStatistics): Feature {
  const levels = levelsOf(column);
  const widened = (range: { readonly min?: number; readonly max?: number }, index: number) => {
    const { minValues, maxValues } = levels[index]!;
    const { min, max, ...rest } = range;
    const low = min === undefined ? undefined : Math.min(min, minValues);
    return {
      ...rest,
      ...(low !== undefined && low > 0 && { min: low }),
      ...(max !== undefined && { max: Math.max(max, maxValues) }),
    };
  };
  if (feature.valueCounts !== undefined)
    return { ...feature, valueCounts: { valueCount: (feature.valueCounts.valueCount ?? []).map(widened) } };
  return feature.valueCount === undefined ? feature : { ...feature, valueCount: widened(feature.valueCount, 0) };
}

/** The same without some of its fields. */
export function without<T extends object>(given: T, ...keys: readonly string[]): T {
  return Object.fromEntries(Object.entries(given).filter(([key]) => !keys.includes(key))) as T;
}

function updateConstraints({ datasetConstraints }: Schema, { types, statistics }: Draft): Partial<Schema> {
  const found = types.get("") ?? [];
  if (datasetConstraints === undefined) return {};
  const rows = statistics.weightedRows ?? statistics.rows;
  const dropped = found.some((type) => /^COMPARATOR_(LOW|HIGH)_NUM_EXAMPLES$/.test(type))
    ? without(datasetConstraints, "numExamplesDriftComparator", "numExamplesVersionComparator")
    : datasetConstraints;
  return {
    datasetConstraints: {
      ...dropped,
      ...(found.includes("DATASET_LOW_NUM_EXAMPLES") && { minExamplesCount: rows }),
      ...(found.includes("DATASET_HIGH_NUM_EXAMPLES") && { maxExamplesCount: rows }),
    },
  };
}
