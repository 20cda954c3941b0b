import type { JsonValue } from "@millrace/program";
import type { Bucket, ColumnStatistics, DatasetStatistics, StatisticsType, WeightedStatistics } from "../model.ts";
import { decodeMessage } from "./binary.ts";
import { buckets, inner, list, number, ranked, stepsOf, text, topValues } from "./fields.ts";
import { fromCross } from "./from-cross.ts";
import { fromCustom, fromLanguage } from "./from-custom.ts";
import { statisticsInvalid } from "./invalid.ts";
import { messageFromJson } from "./json.ts";
import { cellsName, languageUrl, type ProtoMessage } from "./messages.ts";

/**
 * Reads a `DatasetFeatureStatisticsList` in protocol buffers' JSON mapping, in snake-case or camel-case names.
 *
 * A second dataset and those after it become slices of the first. Figures that the reference sketches are taken as they are.
 * Errors: VALIDATE_STATISTICS_INVALID: when the JSON does not parse, or a field has the wrong kind; names its path.
 */
export function statisticsFromJson(source: string | JsonValue): DatasetStatistics {
  let json: JsonValue;
  try {
    json = typeof source === "string" ? (JSON.parse(source) as JsonValue) : source;
  } catch (cause) {
    throw statisticsInvalid(`they are no JSON (${(cause as Error).message})`, cause);
  }
  if (Array.isArray(json))
    throw statisticsInvalid(
      "the file holds a list, as rows of data may be written",
      undefined,
      "To read it as data, write one object a line (`jq -c '.[]'`) into a file that ends in .jsonl.",
    );
  return fromList(messageFromJson(json, "List", "statistics"));
}

/**
 * Reads the binary `DatasetFeatureStatisticsList`.
 *
 * Errors: VALIDATE_STATISTICS_INVALID: when the bytes are no such message.
 */
export function statisticsFromBinary(bytes: Uint8Array): DatasetStatistics {
  return fromList(decodeMessage(bytes, "List"));
}

function fromList(message: ProtoMessage): DatasetStatistics {
  const [whole, ...slices] = list(message, "datasets").map(fromDataset);
  if (whole === undefined) throw statisticsInvalid("they hold no dataset");
  return slices.length === 0 ? whole : { ...whole, slices };
}

function fromDataset(message: ProtoMessage): DatasetStatistics {
  const name = text(message, "name");
  const weighted = number(message, "weighted_num_examples");
  const cross = list(message, "cross_features").map(fromCross);
  return {
    ...(name !== "" && { name }),
    rows: number(message, "num_examples"),
    columns: list(message, "features").map(fromFeature),
    ...(weighted !== 0 && { weightedRows: weighted }),
    ...(cross.length > 0 && { cross }),
  };
}

function fromFeature(message: ProtoMessage): ColumnStatistics {
  const path = stepsOf(inner(message, "path"));
  const name = path.length > 0 ? path.join(".") : text(message, "name");
  const numeric = inner(message, "num_stats");
  const textual = inner(message, "string_stats");
  const bytes = inner(message, "bytes_stats");
  const common = inner(numeric ?? textual ?? bytes ?? inner(message, "struct_stats"), "common_stats");
  const all = list(message, "custom_stats");
  const known = all.filter((one) => one.any === undefined).map(fromCustom);
  const cells = known.find((one) => one.name === cellsName)?.histogram;
  const custom = known.filter((one) => one.name !== cellsName);
  const any = all.map((one) => inner(one, "any")).find((one) => text(one, "type_url") === languageUrl);
  return {
    name,
    ...(path.length > 1 && { path }),
    type: typeOf(message),
    ...fromCommon(common),
    ...(numeric !== undefined && fromNumeric(numeric)),
    ...(textual !== undefined && fromText(textual)),
    ...(bytes !== undefined && fromBytes(bytes)),
    ...fromWeighted(common, numeric, textual),
    ...(cells !== undefined && { cells }),
    ...(custom.length > 0 && { custom }),
    ...(any !== undefined && {
      language: fromLanguage(decodeMessage((any.value ?? new Uint8Array()) as Uint8Array, "Language")),
    }),
  };
}

function typeOf(message: ProtoMessage): StatisticsType {
  const type = text(message, "type");
  if (type !== "" && type !== "INT") return type as StatisticsType;
  if (message.string_stats !== undefined) return "STRING";
  return message.bytes_stats !== undefined ? "BYTES" : message.struct_stats !== undefined ? "STRUCT" : "INT";
}

