import { domainFields, jsonName } from "../../schema/fields.ts";
import { isWholeNumber } from "../../schema/infer-schema.ts";
import type { Feature, FeatureType, FloatDomain, Schema, StringDomain } from "../../schema/model.ts";
import { escapeText } from "../../schema/text-proto.ts";
import { compareBytes } from "../../statistics/compare-bytes.ts";
import type { ColumnStatistics } from "../../statistics/model.ts";
import type { Finding } from "../model.ts";
import { roughPercent, sixDigits } from "./number-text.ts";

/** The text values that a feature's domain allows, or `undefined` when it has no text domain. */
export function allowedTexts(feature: Feature, schema: Schema): ReadonlySet<string> | undefined {
  const domain =
    feature.domain === undefined
      ? feature.stringDomain
      : schema.stringDomain?.find(({ name }) => name === feature.domain);
  if (domain === undefined) return undefined;
  const known = allowed.get(domain);
  if (known !== undefined) return known;
  const texts = new Set(domain.value ?? []);
  allowed.set(domain, texts);
  return texts;
}

/** Domains are never changed in place. */
const allowed = new WeakMap<StringDomain, ReadonlySet<string>>();

const domainKeys = domainFields.map((name) => [name, jsonName(name) as keyof Feature] as const);

/** Which field of the feature gives its domain, by its name in the schema. */
export function domainField(feature: Feature): string | undefined {
  for (const [name, key] of domainKeys) if (feature[key] !== undefined) return name;
  return undefined;
}

/** What a column's values say against the feature's domain. `dataType` is the physical type of the data. */
export function checkDomain(
  column: ColumnStatistics,
  dataType: FeatureType,
  feature: Feature,
  schema: Schema,
  compat: boolean,
): Finding[] {
  if (feature.boolDomain !== undefined) return checkBool(column, dataType, feature, compat);
  if (feature.intDomain !== undefined) return checkInt(column, dataType, feature);
  if (feature.floatDomain !== undefined) return checkFloat(column, dataType, feature.floatDomain);
  const allowed = allowedTexts(feature, schema);
  if (allowed === undefined || dataType !== "BYTES") return [];
  if ((column.invalidUtf8 ?? 0) > 0)
    return [
      {
        type: "ENUM_TYPE_INVALID_UTF8",
        short: "Invalid UTF8 strings",
        long: "Found strings that were not valid UTF8 strings.",
      },
    ];
  return checkEnum(column, feature, allowed);
}

function checkEnum(column: ColumnStatistics, feature: Feature, allowed: ReadonlySet<string>): Finding[] {
  const offDomain = (column.rankedValues ?? []).filter(({ value }) => !allowed.has(value));
  const count = offDomain.reduce((sum, value) => sum + value.count, 0);
  const maxOffDomain = 1 - (feature.distributionConstraints?.minDomainMass ?? 1);
  const total = column.totalValues ?? column.present;
  if (maxOffDomain === 0 ? count === 0 : count / total <= maxOffDomain) return [];
  const seen = offDomain
    .toSorted((a, b) => compareBytes(a.value, b.value))
    .map((value) => `${escapeText(value.value)} (${roughPercent(value.count, total)})`);
  return [
    {
      type: "ENUM_TYPE_UNEXPECTED_STRING_VALUES",
      short: "Unexpected string values",
      long: `Examples contain values missing from the schema: ${seen.join(", ")}. `,
    },
  ];
}

function checkBool(column: ColumnStatistics, dataType: FeatureType, feature: Feature, compat: boolean): Finding[] {
  const short = "Non-boolean values";
  const { min, max } = finiteRange(column);
  if (dataType === "INT") {
    if (min < 0) return [{ type: "BOOL_TYPE_SMALL_INT", short, long: notBool(min) }];
    return max > 1 ? [{ type: "BOOL_TYPE_BIG_INT", short, long: notBool(max) }] : [];
  }
  if (dataType === "FLOAT") {
    const long = floatNotBool(column, min, max, compat);
    return long === undefined
      ? []
      : [{ type: "BOOL_TYPE_UNEXPECTED_FLOAT", short, long: `${long}: converting to float_domain.` }];
  }
  const expected = [feature.boolDomain?.falseValue, feature.boolDomain?.trueValue].filter(
    (value) => value !== undefined,
  );
  const wrong = (column.rankedValues ?? []).map(({ value }) => value).filter((value) => !expected.includes(value));
  if (wrong.length === 0) return [];
  const set = expected.toSorted(compareBytes).map((value) => `"${value}"`);
  return [
    {
      type: "BOOL_TYPE_UNEXPECTED_STRING",
      short,
      long: `Saw unexpected value "${wrong.toSorted(compareBytes)[0]}" instead of {${set.join(", ")}}.`,
    },
  ];
}

function notBool(value: number): string {
  return `Integers (such as ${sixDigits(value)}) not in {0, 1}: converting to an integer.`;
}

