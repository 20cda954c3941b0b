import type {
  Bucket,
  ColumnStatistics,
  CustomStatistic,
  DatasetStatistics,
  NaturalLanguageStatistics,
  StatisticsType,
  ValueCount,
} from "../statistics/model.ts";

// biome-ignore lint/suspicious/noExplicitAny: JSON of the reference, read field by field.
type Json = any;

const number = (value: Json): number => (value === undefined ? 0 : Number(value));
const path = (feature: Json): string[] => feature.path?.step ?? [feature.name];

/** Statistics that the reference computed (`MessageToJson` of its list, one data set), as ours. */
export function tfdvStatistics(list: Json): DatasetStatistics {
  const [dataset] = list.datasets;
  return {
    rows: number(dataset.num_examples),
    ...(dataset.weighted_num_examples && { weightedRows: dataset.weighted_num_examples }),
    columns: (dataset.features ?? []).map(columnOf),
  };
}

function columnOf(feature: Json): ColumnStatistics {
  const steps = path(feature);
  const stats = feature.num_stats ?? feature.string_stats ?? feature.bytes_stats ?? feature.struct_stats ?? {};
  const common = stats.common_stats ?? {};
  const type: StatisticsType = feature.type ?? "INT";
  return {
    name: steps.join("."),
    ...(steps.length > 1 && { path: steps }),
    type,
    present: number(common.num_non_missing),
    missing: number(common.num_missing),
    minValues: number(common.min_num_values),
    maxValues: number(common.max_num_values),
    totalValues: number(common.tot_num_values),
    ...(common.presence_and_valency_stats && { levels: common.presence_and_valency_stats.map(levelOf) }),
    ...(common.weighted_common_stats && { weighted: weightedOf(common.weighted_common_stats) }),
    ...(feature.num_stats && numbersOf(feature.num_stats)),
    ...(feature.string_stats && textsOf(feature.string_stats)),
    ...(feature.bytes_stats && { maxLength: number(stats.max_num_bytes_int) }),
    ...(feature.custom_stats && customOf(feature.custom_stats)),
    ...(feature.validation_derived_source && { derivedBy: feature.validation_derived_source.deriver_name }),
  };
}

const weightedOf = (common: Json) => ({
  present: number(common.num_non_missing),
  missing: number(common.num_missing),
  totalValues: number(common.tot_num_values),
  avgValues: number(common.avg_num_values),
});

const levelOf = (level: Json) => ({
  present: number(level.num_non_missing),
  missing: number(level.num_missing),
  minValues: number(level.min_num_values),
  maxValues: number(level.max_num_values),
  totalValues: number(level.tot_num_values),
});

function numbersOf(stats: Json): Partial<ColumnStatistics> {
  const histograms: Json[] = stats.histograms ?? [];
  const standard = histograms.find(({ type }) => type !== "QUANTILES");
  const quantiles = histograms.find(({ type }) => type === "QUANTILES");
  const at = (edge: number) =>
    (standard?.buckets ?? []).filter((one: Json) => number(one.low_value) === edge && number(one.high_value) === edge);
  const infinities = (edge: number) => at(edge).reduce((sum: number, one: Json) => sum + number(one.sample_count), 0);
  const min = number(stats.min);
  const max = number(stats.max);
  return {
    min,
    max,
    nans: number(histograms[0]?.num_nan),
    negativeInfinities: min === -Infinity ? Math.max(1, infinities(-Infinity)) : 0,
    positiveInfinities: max === Infinity ? Math.max(1, infinities(Infinity)) : 0,
    ...(standard && { histogram: bucketsOf(standard) }),
    ...(quantiles && { quantileHistogram: bucketsOf(quantiles) }),
  };
}

const bucketsOf = (histogram: Json): Bucket[] =>
  (histogram.buckets ?? []).map((one: Json) => ({
    low: number(one.low_value),
    high: number(one.high_value),
    count: number(one.sample_count),
  }));

const ranksOf = (histogram: Json): ValueCount[] =>
  (histogram?.buckets ?? []).map((one: Json) => ({ value: one.label ?? "", count: number(one.sample_count) }));

const textsOf = (stats: Json): Partial<ColumnStatistics> => ({
  unique: number(stats.unique),
  rankedValues: ranksOf(stats.rank_histogram),
  ...(stats.invalid_utf8_count && { invalidUtf8: number(stats.invalid_utf8_count) }),
});

function customOf(stats: Json[]): Partial<ColumnStatistics> {
  const language = stats.find(({ name }) => name === "nl_statistics")?.any;
  const custom = stats
    .filter(({ any }) => any === undefined)
    .map(
      (one): CustomStatistic => ({
        name: one.name,
        ...(one.num !== undefined && { num: one.num }),
        ...(one.str !== undefined && { str: one.str }),
        ...(one.rank_histogram && { ranks: ranksOf(one.rank_histogram) }),
      }),
    );
  return { custom, ...(language && { language: languageOf(language) }) };
}

const languageOf = (stats: Json): NaturalLanguageStatistics => ({
  coverage: number(stats.feature_coverage),
  avgTokenLength: number(stats.avg_token_length),
  minSequenceLength: number(stats.min_sequence_length),
  maxSequenceLength: number(stats.max_sequence_length),
  tokenLengths: [],
  sequenceLengths: [],
  rankedTokens: [],
  tokens: (stats.token_statistics ?? []).map((one: Json) => ({
    token: one.string_token ?? number(one.int_token),
    count: number(one.frequency),
    sequencesShare: number(one.fraction_of_sequences),
    minPerSequence: number(one.per_sequence_min_frequency),
    avgPerSequence: number(one.per_sequence_avg_frequency),
    maxPerSequence: number(one.per_sequence_max_frequency),
    positions: [],
  })),
});