function fromCommon(common: ProtoMessage | undefined) {
  const present = number(common, "num_non_missing");
  const maxValues = number(common, "max_num_values");
  const totalValues = number(common, "tot_num_values");
  const levels = list(common, "presence_and_valency_stats").map((level) => ({
    present: number(level, "num_non_missing"),
    missing: number(level, "num_missing"),
    minValues: number(level, "min_num_values"),
    maxValues: number(level, "max_num_values"),
    totalValues: number(level, "tot_num_values"),
  }));
  const one = maxValues === 1 && (totalValues === present || totalValues === 0);
  return {
    present,
    missing: number(common, "num_missing"),
    minValues: number(common, "min_num_values"),
    maxValues,
    ...(!one && present > 0 && { totalValues, valuesHistogram: buckets(inner(common, "num_values_histogram")) }),
    ...(levels.length > 0 && { levels }),
  };
}

function fromNumeric(message: ProtoMessage): Partial<ColumnStatistics> {
  const { equalWidth, equalCount, ...outside } = fromHistograms(message);
  const present = number(inner(message, "common_stats"), "num_non_missing");
  const finite = equalWidth !== undefined || equalCount !== undefined;
  return {
    zeros: number(message, "num_zeros"),
    ...outside,
    ...(present > 0 && {
      mean: number(message, "mean"),
      std: number(message, "std_dev"),
      min: number(message, "min"),
      median: number(message, "median"),
      max: number(message, "max"),
    }),
    ...(finite && histogramsOf(equalWidth, equalCount)),
  };
}

function histogramsOf(equalWidth: readonly Bucket[] | undefined, equalCount: readonly Bucket[] | undefined) {
  return {
    ...(equalWidth !== undefined && { histogram: equalWidth }),
    ...(equalCount !== undefined && { quantileHistogram: equalCount }),
    ...(equalCount !== undefined &&
      equalCount.length > 0 && { quantiles: [equalCount[0]!.low, ...equalCount.map(({ high }) => high)] }),
  };
}

function fromHistograms(message: ProtoMessage) {
  const found = list(message, "histograms");
  const equalWidth = found.find((one) => text(one, "type") !== "QUANTILES");
  const equalCount = found.find((one) => text(one, "type") === "QUANTILES");
  const all = buckets(equalWidth);
  const infinite = (value: number) =>
    all.filter(({ low, high }) => low === value && high === value).reduce((sum, { count }) => sum + count, 0);
  const nans = Math.max(...found.map((one) => number(one, "num_nan")), 0);
  const negative = infinite(-Infinity);
  const positive = infinite(Infinity);
  return {
    ...(equalWidth !== undefined && {
      equalWidth: all.filter(({ low, high }) => low !== high || Number.isFinite(low)),
    }),
    ...(equalCount !== undefined && { equalCount: buckets(equalCount) }),
    ...(nans > 0 && { nans }),
    ...(negative > 0 && { negativeInfinities: negative }),
    ...(positive > 0 && { positiveInfinities: positive }),
  };
}

function fromText(message: ProtoMessage): Partial<ColumnStatistics> {
  const present = number(inner(message, "common_stats"), "num_non_missing");
  const invalid = number(message, "invalid_utf8_count");
  return {
    unique: number(message, "unique"),
    topValues: topValues(message),
    rankedValues: ranked(inner(message, "rank_histogram")),
    ...(present > 0 && { avgLength: number(message, "avg_length") }),
    ...(invalid > 0 && { invalidUtf8: invalid }),
  };
}

function fromBytes(message: ProtoMessage): Partial<ColumnStatistics> {
  const unique = number(message, "unique");
  return {
    ...(unique > 0 && { unique }),
    avgLength: number(message, "avg_num_bytes"),
    minLength: number(message, "min_num_bytes"),
    maxLength: number(message, "max_num_bytes_int") || number(message, "max_num_bytes"),
  };
}

function fromWeighted(
  common: ProtoMessage | undefined,
  numeric: ProtoMessage | undefined,
  textual: ProtoMessage | undefined,
): { weighted?: WeightedStatistics } {
  const of = inner(common, "weighted_common_stats");
  if (of === undefined) return {};
  const numbers = inner(numeric, "weighted_numeric_stats");
  const texts = inner(textual, "weighted_string_stats");
  const histograms = numbers === undefined ? {} : fromHistograms(numbers);
  return {
    weighted: {
      present: number(of, "num_non_missing"),
      missing: number(of, "num_missing"),
      totalValues: number(of, "tot_num_values"),
      avgValues: number(of, "avg_num_values"),
      ...(numbers !== undefined && {
        mean: number(numbers, "mean"),
        std: number(numbers, "std_dev"),
        median: number(numbers, "median"),
        ...("equalWidth" in histograms && { histogram: histograms.equalWidth! }),
        ...("equalCount" in histograms && { quantileHistogram: histograms.equalCount! }),
      }),
      ...(texts !== undefined && {
        topValues: topValues(texts),
        rankedValues: ranked(inner(texts, "rank_histogram")),
      }),
    },
  };
}
