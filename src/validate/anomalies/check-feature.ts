import { featureType } from "../schema/infer-schema.ts";
import type { Feature, FeatureType, Schema } from "../schema/model.ts";
import type { ColumnStatistics } from "../statistics/model.ts";
import { checkDefinition } from "./check-definition.ts";
import { checkDomain } from "./check-domain.ts";
import type { Finding } from "./model.ts";

const unchecked = ["PLANNED", "ALPHA", "DEPRECATED", "DEBUG_ONLY", "DISABLED"];

/** Features that are planned, retired or switched off are not checked. */
export function isDeprecated(feature: Feature): boolean {
  return feature.deprecated === true || unchecked.includes(feature.lifecycleStage ?? "");
}

export function isInEnvironment(feature: Feature, schema: Schema, environment: string | undefined): boolean {
  if (environment === undefined || feature.inEnvironment?.includes(environment)) return true;
  if (feature.notInEnvironment?.includes(environment)) return false;
  return schema.defaultEnvironment?.includes(environment) ?? false;
}

export function isRequired(feature: Feature): boolean {
  return (feature.presence?.minCount ?? 0) > 0 || (feature.presence?.minFraction ?? 0) > 0;
}

/** Everything that a column's statistics say against its feature, in the reference's order of checks. */
export function checkFeature(
  column: ColumnStatistics,
  feature: Feature,
  schema: Schema,
  rows: number,
  environment: string | undefined,
  compat: boolean,
): Finding[] {
  const { findings, usable } = checkDefinition(feature, schema, compat);
  if (usable === null) return findings;
  if (column.present === 0) {
    if (isRequired(usable))
      findings.push(dropped("FEATURE_TYPE_NOT_PRESENT", "The feature was not present in any examples."));
    return findings;
  }
  if (!isInEnvironment(usable, schema, environment)) {
    const long = `New column ${column.name} found in data but not in the environment ${environment} in the schema.`;
    return [...findings, { type: "SCHEMA_NEW_COLUMN", short: "Column missing in environment", long }];
  }
  findings.push(...checkLength(column, usable), ...checkPresence(column, usable, rows));
  const dataType = featureType(column);
  if (dataType !== usable.type) findings.push(unexpectedType(column, dataType, usable.type!));
  findings.push(...checkDomain(column, dataType, usable, schema), ...checkUnique(column, usable, compat));
  if (usable.validationDerivedSource !== undefined && usable.lifecycleStage !== "VALIDATION_DERIVED") {
    const text = "Derived feature has wrong lifecycle.";
    findings.push({ type: "DERIVED_FEATURE_BAD_LIFECYCLE", short: text, long: text });
  }
  return findings;
}

function dropped(type: Finding["type"], long: string): Finding {
  return {
    type,
    short: "Column dropped",
    long,
    suggestion: "Find out why the source no longer gives the column, or lower its `presence`.",
  };
}

function unexpectedType(column: ColumnStatistics, actual: FeatureType, expected: FeatureType): Finding {
  const got = column.type === "STRING" ? "STRING" : actual;
  return {
    type: "UNEXPECTED_DATA_TYPE",
    short: "Unexpected data type",
    long: `Expected data of type: ${expected} but got ${got}`,
    suggestion: "Correct the values that changed the column's type, or change `type` in the schema.",
  };
}

function checkLength({ minValues, maxValues, missing }: ColumnStatistics, { valueCount, shape }: Feature): Finding[] {
  const findings: Finding[] = [];
  if (valueCount?.min !== undefined && minValues < valueCount.min)
    findings.push({
      type: "FEATURE_TYPE_LOW_NUMBER_VALUES",
      short: "Missing values",
      long: "Some examples have fewer values than expected.",
    });
  if (valueCount?.max !== undefined && maxValues > valueCount.max)
    findings.push({
      type: "FEATURE_TYPE_HIGH_NUMBER_VALUES",
      short: "Superfluous values",
      long: "Some examples have more values than expected.",
    });
  if (shape !== undefined) {
    const size = (shape.dim ?? []).reduce((product, dim) => product * (dim.size ?? 1), 1);
    const invalid = (long: string) =>
      findings.push({ type: "INVALID_FEATURE_SHAPE", short: "Feature shape dropped", long });
    if (missing > 0 || minValues !== maxValues)
      invalid(
        "The feature has a shape, but it's not always present (if the feature is nested, then it should always be present at each nested level) or its value lengths vary.",
      );
    else if (size !== minValues)
      invalid(`The feature has fixed value length ${minValues} but it's not compatible with the specified shape.`);
  }
  return findings;
}

function checkPresence({ present, missing }: ColumnStatistics, { presence }: Feature, rows: number): Finding[] {
  const findings: Finding[] = [];
  const fewer = "The feature was present in fewer examples than expected";
  if (presence?.minCount !== undefined && present < presence.minCount)
    findings.push(
      dropped("FEATURE_TYPE_LOW_NUMBER_PRESENT", `${fewer}: minimum count = ${presence.minCount}, actual = ${present}`),
    );
  const fraction = present / rows;
  const minFraction = presence?.minFraction ?? 0;
  if (fraction < minFraction || (minFraction === 1 && missing > 0)) {
    // With very many rows the two fractions print alike; the count says what is wrong.
    const hidden = fraction.toFixed(6) === minFraction.toFixed(6) && minFraction === 1;
    findings.push(
      dropped(
        "FEATURE_TYPE_LOW_FRACTION_PRESENT",
        hidden
          ? `The feature was expected everywhere, but was missing in ${missing} examples.`
          : `${fewer}: minimum fraction = ${minFraction.toFixed(6)}, actual = ${fraction.toFixed(6)}`,
      ),
    );
  }
  return findings;
}

function checkUnique({ type, unique }: ColumnStatistics, { uniqueConstraints }: Feature, compat: boolean): Finding[] {
  if (uniqueConstraints === undefined) return [];
  if (type !== "STRING" || unique === undefined) {
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
