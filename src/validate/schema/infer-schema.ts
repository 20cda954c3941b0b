import { z } from "zod";
import { parseOptions } from "#kernel";
import { compareBytes } from "../statistics/compare-bytes.ts";
import type { ColumnStatistics, DatasetStatistics } from "../statistics/model.ts";
import type { Feature, FeatureType, Schema, StringDomain } from "./model.ts";
import { schemaFromText } from "./schema-text.ts";

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
  const feature = inferFeatures(statistics.columns, [], resolved, domains);
  return { feature, ...(domains.length > 0 && { stringDomain: domains }) };
}

/** Features of the columns right under a structure (or of the data set), with those under them. */
function inferFeatures(
  columns: readonly ColumnStatistics[],
  above: readonly string[],
  options: z.output<typeof inferSchemaOptionsSchema>,
  domains: StringDomain[],
): Feature[] {
  const within = columns.filter((column) => {
    const path = stepsOf(column);
    return path.length > above.length && above.every((step, index) => path[index] === step);
  });
  return within
    .filter((column) => stepsOf(column).length === above.length + 1 && !isCombined(column))
    .map((column) => {
      const path = stepsOf(column);
      const feature = inferFeature(column, options, domains);
      if (column.type !== "STRUCT") return feature;
      return { ...feature, structDomain: { feature: inferFeatures(within, path, options, domains) } };
    });
}

const stepsOf = ({ path, name }: ColumnStatistics): readonly string[] => path ?? [name];

/** Statistics of a sparse or weighted feature are not those of a column. */
const isCombined = ({ custom = [], present, missing }: ColumnStatistics) =>
  present === 0 && missing === 0 && custom.some(({ name }) => /^missing_(value|index|weight)$/.test(name));

/** One feature as its column suggests it; a new domain of texts goes to `domains`. */
export function inferFeature(
  column: ColumnStatistics,
  options: z.output<typeof inferSchemaOptionsSchema>,
  domains: StringDomain[],
): Feature {
  return {
    name: stepsOf(column).at(-1)!,
    ...inferLengths(column, options.inferFeatureShape),
    type: featureType(column),
    ...inferDomain(column, options, domains),
    presence: {
      ...(column.missing === 0 && column.present > 0 && { minFraction: 1 }),
      minCount: column.present > 0 ? 1 : 0,
    },
    ...(column.derivedBy !== undefined && {
      lifecycleStage: "VALIDATION_DERIVED",
      validationDerivedSource: { deriverName: column.derivedBy },
    }),
  };
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

/** How many values a row holds: a shape where that never varies, else a range for each nest level. */
export function inferLengths(
  column: ColumnStatistics,
  inferShape: boolean,
): Pick<Feature, "shape" | "valueCount" | "valueCounts"> {
  const levels = column.levels !== undefined && column.levels.length > 0 ? column.levels : [column];
  const fixed = levels.every(
    ({ missing, minValues, maxValues }) => missing === 0 && minValues === maxValues && minValues > 0,
  );
  if (inferShape && fixed && column.type !== "STRUCT")
    return { shape: { dim: levels.map(({ minValues }) => ({ size: minValues })) } };
  const ranges = levels.map(({ minValues, maxValues }) =>
    minValues === 0 ? {} : minValues === maxValues ? { min: minValues, max: maxValues } : { min: 1 },
  );
  if (levels.length > 1) return { valueCounts: { valueCount: ranges } };
  return column.minValues === 0 ? {} : { valueCount: ranges[0]! };
}

function inferDomain(
  column: ColumnStatistics,
  { maxStringDomainSize, inferRanges, compat }: z.output<typeof inferSchemaOptionsSchema>,
  domains: StringDomain[],
): Partial<Feature> {
  const { type, min, max } = column;
  const semantic = column.custom?.find(({ name }) => name === "domain_info")?.str;
  if (semantic !== undefined) return schemaFromText(`feature { ${semantic} }`).feature![0]!;
  if (type === "BYTES" || type === "STRUCT" || (column.invalidUtf8 ?? 0) > 0) return {};
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
  const own = stepsOf(column).join(".");
  let name = own;
  for (let suffix = 2; domains.some((domain) => domain.name === name); suffix++) name = `${own}${suffix}`;
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
