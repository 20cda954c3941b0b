import { canonicalJson, type JsonObject } from "@millrace/program";
import type { ExactSum } from "../sums/exact-sum.ts";
import type { CountedNumbers } from "./counted-numbers.ts";
import { sortTexts } from "./counted-texts.ts";
import type {
  CountedTexts,
  PartialColumn,
  PartialNumbers,
  PartialStatistics,
  PartialTexts,
  PartialWeights,
} from "./model.ts";

/**
 * Partial statistics as the one JSON text that says them, to keep or send: equal rows give equal bytes, however they were
 * put together. `decodePartial` reads it.
 */
export function encodePartial(partial: PartialStatistics): string {
  return canonicalJson({
    format: "millrace-partial-statistics",
    version: 1,
    rows: partial.rows,
    limit: Number.isFinite(partial.limit) ? partial.limit : null,
    ...(partial.weightedRows && { weightedRows: partial.weightedRows.toText() }),
    columns: partial.columns.map(encodeColumn),
  } as JsonObject);
}

function encodeColumn(column: PartialColumn): JsonObject {
  const { lengths, levels, numbers, texts, weights, ...plain } = column;
  return {
    ...plain,
    ...(lengths && { lengths: encodeNumbers(lengths) }),
    ...(levels && { levels: levels.map((level) => ({ ...level, lengths: encodeNumbers(level.lengths) })) }),
    ...(numbers && { numbers: encodePartialNumbers(numbers) }),
    ...(texts && { texts: encodePartialTexts(texts) }),
    ...(weights && { weights: encodeWeights(weights) }),
  } as JsonObject;
}

function encodePartialNumbers(numbers: PartialNumbers): JsonObject {
  const { min, max, sum, squares, counted, hashes, ...plain } = numbers;
  return {
    ...plain,
    ...(numbers.count > 0 && { min, max }),
    sum: sum.toText(),
    squares: squares.toText(),
    counted: encodeNumbers(counted),
    ...(hashes && { hashes: encodeDoubles(hashes) }),
  };
}

function encodePartialTexts(texts: PartialTexts): JsonObject {
  const { minBytes, counted, binary, hashes, ...plain } = texts;
  return {
    ...plain,
    ...(texts.count > 0 && { minBytes }),
    ...(counted && { counted: encodeTexts(counted) }),
    ...(binary && { binary: encodeTexts(binary) }),
    ...(hashes && { hashes: encodeDoubles(hashes) }),
  };
}

function encodeWeights({ present, missing, total, values }: PartialWeights): JsonObject {
  const keys = [...values.keys()];
  const ordered =
    typeof keys[0] === "number"
      ? (keys as number[]).toSorted((a, b) => a - b)
      : sortTexts({ values: keys as string[], counts: new Float64Array(keys.length) }).values;
  const sums = (sum: ExactSum) => sum.toText();
  return {
    present: sums(present),
    missing: sums(missing),
    total: sums(total),
    values: ordered.map((key) => [key, sums(values.get(key)!)]),
  } as JsonObject;
}

const encodeNumbers = ({ values, counts }: CountedNumbers): JsonObject => ({
  values: encodeDoubles(values),
  counts: encodeDoubles(counts),
});

function encodeTexts(counted: CountedTexts): JsonObject {
  const { values, counts } = sortTexts(counted);
  return { values: [...values], counts: encodeDoubles(Float64Array.from(counts)) };
}

/** Little-endian doubles in base64. */
const encodeDoubles = (values: Float64Array) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
