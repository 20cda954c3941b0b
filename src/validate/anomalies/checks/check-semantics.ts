import type { Feature, ImageDomain, NaturalLanguageDomain } from "../../schema/model.ts";
import type { ColumnStatistics, NaturalLanguageStatistics } from "../../statistics/model.ts";
import type { Finding } from "../model.ts";
import { sixDigits } from "./number-text.ts";

/** Against a domain of images or natural language. */
export function checkSemantics(column: ColumnStatistics, feature: Feature): Finding[] {
  if (feature.imageDomain !== undefined) return checkImages(column, feature.imageDomain);
  return feature.naturalLanguageDomain === undefined ? [] : checkLanguage(column, feature.naturalLanguageDomain);
}

/** A column without a domain whose values look like something that has one. */
export function checkUnknownDomain(column: ColumnStatistics): Finding[] {
  if (semanticDomain(column) === undefined) return [];
  const long = `Updated semantic domain for feature: ${column.name}`;
  return [{ type: "SEMANTIC_DOMAIN_UPDATE", short: "Updated semantic domain", long }];
}

/** The domain that the values suggest, as text of a schema. */
export function semanticDomain(column: ColumnStatistics): string | undefined {
  return column.custom?.find(({ name }) => name === "domain_info")?.str;
}

const readable = ["bmp", "gif", "jpeg", "png"];

function checkImages(column: ColumnStatistics, domain: ImageDomain): Finding[] {
  const findings: Finding[] = [];
  const formats = column.custom?.find(({ name }) => name === "image_format_histogram")?.ranks;
  const wanted = domain.minimumSupportedImageFraction;
  if (wanted !== undefined && formats !== undefined) {
    let all = 0;
    let supported = 0;
    for (const { value, count } of formats) {
      all += count;
      if (readable.includes(value)) supported += count;
    }
    const share = Math.fround(all === 0 ? 0 : supported / all);
    if (share < Math.fround(wanted))
      findings.push({
        type: "LOW_SUPPORTED_IMAGE_FRACTION",
        short: "Low supported image fraction",
        long: `Fraction of values containing TensorFlow supported images: ${share.toFixed(6)} is lower than the threshold set in the Schema: ${wanted.toFixed(6)}.`,
      });
  }
  const largest = column.maxLength ?? 0;
  if (domain.maxImageByteSize !== undefined && largest > domain.maxImageByteSize)
    findings.push({
      type: "MAX_IMAGE_BYTE_SIZE_EXCEEDED",
      short: "Num bytes exceeds the max byte size.",
      long: `The largest image has bytes: ${largest}. The max allowed byte size is: ${domain.maxImageByteSize}.`,
    });
  return findings;
}

function checkLanguage({ language }: ColumnStatistics, domain: NaturalLanguageDomain): Finding[] {
  const { coverage, tokenConstraints } = domain;
  if (coverage === undefined && (tokenConstraints ?? []).length === 0) return [];
  if (language === undefined) return [notComputed];
  return [...checkCoverage(language, coverage ?? {}), ...checkTokens(language, tokenConstraints ?? [])];
}

const notComputed: Finding = {
  type: "STATS_NOT_AVAILABLE",
  short: "Natural language stats are not computed.",
  long: "Constraints specified in natural language domain cannot be verified because natural language stats have not been computed.",
};

function checkCoverage(
  { coverage, avgTokenLength }: NaturalLanguageStatistics,
  { minCoverage, minAvgTokenLength }: NonNullable<NaturalLanguageDomain["coverage"]>,
): Finding[] {
  const findings: Finding[] = [];
  if (minCoverage !== undefined && Math.fround(coverage) < Math.fround(minCoverage))
    findings.push({
      type: "FEATURE_COVERAGE_TOO_LOW",
      short: "Feature coverage is too low.",
      long: `Fraction of tokens in the vocabulary: ${sixDigits(coverage)} is lower than the threshold set in the Schema: ${sixDigits(minCoverage)}.`,
    });
  if (minAvgTokenLength !== undefined && Math.fround(avgTokenLength) < Math.fround(minAvgTokenLength))
    findings.push({
      type: "FEATURE_COVERAGE_TOO_SHORT_AVG_TOKEN_LENGTH",
      short: "Average token length is too short.",
      long: `Average token length is: ${sixDigits(avgTokenLength)} which is lower than the threshold set in the Schema: ${sixDigits(minAvgTokenLength)}.`,
    });
  return findings;
}

function checkTokens(
  { tokens }: NaturalLanguageStatistics,
  constraints: NonNullable<NaturalLanguageDomain["tokenConstraints"]>,
): Finding[] {
  const findings: Finding[] = [];
  for (const constraint of constraints) {
    const token = constraint.stringValue ?? constraint.intValue;
    const seen = tokens.find((one) => one.token === token);
    if (seen === undefined) {
      if (!findings.includes(notComputed)) findings.push(notComputed);
      continue;
    }
    const share = seen.sequencesShare;
    const { minFractionOfSequences: low, maxFractionOfSequences: high, minPerSequence, maxPerSequence } = constraint;
    if (low !== undefined && share < Math.fround(low))
      findings.push({
        type: "SEQUENCE_VALUE_TOO_SMALL_FRACTION",
        short: "Value occurs in too small a fraction of sequences.",
        long: `Fraction of sequences with value: ${token} is: ${sixDigits(share)} which is lower than the threshold set in the Schema: ${sixDigits(low)}.`,
      });
    if (high !== undefined && share > Math.fround(high))
      findings.push({
        type: "SEQUENCE_VALUE_TOO_LARGE_FRACTION",
        short: "Value occurs in too large a fraction of sequences.",
        long: `Fraction of sequences with value: ${token} is: ${sixDigits(share)} which is higher than the threshold set in the Schema: ${sixDigits(high)}.`,
      });
    const least = seen.minPerSequence;
    if (minPerSequence !== undefined && least < minPerSequence)
      findings.push({
        type: "SEQUENCE_VALUE_TOO_FEW_OCCURRENCES",
        short: "Value has too few per-sequence occurrences.",
        long: `Value: ${token} occurs at least: ${sixDigits(least)} times within a sequence, which is lower than the threshold set in the Schema: ${minPerSequence}.`,
      });
    const most = seen.maxPerSequence;
    if (maxPerSequence !== undefined && most > maxPerSequence)
      findings.push({
        type: "SEQUENCE_VALUE_TOO_MANY_OCCURRENCES",
        short: "Value has too many per-sequence occurrences.",
        long: `Value: ${token} occurs at most: ${sixDigits(most)} times within a sequence, which is higher than the threshold set in the Schema: ${maxPerSequence}.`,
      });
  }
  return findings;
}