function floatNotBool(column: ColumnStatistics, min: number, max: number, compat: boolean): string | undefined {
  for (const bound of [min, max])
    if (bound !== 0 && bound !== 1) return `Floats (such as ${sixDigits(bound)}) not in {0, 1}`;
  if ((column.nans ?? 0) > 0) return "Floats (such as NaN) not in {0, 1}";
  const inside = (value: number) => value > 0 && value < 1;
  // The reference looks at buckets of equal counts, and at those with both edges inside.
  const between = compat
    ? (column.quantileHistogram ?? []).some(({ low, high, count }) => inside(low) && inside(high) && count > 0)
    : (column.quantiles ?? []).some(inside) || (column.unique ?? 0) > 2;
  return between ? "Float values falling between 0 and 1" : undefined;
}

function finiteRange(column: ColumnStatistics): { min: number; max: number } {
  return {
    min: (column.negativeInfinities ?? 0) > 0 ? -Infinity : (column.min ?? 0),
    max: (column.positiveInfinities ?? 0) > 0 ? Infinity : (column.max ?? 0),
  };
}

function checkInt(column: ColumnStatistics, dataType: FeatureType, feature: Feature): Finding[] {
  if (dataType === "FLOAT") return [];
  const { min: low, max: high } = feature.intDomain!;
  let range = finiteRange(column);
  const { rankedValues: ranked } = column;
  if (dataType === "BYTES") {
    const wrong = (ranked ?? []).map(({ value }) => value).filter((text) => !isWholeNumber(text));
    if (wrong.length > 0) return [notNumber("INT_TYPE_NOT_INT_STRING", "ints", wrong.toSorted(compareBytes)[0]!)];
  } else if (ranked !== undefined && (low !== undefined || high !== undefined)) {
    const wrong = ranked.find(({ value }) => !isWholeNumber(value));
    if (wrong !== undefined) {
      const long = `Integer had values that were not valid Int64, such as "${wrong.value}".`;
      return [{ type: "DOMAIN_INVALID_FOR_TYPE", short: "Invalid values", long }];
    }
  }
  if (ranked !== undefined) range = rangeOf(ranked.map(({ value }) => Number(value)));
  const short = "Out-of-range values";
  const findings: Finding[] = [];
  if (low !== undefined && range.min < low)
    findings.push({ type: "INT_TYPE_SMALL_INT", short, long: `Unexpectedly small value: ${range.min}.` });
  if (high !== undefined && range.max > high)
    findings.push({ type: "INT_TYPE_BIG_INT", short, long: `Unexpectedly large value: ${range.max}.` });
  return findings;
}

function checkFloat(column: ColumnStatistics, dataType: FeatureType, domain: FloatDomain): Finding[] {
  if (dataType === "INT") return [];
  let range = finiteRange(column);
  let nans = column.nans ?? 0;
  if (dataType === "BYTES") {
    const texts = (column.rankedValues ?? []).map(({ value }) => value);
    const wrong = texts.filter((text) => !floatText.test(text)).toSorted(compareBytes);
    if (wrong.length > 0) return [notNumber("FLOAT_TYPE_STRING_NOT_FLOAT", "floats", wrong[0]!)];
    const numbers = texts.map(floatOf);
    nans = numbers.filter(Number.isNaN).length;
    range = rangeOf(numbers.filter((value) => !Number.isNaN(value)));
  }
  const findings: Finding[] = [];
  const invalid = (type: Finding["type"], what: string) =>
    findings.push({ type, short: "Invalid values", long: `Float feature has ${what} values.` });
  if (domain.disallowNan === true && nans > 0) invalid("FLOAT_TYPE_HAS_NAN", "NaN");
  // The reference keeps bounds and values as 32-bit floats; 0.1 must not be below a bound of 0.1.
  const outside = (type: Finding["type"], word: string, value: number, sign: string, bound: number) =>
    findings.push({
      type,
      short: "Out-of-range values",
      long: `Unexpectedly ${word}: ${sixDigits(value)}${sign}${sixDigits(bound)}(upto six significant digits)`,
    });
  if (domain.min !== undefined && Math.fround(range.min) < Math.fround(domain.min))
    outside("FLOAT_TYPE_SMALL_FLOAT", "low values", range.min, "<", domain.min);
  if (domain.max !== undefined && Math.fround(range.max) > Math.fround(domain.max))
    outside("FLOAT_TYPE_BIG_FLOAT", "high value", range.max, ">", domain.max);
  if (domain.disallowInf === true && !(Number.isFinite(range.min) && Number.isFinite(range.max)))
    invalid("FLOAT_TYPE_HAS_INF", "Inf");
  return findings;
}

/** A text that reads as a number. */
export const floatText = /^\s*[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf(inity)?|nan|0x[0-9a-f]+)\s*$/i;

/** The number that such a text says. */
export function floatOf(text: string): number {
  const bare = text.trim().toLowerCase();
  if (bare.endsWith("nan")) return Number.NaN;
  return bare.includes("inf") ? (bare.startsWith("-") ? -Infinity : Infinity) : Number(bare);
}

function notNumber(type: Finding["type"], what: string, value: string): Finding {
  return { type, short: "Invalid values", long: `String values that were not ${what} were found, such as "${value}".` };
}

function rangeOf(values: readonly number[]): { min: number; max: number } {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return values.length === 0 ? { min: 0, max: 0 } : { min, max };
}
