import type { StringColumn } from "@millrace/program";
import type { ColumnStatistics, CustomStatistic } from "../model.ts";
import type { BytesColumn, NestedColumn } from "../nested/model.ts";
import { levelCounts } from "../partial/partial-texts.ts";
import { imageFormat } from "./image-format.ts";
import { type IntegerTimes, integerTimes, textTimes } from "./times.ts";

/** Below this many values nothing is said; and this share of them must look like it. */
const leastValues = 100;
const leastShare = 0.8;

/**
 * What the values of a column are about, where nearly all look like it: images, language or times; as the custom
 * statistics that the reference writes.
 */
export function meaningOf(column: NestedColumn): Pick<ColumnStatistics, "semantic" | "custom"> {
  let leaf = column;
  while (leaf.type === "list") leaf = leaf.values;
  if (leaf.type === "integer") return integerMeaning(leaf.values, leaf.missing);
  if (leaf.type === "bytes") return imageMeaning(leaf) ?? textMeaning(textsOf(leaf)) ?? {};
  return leaf.type === "string" ? (textMeaning(countedLevels(leaf)) ?? {}) : {};
}

type Counted = readonly (readonly [text: string, count: number])[];

function countedLevels(column: StringColumn): Counted {
  const counts = levelCounts(column, column.codes.length);
  return column.levels.map((level, k) => [level, counts[k]!] as const).filter(([, count]) => count > 0);
}

const textsOf = (column: BytesColumn): Counted =>
  column.values.flatMap((value) => (value === null ? [] : [[Buffer.from(value).toString("utf8"), 1] as const]));

const total = (values: Counted) => values.reduce((sum, [, count]) => sum + count, 0);

function textMeaning(values: Counted): Pick<ColumnStatistics, "semantic" | "custom"> | undefined {
  const count = total(values);
  if (count < leastValues) return undefined;
  const language = total(values.filter(([text]) => isLanguage(text))) / count;
  if (language >= leastShare)
    return {
      semantic: "language",
      custom: [
        { name: "domain_info", str: "natural_language_domain {}" },
        { name: "natural_language_match_rate", num: language },
      ],
    };
  const { pattern, matches } = textTimes(values);
  return matches / count >= leastShare ? times(`string_format: '${pattern}'`, matches / count) : undefined;
}

const times = (format: string, share: number): { semantic: "time"; custom: CustomStatistic[] } => ({
  semantic: "time",
  custom: [
    { name: "domain_info", str: `time_domain {${format}}` },
    { name: "time_match_ratio", num: share },
  ],
});

/** Three words or more, of 2.5 to 8 characters in the mean, in the first 100 characters. */
function isLanguage(text: string): boolean {
  const words = text
    .slice(0, 100)
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length < 3) return false;
  const mean = words.reduce((sum, word) => sum + word.length, 0) / words.length;
  return mean >= 2.5 && mean <= 8;
}

/** Numbers of the enum IntegerTimeFormat. */
const formatNumber: Readonly<Record<IntegerTimes, number>> = {
  UNIX_SECONDS: 1,
  UNIX_MILLISECONDS: 2,
  UNIX_MICROSECONDS: 3,
  UNIX_NANOSECONDS: 4,
  UNIX_DAYS: 5,
};

function integerMeaning(values: Float64Array, missing: Uint8Array | undefined) {
  const { format, matches, count } = integerTimes(values, missing);
  if (count < leastValues || matches / count < leastShare) return {};
  return times(`integer_format: ${formatNumber[format]}`, matches / count);
}

function imageMeaning(column: BytesColumn): Pick<ColumnStatistics, "semantic" | "custom"> | undefined {
  const formats = new Map<string, number>();
  let count = 0;
  for (const value of column.values) {
    if (value === null) continue;
    const format = imageFormat(value) ?? "UNKNOWN";
    formats.set(format, (formats.get(format) ?? 0) + 1);
    count++;
  }
  const known = count - (formats.get("UNKNOWN") ?? 0);
  if (count < leastValues || known / count < leastShare) return undefined;
  const ranks = [...formats].map(([value, n]) => ({ value, count: n })).sort((a, b) => (a.value < b.value ? -1 : 1));
  return {
    semantic: "image",
    custom: [
      { name: "domain_info", str: "image_domain {}" },
      { name: "image_format_histogram", ranks },
    ],
  };
}
