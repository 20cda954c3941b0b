import type { ColumnStatistics, Precision, StatisticsType } from "../model.ts";
import { distinctError, estimateDistinct } from "../partial/distinct-sketch.ts";
import type { CountedTexts, PartialTexts } from "../partial/model.ts";
import { rankValues } from "./rank-values.ts";

/** What stands for a value that is no UTF-8, in the reference's words. */
const bytesValue = "__BYTES_VALUE__";

/** The figures of texts, or of bytes. */
export function finishTexts(
  texts: PartialTexts,
  type: StatisticsType,
  { topValues, rankLimit }: { topValues: number; rankLimit: number },
): Partial<ColumnStatistics> {
  const { count, totalBytes, minBytes, maxBytes, invalid, counted, binary, hashes } = texts;
  const lengths = count > 0 && {
    avgLength: totalBytes / count,
    minLength: minBytes,
    maxLength: maxBytes,
  };
  const distinct =
    counted === undefined ? estimateDistinct(hashes!) : counted.values.length + (binary?.values.length ?? 0);
  const shared = { unique: distinct, ...lengths, ...(invalid > 0 && { invalidUtf8: invalid }) };
  if (counted === undefined || type === "BYTES") return shared;
  const all = rankValues(withBinary(counted, binary), rankLimit);
  return { ...shared, topValues: all.slice(0, topValues), rankedValues: all };
}

function withBinary(counted: CountedTexts, binary: CountedTexts | undefined): CountedTexts {
  if (binary === undefined) return counted;
  const all = Array.from(binary.counts).reduce((sum, count) => sum + count, 0);
  return { values: [...counted.values, bytesValue], counts: [...Array.from(counted.counts), all] };
}

export function textsPrecision({ hashes }: PartialTexts): Readonly<Record<string, Precision>> | undefined {
  return hashes === undefined ? undefined : { unique: { relativeError: 3 * distinctError, confidence: 0.997 } };
}
