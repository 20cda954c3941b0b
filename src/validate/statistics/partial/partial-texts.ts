import { isUtf8 } from "node:buffer";
import type { StringColumn } from "@millrace/program";
import type { BytesColumn } from "../nested/model.ts";
import { mergeTexts } from "./counted-texts.ts";
import { hashText, mergeHashes, sketchHashes } from "./distinct-sketch.ts";
import type { CountedTexts, PartialTexts } from "./model.ts";

/** How often each level occurs. */
export function levelCounts(column: StringColumn, rows: number): Float64Array {
  const counts = new Float64Array(column.levels.length);
  for (let row = 0; row < rows; row++) {
    const code = column.codes[row]!;
    if (code >= 0) counts[code]! += 1;
  }
  return counts;
}

/** What is kept of the texts of a column. */
export function partialTexts(column: StringColumn, rows: number, limit: number): PartialTexts {
  const all = levelCounts(column, rows);
  const seen = all.every((count) => count > 0) ? undefined : column.levels.filter((_, level) => all[level]! > 0);
  return ofCounted(
    { values: seen ?? column.levels, counts: seen === undefined ? all : all.filter((n) => n > 0) },
    limit,
  );
}

function ofCounted(counted: CountedTexts, limit: number): PartialTexts {
  const { values, counts } = counted;
  let count = 0;
  let totalBytes = 0;
  let minBytes = Infinity;
  let maxBytes = 0;
  for (let k = 0; k < values.length; k++) {
    const bytes = Buffer.byteLength(values[k]!);
    count += counts[k]!;
    totalBytes += bytes * counts[k]!;
    if (bytes < minBytes) minBytes = bytes;
    if (bytes > maxBytes) maxBytes = bytes;
  }
  return limited({ count, totalBytes, minBytes, maxBytes, invalid: 0, counted }, limit);
}

/** As `partialTexts`, of raw bytes: what is valid UTF-8 is text. */
export function partialBytes(column: BytesColumn, limit: number): PartialTexts {
  const texts = new Map<string, number>();
  const binary = new Map<string, number>();
  let invalid = 0;
  let binaryBytes = 0;
  let least = Infinity;
  let most = 0;
  for (const value of column.values) {
    if (value === null) continue;
    const buffer = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    if (isUtf8(value)) {
      const text = buffer.toString("utf8");
      texts.set(text, (texts.get(text) ?? 0) + 1);
      continue;
    }
    invalid++;
    binaryBytes += value.length;
    least = Math.min(least, value.length);
    most = Math.max(most, value.length);
    const key = buffer.toString("base64");
    binary.set(key, (binary.get(key) ?? 0) + 1);
  }
  const valid = ofCounted(countedOf(texts), Infinity);
  if (invalid === 0) return limited(valid, limit);
  return limited(
    {
      ...valid,
      count: valid.count + invalid,
      totalBytes: valid.totalBytes + binaryBytes,
      minBytes: Math.min(valid.minBytes, least),
      maxBytes: Math.max(valid.maxBytes, most),
      invalid,
      binary: countedOf(binary),
    },
    limit,
  );
}

const countedOf = (counts: ReadonlyMap<string, number>): CountedTexts => ({
  values: [...counts.keys()],
  counts: Float64Array.from(counts.values()),
});

const none: CountedTexts = { values: [], counts: [] };

function limited(texts: PartialTexts, limit: number): PartialTexts {
  const { counted, binary, ...rest } = texts;
  if (counted === undefined || counted.values.length + (binary?.values.length ?? 0) <= limit) return texts;
  const hashes = [...counted.values.map(hashText), ...(binary?.values ?? []).map((key) => hashText(`\u0000${key}`))];
  return { ...rest, hashes: sketchHashes(Float64Array.from(hashes)) };
}

export function mergePartialTexts(a: PartialTexts, b: PartialTexts, limit: number): PartialTexts {
  const sketched = a.hashes !== undefined || b.hashes !== undefined;
  const [first, second] = sketched ? [limited(a, -1), limited(b, -1)] : [a, b];
  const binary = first.binary === undefined && second.binary === undefined ? undefined : true;
  return limited(
    {
      count: a.count + b.count,
      totalBytes: a.totalBytes + b.totalBytes,
      minBytes: Math.min(a.minBytes, b.minBytes),
      maxBytes: Math.max(a.maxBytes, b.maxBytes),
      invalid: a.invalid + b.invalid,
      ...(sketched
        ? { hashes: mergeHashes(first.hashes!, second.hashes!) }
        : {
            counted: mergeTexts(first.counted!, second.counted!),
            ...(binary && { binary: mergeTexts(first.binary ?? none, second.binary ?? none) }),
          }),
    },
    limit,
  );
}
