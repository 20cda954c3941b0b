import { floatOf } from "../anomalies/checks/check-domain.ts";
import { semanticDomain } from "../anomalies/checks/check-semantics.ts";
import type { AnomalyType } from "../anomalies/model.ts";
import { compareBytes } from "../statistics/compare-bytes.ts";
import type { ColumnStatistics } from "../statistics/model.ts";
import type { Feature, StringDomain, TokenConstraint } from "./model.ts";
import { schemaFromText } from "./schema-text.ts";

/** The feature with its domain changed so that the column's values lie in it; `domains` are the schema's own. */
export function fixDomain(
  feature: Feature,
  type: AnomalyType,
  column: ColumnStatistics,
  domains: StringDomain[],
): Feature {
  const { boolDomain: _, intDomain, floatDomain, ...rest } = feature;
  const range = rangeOf(column);
  switch (type) {
    case "ENUM_TYPE_UNEXPECTED_STRING_VALUES":
      return addValues(feature, column, domains);
    case "BOOL_TYPE_SMALL_INT":
    case "BOOL_TYPE_BIG_INT":
      return { ...rest, intDomain: range };
    case "BOOL_TYPE_UNEXPECTED_FLOAT":
      return { ...rest, floatDomain: range };
    case "INT_TYPE_SMALL_INT":
      return { ...feature, intDomain: { ...intDomain, min: range.min } };
    case "INT_TYPE_BIG_INT":
      return { ...feature, intDomain: { ...intDomain, max: range.max } };
    case "FLOAT_TYPE_SMALL_FLOAT":
      return { ...feature, floatDomain: { ...floatDomain, min: range.min } };
    case "FLOAT_TYPE_BIG_FLOAT":
      return { ...feature, floatDomain: { ...floatDomain, max: range.max } };
    case "FLOAT_TYPE_HAS_NAN":
      return { ...feature, floatDomain: { ...floatDomain, disallowNan: false } };
    case "FLOAT_TYPE_HAS_INF":
      return { ...feature, floatDomain: { ...floatDomain, disallowInf: false } };
    case "BOOL_TYPE_UNEXPECTED_STRING":
    case "ENUM_TYPE_INVALID_UTF8":
    case "INT_TYPE_NOT_INT_STRING":
    case "FLOAT_TYPE_STRING_NOT_FLOAT": {
      const { domain: _domain, stringDomain: _string, ...bare } = rest;
      return bare;
    }
    case "DOMAIN_INVALID_FOR_TYPE": {
      // A domain that does not fit its own feature is gone already; what is left does not fit the data.
      const { domain: _domain, stringDomain: _string, midDomain: _mid, timeDomain: _time, ...bare } = rest;
      return bare;
    }
    case "SEMANTIC_DOMAIN_UPDATE":
      return { ...feature, ...schemaFromText(`feature { ${semanticDomain(column) ?? ""} }`).feature?.[0] };
    default:
      return relaxSemantics(feature, type, column);
  }
}

function addValues(feature: Feature, column: ColumnStatistics, domains: StringDomain[]): Feature {
  const grown = (domain: StringDomain): StringDomain => {
    const known = new Set(domain.value ?? []);
    const added = (column.rankedValues ?? []).map(({ value }) => value).filter((value) => !known.has(value));
    return { ...domain, value: [...known, ...added.sort(compareBytes)] };
  };
  if (feature.stringDomain !== undefined) return { ...feature, stringDomain: grown(feature.stringDomain) };
  const at = domains.findIndex(({ name }) => name === feature.domain);
  if (at >= 0) domains[at] = grown(domains[at]!);
  return feature;
}

function rangeOf(column: ColumnStatistics): { min: number; max: number } {
  const texts = column.rankedValues;
  if (texts !== undefined) {
    const numbers = texts.map(({ value }) => floatOf(value)).filter((value) => !Number.isNaN(value));
    return {
      min: numbers.reduce((a, b) => Math.min(a, b), Infinity),
      max: numbers.reduce((a, b) => Math.max(a, b), -Infinity),
    };
  }
  return {
    min: (column.negativeInfinities ?? 0) > 0 ? -Infinity : (column.min ?? 0),
    max: (column.positiveInfinities ?? 0) > 0 ? Infinity : (column.max ?? 0),
  };
}

function relaxSemantics(feature: Feature, type: AnomalyType, column: ColumnStatistics): Feature {
  const { imageDomain, naturalLanguageDomain } = feature;
  if (type === "LOW_SUPPORTED_IMAGE_FRACTION") {
    const formats = column.custom?.find(({ name }) => name === "image_format_histogram")?.ranks ?? [];
    const count = (of: typeof formats) => of.reduce((sum, one) => sum + one.count, 0);
    const supported = formats.filter(({ value }) => ["bmp", "gif", "jpeg", "png"].includes(value));
    return {
      ...feature,
      imageDomain: { ...imageDomain, minimumSupportedImageFraction: count(supported) / count(formats) },
    };
  }
  if (type === "MAX_IMAGE_BYTE_SIZE_EXCEEDED")
    return { ...feature, imageDomain: { ...imageDomain, maxImageByteSize: column.maxLength ?? 0 } };
  const { language } = column;
  if (naturalLanguageDomain === undefined || language === undefined) return feature;
  const { coverage } = naturalLanguageDomain;
  if (type === "FEATURE_COVERAGE_TOO_LOW")
    return {
      ...feature,
      naturalLanguageDomain: { ...naturalLanguageDomain, coverage: { ...coverage, minCoverage: language.coverage } },
    };
  if (type === "FEATURE_COVERAGE_TOO_SHORT_AVG_TOKEN_LENGTH")
    return {
      ...feature,
      naturalLanguageDomain: {
        ...naturalLanguageDomain,
        coverage: { ...coverage, minAvgTokenLength: language.avgTokenLength },
      },
    };
  if (!type.startsWith("SEQUENCE_VALUE")) return feature;
  const tokenConstraints = naturalLanguageDomain.tokenConstraints?.map((constraint): TokenConstraint => {
    const seen = language.tokens.find(({ token }) => token === (constraint.stringValue ?? constraint.intValue));
    if (seen === undefined) return constraint;
    const { minPerSequence, maxPerSequence, minFractionOfSequences: low, maxFractionOfSequences: high } = constraint;
    return {
      ...constraint,
      ...(minPerSequence !== undefined && { minPerSequence: Math.min(minPerSequence, seen.minPerSequence) }),
      ...(maxPerSequence !== undefined && { maxPerSequence: Math.max(maxPerSequence, seen.maxPerSequence) }),
      ...(low !== undefined && { minFractionOfSequences: Math.min(low, seen.sequencesShare) }),
      ...(high !== undefined && { maxFractionOfSequences: Math.max(high, seen.sequencesShare) }),
    };
  });
  return {
    ...feature,
    naturalLanguageDomain: { ...naturalLanguageDomain, ...(tokenConstraints && { tokenConstraints }) },
  };
}
