import { equalCountBuckets, ranked, weightedQuantile } from "../finish/counted-quantiles.ts";
import { rankValues } from "../finish/rank-values.ts";
import type { Bucket, NaturalLanguageStatistics, TokenStatistics } from "../model.ts";
import { isMissingAt, type NestedColumn } from "../nested/model.ts";
import { countNumbers } from "../partial/counted-numbers.ts";

export interface LanguageOptions {
  /** Tokens that are known; without it every token is. */
  readonly vocabulary?: readonly string[];
  /** Tokens to say more of. */
  readonly tokens?: readonly string[];
}

/**
 * Statistics of sequences of tokens: a list of texts a row, or one text whose words are the tokens. Absent where the column
 * holds no text.
 */
export function languageStatistics(
  column: NestedColumn,
  rows: number,
  options: LanguageOptions,
): NaturalLanguageStatistics | undefined {
  const sequences = sequencesOf(column, rows);
  if (sequences === undefined) return undefined;
  const known = options.vocabulary && new Set(options.vocabulary);
  const counts = new Map<string, number>();
  for (const tokens of sequences) for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  const all = [...counts];
  const total = sum(all.map(([, count]) => count));
  const covered = known === undefined ? total : sum(all.map(([token, count]) => (known.has(token) ? count : 0)));
  const lengths = sequences.map((tokens) => tokens.length);
  const tokenLengths = all.flatMap(([token, count]) => Array<number>(count).fill([...token].length));
  return {
    coverage: total === 0 ? 0 : covered / total,
    avgTokenLength: total === 0 ? 0 : sum(tokenLengths) / total,
    minSequenceLength: lengths.reduce((least, length) => Math.min(least, length), lengths[0] ?? 0),
    maxSequenceLength: lengths.reduce((most, length) => Math.max(most, length), 0),
    tokenLengths: tenths(tokenLengths),
    sequenceLengths: tenths(lengths),
    tokens: (options.tokens ?? []).map((token) => tokenStatistics(token, sequences)),
    rankedTokens: rankValues({ values: [...counts.keys()], counts: [...counts.values()] }, 1000),
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function sequencesOf(column: NestedColumn, rows: number): string[][] | undefined {
  if (column.type === "string")
    return Array.from(column.codes, (code) => column.levels[code]?.split(/\s+/).filter(Boolean)).filter(
      (tokens) => tokens !== undefined,
    );
  if (column.type !== "list" || column.values.type !== "string") return undefined;
  const { levels, codes } = column.values;
  const sequences: string[][] = [];
  for (let row = 0; row < rows; row++) {
    if (isMissingAt(column, row)) continue;
    const tokens = Array.from(codes.subarray(column.offsets[row], column.offsets[row + 1]), (code) => levels[code]);
    sequences.push(tokens.filter((token) => token !== undefined));
  }
  return sequences;
}

function tenths(lengths: readonly number[]): Bucket[] {
  if (lengths.length === 0) return [];
  const of = ranked(countNumbers(Float64Array.from(lengths), lengths.length));
  return equalCountBuckets(
    Array.from({ length: 11 }, (_, i) => weightedQuantile(of, i / 10)),
    of.total,
  );
}

function tokenStatistics(token: string, sequences: readonly (readonly string[])[]): TokenStatistics {
  const counts = sequences.map((tokens) => tokens.filter((one) => one === token).length);
  const having = counts.filter((count) => count > 0);
  const places = new Float64Array(10);
  for (const tokens of sequences)
    for (const [at, one] of tokens.entries()) if (one === token) places[Math.floor((at * 10) / tokens.length)]!++;
  return {
    token,
    count: sum(counts),
    sequencesShare: sequences.length === 0 ? 0 : having.length / sequences.length,
    minPerSequence: counts.reduce((least, count) => Math.min(least, count), counts[0] ?? 0),
    avgPerSequence: having.length === 0 ? 0 : sum(counts) / having.length,
    maxPerSequence: counts.reduce((most, count) => Math.max(most, count), 0),
    positions: Array.from(places, (count, k) => ({ low: k / 10, high: (k + 1) / 10, count })).filter(
      ({ count }) => count > 0,
    ),
  };
}
