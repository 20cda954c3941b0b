import { z } from "zod";
import { parseOptions } from "#kernel";
import { compareBytes } from "../statistics/compare-bytes.ts";
import type { ColumnStatistics, DatasetStatistics } from "../statistics/model.ts";
import type { Feature, FeatureType, Schema, StringDomain } from "./model.ts";

export const inferSchemaOptionsSchema = z.object({
  maxStringDomainSize: z.int().min(0).default(100).describe("A text column with more different values gets no domain."),
  inferFeatureShape: z.boolean().default(true).describe("Whether a column without missing values gets a fixed shape."),
  inferRanges: z.boolean().default(false).describe("Whether numbers get a domain with the range that was seen."),
  compat: z.literal("tfdv").optional().describe("Infer as the reference does where Millrace differs on purpose."),
});
export type InferSchemaOptions = z.input<typeof inferSchemaOptionsSchema>;

/**
 * The schema that the statistics suggest: type, presence, shape and domain of each column.
 *
 * ```ts
 * const columns = [{ name: "age", type: "INT", present: 2, missing: 0, minValues: 1, maxValues: 1, min: 27, max: 45 }] as const;
 * inferSchema({ rows: 2, columns }).feature?.[0]?.type; // "INT"
 * ```
 *
 * Missing: a column with a missing value is not required everywhere. Timestamps are integers with a time domain.
 * Source: TensorFlow Data Validation 1.16.1, `infer_schema`; unlike it, a whole-number column that is always 1 is no
 * boolean (`compat: "tfdv"` makes it one).
 */
export function inferSchema(statistics: DatasetStatistics, options: InferSchemaOptions = {}): Schema {
  const resolved = parseOptions(inferSchemaOptionsSchema, options, "schema inference");
  const domains: StringDomain[] = [];
  const feature = statistics.columns.map((column): Feature => {
    const domain = inferDomain(column, resolved, domains);
    return {
      name: column.name,
      ...lengthConstraint(column, resolved.inferFeatureShape),
      type: featureType(column),
      ...domain,
      presence: {
        ...(column.missing === 0 && column.present > 0 && { minFraction: 1 }),
        minCount: column.present > 0 ? 1 : 0,
      },
    };
  });
  return { feature, ...(domains.length > 0 && { stringDomain: domains }) };
}

/** The schema's word for a column's type. */
export function featureType(column: ColumnStatistics): FeatureType {
  switch (column.type) {
    case "FLOAT":
    case "VECTOR":
      return "FLOAT";
    case "STRING":
    case "BYTES":
      return "BYTES";
    case "STRUCT":
      return "STRUCT";
    default:
      return "INT";
  }
}

function lengthConstraint(column: ColumnStatistics, inferShape: boolean): Pick<Feature, "shape" | "valueCount"> {
  const { minValues, maxValues } = column;
  if (minValues === 0) return {};
  if (inferShape && column.missing === 0 && minValues === maxValues) return { shape: { dim: [{ size: minValues }] } };
  return { valueCount: minValues === maxValues ? { min: minValues, max: maxValues } : { min: 1 } };
}

function inferDomain(
  column: ColumnStatistics,
  { maxStringDomainSize, inferRanges, compat }: z.output<typeof inferSchemaOptionsSchema>,
  domains: StringDomain[],
): Partial<Feature> {
  const { type, min, max } = column;
  if (type === "BOOL") return { boolDomain: {} };
  if (type === "TIMESTAMP") return { timeDomain: { integerFormat: "UNIX_MICROSECONDS" } };
  if (type === "INT" && min !== undefined && min >= 0 && max === 1 && (min === 0 || compat === "tfdv"))
    return { boolDomain: {} };
  if (type === "STRING") return inferTextDomain(column, maxStringDomainSize, domains);
  if (!inferRanges || min === undefined || max === undefined) return {};
  return type === "INT" ? { intDomain: { min, max } } : type === "FLOAT" ? { floatDomain: { min, max } } : {};
}

const trueTexts = ["TRUE", "true", "SET", "set", "1", ""];
const falseTexts = ["FALSE", "false", "CLEAR", "clear", "0"];

function inferTextDomain(column: ColumnStatistics, limit: number, domains: StringDomain[]): Partial<Feature> {
  const values = (column.rankedValues ?? []).map(({ value }) => value);
  const unique = column.unique ?? values.length;
  if (unique === 0) return {};
  const trueValue = values.find((value) => trueTexts.includes(value));
  const falseValue = values.find((value) => falseTexts.includes(value));
  const recognized = (trueValue === undefined ? 0 : 1) + (falseValue === undefined ? 0 : 1);
  if (unique <= 2 && recognized === unique)
    return {
      boolDomain: { ...(trueValue !== undefined && { trueValue }), ...(falseValue !== undefined && { falseValue }) },
    };
  if (unique === values.length && values.every(isWholeNumber)) return { intDomain: {} };
  if (unique > limit) return {};
  let name = column.name;
  for (let suffix = 2; domains.some((domain) => domain.name === name); suffix++) name = `${column.name}${suffix}`;
  domains.push({ name, value: values.toSorted(compareBytes) });
  return { domain: name };
}

/** Whether a text reads as a whole number of 64 bits. */
export function isWholeNumber(text: string): boolean {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) return false;
  if (text.length < 19) return true;
  const value = BigInt(text.trim().replace(/^\+/, ""));
  return value >= -(2n ** 63n) && value < 2n ** 63n;
}
