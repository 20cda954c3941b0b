import type { JsonObject } from "@millrace/program";
import type {
  Bucket,
  ColumnStatistics,
  CrossStatistics,
  CustomStatistic,
  DatasetStatistics,
  NaturalLanguageStatistics,
  ValueCount,
} from "../model.ts";
import { encodeMessage } from "./binary.ts";
import { messageToJson } from "./json.ts";
import { cellsName, languageUrl, type ProtoMessage } from "./messages.ts";

/**
 * Statistics as TensorFlow Metadata's `DatasetFeatureStatisticsList` in protocol buffers' JSON mapping (proto names).
 *
 * BOOL goes out as INT of 0 and 1, TIMESTAMP as INT of microseconds, VECTOR as FLOAT, as the reference's readers have them.
 */
export function statisticsToJson(statistics: DatasetStatistics): JsonObject {
  return messageToJson(listMessage(statistics), "List");
}

/** Statistics as the binary `DatasetFeatureStatisticsList`, what the reference calls `stats.pb`. */
export function statisticsToBinary(statistics: DatasetStatistics): Uint8Array {
  return encodeMessage(listMessage(statistics), "List");
}

function listMessage(statistics: DatasetStatistics): ProtoMessage {
  const { slices = [] } = statistics;
  const name = statistics.name ?? (slices.length > 0 ? "All Examples" : undefined);
  return {
    datasets: [datasetMessage({ ...statistics, ...(name !== undefined && { name }) }), ...slices.map(datasetMessage)],
  };
}

function datasetMessage({ name, rows, weightedRows, columns, cross = [] }: DatasetStatistics): ProtoMessage {
  return {
    ...(name !== undefined && { name }),
    num_examples: rows,
    ...(weightedRows !== undefined && { weighted_num_examples: weightedRows }),
    features: columns.map(featureMessage),
    cross_features: cross.map(crossMessage),
  };
}

function featureMessage(column: ColumnStatistics): ProtoMessage {
  const custom = [
    ...(column.custom ?? []).map(customMessage),
    ...(column.cells ? [customMessage({ name: cellsName, histogram: column.cells })] : []),
    ...(column.language === undefined ? [] : [languageMessage(column.language)]),
  ];
  const shared = { path: { step: column.path ?? [column.name] }, custom_stats: custom };
  // A sparse or weighted feature has no values of its own.
  if (column.present + column.missing === 0 && custom.length > 0) return shared;
  switch (column.type) {
    case "STRING":
      return { ...shared, type: "STRING", string_stats: textMessage(column) };
    case "BYTES":
      return { ...shared, type: "BYTES", bytes_stats: bytesMessage(column) };
    case "STRUCT":
      return { ...shared, type: "STRUCT", struct_stats: { common_stats: commonMessage(column) } };
    case "FLOAT":
    case "VECTOR":
      return { ...shared, type: "FLOAT", num_stats: numericMessage(column) };
    default:
      return { ...shared, type: "INT", num_stats: numericMessage(column) };
  }
}

function commonMessage(column: ColumnStatistics): ProtoMessage {
  const { present, missing, minValues, maxValues, levels = [], weighted } = column;
  const total = column.totalValues ?? present * maxValues;
  const one = Array.from({ length: 10 }, () => ({ low: maxValues, high: maxValues, count: present / 10 }));
  return {
    num_non_missing: present,
    num_missing: missing,
    min_num_values: minValues,
    max_num_values: maxValues,
    ...(present > 0 && {
      avg_num_values: total / present,
      num_values_histogram: histogramMessage(column.valuesHistogram ?? one, "QUANTILES"),
    }),
    tot_num_values: total,
    presence_and_valency_stats: levels.map((level) => ({
      num_non_missing: level.present,
      num_missing: level.missing,
      min_num_values: level.minValues,
      max_num_values: level.maxValues,
      tot_num_values: level.totalValues,
    })),
    ...(weighted !== undefined && {
      weighted_common_stats: {
        num_non_missing: weighted.present,
        num_missing: weighted.missing,
        avg_num_values: weighted.avgValues,
        tot_num_values: weighted.totalValues,
      },
    }),
  };
}

function numericMessage(column: ColumnStatistics): ProtoMessage {
  const { mean, std, median, zeros, weighted } = column;
  // The reference's extremes are of all values: its check for infinities looks at them.
  const min = (column.negativeInfinities ?? 0) > 0 ? Number.NEGATIVE_INFINITY : column.min;
  const max = (column.positiveInfinities ?? 0) > 0 ? Number.POSITIVE_INFINITY : column.max;
  const bool = column.type === "BOOL" && column.present > 0;
  return {
    common_stats: commonMessage(column),
    ...defined({ mean, std_dev: bool ? Math.sqrt(mean! * (1 - mean!)) : std, num_zeros: zeros }),
    ...defined({ min, median: bool ? Number(mean! > 0.5) + Number(mean === 0.5) / 2 : median, max }),
    histograms: histogramMessages(column, bool ? boolBuckets(column) : column.histogram, column.quantileHistogram),
    ...(weighted?.mean !== undefined && {
      weighted_numeric_stats: {
        ...defined({ mean: weighted.mean, std_dev: weighted.std, median: weighted.median }),
        histograms: histogramMessages(column, weighted.histogram, weighted.quantileHistogram),
      },
    }),
  };
}

function boolBuckets({ zeros = 0, present }: ColumnStatistics): Bucket[] {
  return Array.from({ length: 10 }, (_, k) => ({
    low: k / 10,
    high: (k + 1) / 10,
    count: k === 0 ? zeros : k === 9 ? present - zeros : 0,
  }));
}

