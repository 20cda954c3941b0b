import type { CustomStatistic, NaturalLanguageStatistics, TokenStatistics } from "../model.ts";
import { buckets, inner, list, number, ranked, text } from "./fields.ts";
import type { ProtoMessage } from "./messages.ts";

export function fromCustom(message: ProtoMessage): CustomStatistic {
  const histogram = inner(message, "histogram");
  const ranks = inner(message, "rank_histogram");
  return {
    name: text(message, "name"),
    ...(message.num !== undefined && { num: number(message, "num") }),
    ...(message.str !== undefined && { str: text(message, "str") }),
    ...(histogram !== undefined && { histogram: buckets(histogram) }),
    ...(ranks !== undefined && { ranks: ranked(ranks) }),
  };
}

export function fromLanguage(message: ProtoMessage): NaturalLanguageStatistics {
  const reported = (message.reported_sequences as readonly string[] | undefined) ?? [];
  return {
    coverage: number(message, "feature_coverage"),
    avgTokenLength: number(message, "avg_token_length"),
    minSequenceLength: number(message, "min_sequence_length"),
    maxSequenceLength: number(message, "max_sequence_length"),
    tokenLengths: buckets(inner(message, "token_length_histogram")),
    sequenceLengths: buckets(inner(message, "sequence_length_histogram")),
    tokens: list(message, "token_statistics").map(fromToken),
    rankedTokens: ranked(inner(message, "rank_histogram")),
    ...(reported.length > 0 && { reportedSequences: reported }),
  };
}

function fromToken(message: ProtoMessage): TokenStatistics {
  return {
    token: message.int_token === undefined ? text(message, "string_token") : number(message, "int_token"),
    count: number(message, "frequency"),
    sequencesShare: number(message, "fraction_of_sequences"),
    minPerSequence: number(message, "per_sequence_min_frequency"),
    avgPerSequence: number(message, "per_sequence_avg_frequency"),
    maxPerSequence: number(message, "per_sequence_max_frequency"),
    positions: buckets(inner(message, "positions")),
  };
}
