import { timePatternOf } from "#dataset";
import { domainFields, jsonName } from "../../schema/fields.ts";
import { featureType } from "../../schema/infer-schema.ts";
import type { Feature, FeatureType, Schema } from "../../schema/model.ts";
import { schemaToText } from "../../schema/schema-text.ts";
import type { ColumnStatistics } from "../../statistics/model.ts";
import type { Finding } from "../model.ts";
import { checkDefinition } from "./check-definition.ts";
import { checkDomain, domainField } from "./check-domain.ts";
import { checkLengths, checkPresence, dropped } from "./check-lengths.ts";
import { checkSemantics, checkUnknownDomain } from "./check-semantics.ts";
import { isInEnvironment, isRequired } from "./feature-paths.ts";

export interface FeatureContext {
  readonly schema: Schema;
  readonly rows: number;
  readonly environment: string | undefined;
  readonly compat: boolean;
  /** Anomalies of the distances to other data sets. */
  readonly compare: (feature: Feature) => readonly Finding[];
}

/** Everything that a column's statistics say against its feature, in the reference's order of checks. */
export function checkFeature(column: ColumnStatistics, feature: Feature, context: FeatureContext): Finding[] {
  const { schema, rows, environment, compat, compare } = context;
  const { findings: ofDefinition, usable } = definitionOf(feature, schema, compat);
  const findings = [...ofDefinition];
  if (usable === null) return findings;
  if (column.present === 0) {
    if (isRequired(usable))
      findings.push({
        ...dropped,
        type: "FEATURE_TYPE_NOT_PRESENT",
        long: "The feature was not present in any examples.",
      });
    return findings;
  }
  if (!isInEnvironment(usable, schema, environment)) {
    const long = `New column ${column.name} found in data but not in the environment ${environment} in the schema.`;
    return [...findings, { type: "SCHEMA_NEW_COLUMN", short: "Column missing in environment", long }];
  }
  findings.push(...checkLengths(column, usable), ...checkPresence(column, usable, rows, compat));
  const dataType = featureType(column);
  if (dataType !== usable.type) findings.push(unexpectedType(column, dataType, usable));
  const ofBytes = checkBytes(column, usable, compat);
  findings.push(...(ofBytes.length > 0 ? ofBytes : checkValues(column, dataType, usable, context)));
  findings.push(...checkUnique(column, usable, compat), ...compare(usable));
  if (usable.validationDerivedSource !== undefined && usable.lifecycleStage !== "VALIDATION_DERIVED")
    findings.push(derived("DERIVED_FEATURE_BAD_LIFECYCLE", "Derived feature has wrong lifecycle."));
  if (usable.validationDerivedSource === undefined && column.derivedBy !== undefined)
    findings.push(derived("DERIVED_FEATURE_INVALID_SOURCE", "Derived source not set in schema."));
  return findings;
}

/** Features and schemas are never changed in place, so a definition is judged once: rows are many. */
const definitions = new WeakMap<
  Feature,
  { schema: Schema; compat: boolean; judged: ReturnType<typeof checkDefinition> }
>();

function definitionOf(feature: Feature, schema: Schema, compat: boolean): ReturnType<typeof checkDefinition> {
  const known = definitions.get(feature);
  if (known !== undefined && known.schema === schema && known.compat === compat) return known.judged;
  const judged = checkDefinition(feature, schema, compat);
  definitions.set(feature, { schema, compat, judged });
  return judged;
}

const derived = (type: Finding["type"], text: string): Finding => ({ type, short: text, long: text });

function unexpectedType(column: ColumnStatistics, actual: FeatureType, { type, timeDomain }: Feature): Finding {
  const text = column.type === "STRING";
  const found: Finding = {
    type: "UNEXPECTED_DATA_TYPE",
    short: "Unexpected data type",
    long: `Expected data of type: ${type!} but got ${text ? "STRING" : actual}`,
  };
  if (!text || timeDomain?.integerFormat !== "UNIX_MICROSECONDS") return found;
  const timePattern = timePatternOf(column.rankedValues ?? []);
  if (timePattern === undefined) return found;
  const suggestion = `Write every time as ${timePattern}, as most are, or set the other rows aside: --quarantine FILE --clean FILE`;
  return { ...found, timePattern, suggestion };
}

const fitsBytes = ["natural_language_domain", "image_domain", "url_domain", "time_of_day_domain"];

function checkBytes(column: ColumnStatistics, feature: Feature, compat: boolean): Finding[] {
  const domain = domainField(feature);
  if (column.type !== "BYTES" || domain === undefined || fitsBytes.includes(domain)) return [];
  const bare = Object.fromEntries(
    Object.entries(feature).filter(([key]) => !domainFields.some((name) => jsonName(name) === key)),
  );
  // The reference prints the feature after it has taken the domain away.
  const shown = compat
    ? schemaToText({ feature: [bare] })
        .slice("feature {\n".length, -"}\n".length)
        .replaceAll(/^ {2}/gm, "")
    : domain;
  const long = `Data is marked as BYTES with incompatible domain_info: ${shown}`;
  return [{ type: "DOMAIN_INVALID_FOR_TYPE", short: "Invalid domain type", long }];
}

const unknownToReference = ["time_of_day_domain", "audio_domain", "video_domain", "content_chunk_domain"];

function checkValues(
  column: ColumnStatistics,
  dataType: FeatureType,
  feature: Feature,
  { schema, compat }: FeatureContext,
): Finding[] {
  const domain = domainField(feature);
  if (domain === undefined) return checkUnknownDomain(column);
  if (compat && unknownToReference.includes(domain))
    return [{ type: "INVALID_DOMAIN_SPECIFICATION", short: "internal issue: unknown domain_info type", long: "" }];
  return [...checkDomain(column, dataType, feature, schema, compat), ...checkSemantics(column, feature)];
}

function checkUnique(column: ColumnStatistics, { uniqueConstraints }: Feature, compat: boolean): Finding[] {
  if (uniqueConstraints === undefined) return [];
  const { type, unique, rankedValues } = column;
  // The reference counts different values of texts and categories only; our counts of numbers are exact, too.
  const counted = compat ? type === "STRING" || rankedValues !== undefined : true;
  if (!counted || unique === undefined) {
    const long =
      "UniqueConstraints specified for the feature, but unique values were not counted (i.e., feature is not string or categorical).";
    return [{ type: "FEATURE_TYPE_NO_UNIQUE", short: "No unique values", long }];
  }
  const { min, max } = uniqueConstraints;
  const findings: Finding[] = [];
  if (min !== undefined && unique < min) {
    const long = `Expected at least ${min} unique values but found only ${unique}.`;
    findings.push({ type: "FEATURE_TYPE_LOW_UNIQUE", short: "Low number of unique values", long });
  }
  // The reference takes an unset maximum for 0, so that a minimum alone always fails.
  const limit = max ?? (compat ? 0 : Infinity);
  if (unique > limit) {
    const long = `Expected no more than ${limit} unique values but found ${unique}.`;
    findings.push({ type: "FEATURE_TYPE_HIGH_UNIQUE", short: "High number of unique values", long });
  }
  return findings;
}

export const missingColumn: Finding = {
  ...dropped,
  type: "SCHEMA_MISSING_COLUMN",
  long: "Column is completely missing",
};

export const newColumn: Finding = {
  type: "SCHEMA_NEW_COLUMN",
  short: "New column",
  long: "New column (column in data but not in schema)",
};
