import type { Feature, Schema } from "../../schema/model.ts";
import type { ColumnStatistics } from "../../statistics/model.ts";
import { checkFeature, type FeatureContext, missingColumn, newColumn } from "../checks/check-feature.ts";
import { isDeprecated, isInEnvironment, isRequired } from "../checks/feature-paths.ts";
import type { Finding } from "../model.ts";
import { checkEnvironment } from "../validate-statistics.ts";
import { exampleSchema } from "./example-schema.ts";
import { quickPass } from "./quick-pass.ts";

/** One row as a program or a request gives it; a list is a column of several values. */
export type ExampleRow = Readonly<Record<string, unknown>>;

/** What is wrong with one row. */
export interface ExampleAnomaly extends Finding {
  readonly feature: string;
}

/**
 * A check of single rows against a schema, compiled once: what validation would say of a data set of that one row.
 *
 * ```ts
 * const schema = schemaFromText('feature { name: "age" type: INT int_domain { max: 99 } }');
 * exampleValidator(schema)({ age: 100 })[0]?.short; // "Out-of-range values"
 * ```
 *
 * Shapes: an empty list where the row keeps to the schema. Missing: null and undefined; a NaN is a value of a FLOAT.
 * What only many rows can tell (shares of missing, different values, distances) is not asked of one.
 * Errors: VALIDATE_ENVIRONMENT_UNKNOWN: when the schema does not declare the environment.
 */
export function exampleValidator(
  schema: Schema,
  options: { readonly environment?: string } = {},
): (row: ExampleRow) => readonly ExampleAnomaly[] {
  const { environment } = options;
  checkEnvironment(schema, environment);
  const held = exampleSchema(schema);
  const features = (held.feature ?? [])
    .filter((feature) => !isDeprecated(feature))
    .map((feature) => ({ feature, name: feature.name ?? "", passes: quickPass(feature, held, environment) }));
  const known = new Set(schema.feature?.map(({ name }) => name));
  const context: FeatureContext = { schema: held, rows: 1, environment, compat: false, compare: () => none };
  return (row) => {
    let found: ExampleAnomaly[] | undefined;
    const add = (feature: string, findings: readonly Finding[]) => {
      found ??= [];
      for (const finding of findings) found.push({ feature, ...finding });
    };
    for (const { feature, name, passes } of features) {
      const value = Object.hasOwn(row, name) ? row[name] : undefined;
      if (passes(value)) continue;
      if (value === undefined) {
        if (isRequired(feature) && isInEnvironment(feature, held, environment)) add(name, [missingColumn]);
        continue;
      }
      const findings = checkFeature(statisticsOfOne(name, value, feature), feature, context);
      if (findings.length > 0) add(name, findings);
    }
    for (const name in row) if (!known.has(name) && row[name] !== undefined) add(name, [newColumn]);
    return found ?? none;
  };
}

const none: readonly never[] = [];

/** The statistics of a column that holds one row. */
export function statisticsOfOne(name: string, value: unknown, feature: Feature | undefined): ColumnStatistics {
  const values = Array.isArray(value) ? value : undefined;
  const first = values === undefined ? value : values.find((one) => one !== null && one !== undefined);
  if (first === null || first === undefined)
    return { name, type: "STRING", present: 0, missing: 1, minValues: 0, maxValues: 0 };
  const count = values?.length ?? 1;
  const base = { name, present: 1, missing: 0, minValues: count, maxValues: count, totalValues: count };
  switch (typeof first) {
    case "number":
    case "bigint": {
      const numbers = values === undefined ? [Number(value)] : values.map(Number);
      return ofNumbers(base, numbers, feature);
    }
    case "boolean": {
      const ones = (values ?? [value]).filter((one) => one === true).length;
      const unique = ones > 0 && ones < count ? 2 : 1;
      return { ...base, type: "BOOL", min: ones === count ? 1 : 0, max: ones > 0 ? 1 : 0, unique };
    }
    default: {
      const texts = values === undefined ? [String(value)] : values.map(String);
      if (texts.length === 1)
        return { ...base, type: "STRING", unique: 1, rankedValues: [{ value: texts[0]!, count: 1 }] };
      const counts = new Map<string, number>();
      for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
      return {
        ...base,
        type: "STRING",
        unique: counts.size,
        rankedValues: Array.from(counts, ([text, times]) => ({ value: text, count: times })),
      };
    }
  }
}

type Base = Pick<ColumnStatistics, "name" | "present" | "missing" | "minValues" | "maxValues">;

function ofNumbers(base: Base, numbers: readonly number[], feature: Feature | undefined): ColumnStatistics {
  let [min, max, nans, low, high] = [Infinity, -Infinity, 0, 0, 0];
  let whole = true;
  for (const number of numbers) {
    if (Number.isNaN(number)) nans++;
    else if (number === Infinity) high++;
    else if (number === -Infinity) low++;
    else {
      if (number < min) min = number;
      if (number > max) max = number;
    }
    if (!Number.isInteger(number)) whole = false;
  }
  const type = whole && feature?.type !== "FLOAT" ? "INT" : "FLOAT";
  const finite = min <= max;
  return {
    ...base,
    type,
    unique: finite ? (min === max ? 1 : 2) : 0,
    ...(finite && { min, max, quantiles: [min, max] }),
    ...(nans > 0 && { nans }),
    ...(low > 0 && { negativeInfinities: low }),
    ...(high > 0 && { positiveInfinities: high }),
  };
}