/** Infinities stand as buckets of one point at the ends, as the reference has them. */
function histogramMessages(
  { nans = 0, negativeInfinities = 0, positiveInfinities = 0 }: ColumnStatistics,
  equalWidth: readonly Bucket[] | undefined,
  equalCount: readonly Bucket[] | undefined,
): ProtoMessage[] {
  const at = (value: number, count: number) => (count > 0 ? [{ low: value, high: value, count }] : []);
  const withEnds = [...at(-Infinity, negativeInfinities), ...(equalWidth ?? []), ...at(Infinity, positiveInfinities)];
  return [
    ...(withEnds.length > 0 || nans > 0 ? [{ ...histogramMessage(withEnds, "STANDARD"), num_nan: nans }] : []),
    ...(equalCount === undefined ? [] : [{ ...histogramMessage(equalCount, "QUANTILES"), num_nan: nans }]),
  ];
}

function textMessage(column: ColumnStatistics): ProtoMessage {
  const { unique, topValues, avgLength, rankedValues, invalidUtf8, weighted } = column;
  return {
    common_stats: commonMessage(column),
    ...defined({ unique }),
    top_values: frequencies(topValues),
    ...defined({ avg_length: avgLength }),
    ...(rankedValues !== undefined && rankedValues.length > 0 && { rank_histogram: rankMessage(rankedValues) }),
    ...defined({ invalid_utf8_count: invalidUtf8 }),
    ...(weighted?.topValues !== undefined && {
      weighted_string_stats: {
        top_values: frequencies(weighted.topValues),
        rank_histogram: rankMessage(weighted.rankedValues ?? []),
      },
    }),
  };
}

function bytesMessage(column: ColumnStatistics): ProtoMessage {
  const { unique, avgLength, minLength, maxLength } = column;
  return {
    common_stats: commonMessage(column),
    ...defined({ unique, avg_num_bytes: avgLength, min_num_bytes: minLength, max_num_bytes: maxLength }),
    ...defined({ max_num_bytes_int: maxLength }),
  };
}

function customMessage({ name, num, str, histogram, ranks }: CustomStatistic): ProtoMessage {
  return {
    name,
    ...defined({ num, str }),
    ...(histogram !== undefined && { histogram: histogramMessage(histogram, kindOf(name)) }),
    ...(ranks !== undefined && { rank_histogram: { buckets: ranks.map(({ value, count }) => rank(value, count)) } }),
  };
}

const kindOf = (name: string) => (name.endsWith("_quantiles") ? "QUANTILES" : "STANDARD");
const rank = (label: string, count: number) => ({ label, sample_count: count });

function languageMessage(language: NaturalLanguageStatistics): ProtoMessage {
  const message: ProtoMessage = {
    feature_coverage: language.coverage,
    avg_token_length: language.avgTokenLength,
    token_length_histogram: histogramMessage(language.tokenLengths, "QUANTILES"),
    reported_sequences: language.reportedSequences ?? [],
    token_statistics: language.tokens.map((token) => ({
      ...(typeof token.token === "string" ? { string_token: token.token } : { int_token: token.token }),
      frequency: token.count,
      fraction_of_sequences: token.sequencesShare,
      per_sequence_min_frequency: token.minPerSequence,
      per_sequence_avg_frequency: token.avgPerSequence,
      per_sequence_max_frequency: token.maxPerSequence,
      positions: histogramMessage(token.positions, "STANDARD"),
    })),
    rank_histogram: rankMessage(language.rankedTokens),
    sequence_length_histogram: histogramMessage(language.sequenceLengths, "QUANTILES"),
    min_sequence_length: language.minSequenceLength,
    max_sequence_length: language.maxSequenceLength,
  };
  return { name: "nl_statistics", any: { type_url: languageUrl, value: encodeMessage(message, "Language") } };
}

function crossMessage({ x, y, count, correlation, covariance, lift }: CrossStatistics): ProtoMessage {
  return {
    path_x: { step: [x] },
    path_y: { step: [y] },
    count,
    ...(covariance !== undefined && { num_cross_stats: { ...defined({ correlation }), covariance } }),
    ...(lift !== undefined && {
      categorical_cross_stats: {
        lift: {
          lift_series: lift.map((series) => ({
            ...(typeof series.y === "string"
              ? { y_string: series.y }
              : { y_bucket: { low_value: series.y.low, high_value: series.y.high } }),
            y_count: series.count,
            lift_values: series.values.map((one) => ({
              x_string: one.x,
              lift: one.lift,
              x_count: one.xCount,
              x_and_y_count: one.bothCount,
            })),
          })),
        },
      },
    }),
  };
}

function histogramMessage(buckets: readonly Bucket[], type: "STANDARD" | "QUANTILES"): ProtoMessage {
  return {
    buckets: buckets.map(({ low, high, count }) => ({ low_value: low, high_value: high, sample_count: count })),
    type,
  };
}

function rankMessage(values: readonly ValueCount[]): ProtoMessage {
  return {
    buckets: values.map(({ value, count }, k) => ({ low_rank: k, high_rank: k, label: value, sample_count: count })),
  };
}

const frequencies = (values: readonly ValueCount[] = []): ProtoMessage[] =>
  values.map(({ value, count }) => ({ value, frequency: count }));

function defined(fields: Record<string, number | string | undefined>): ProtoMessage {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as ProtoMessage;
}
