import { createHash } from "node:crypto";
import type { Column, Digest, Frame } from "@millrace/program";
import { digestJson } from "#kernel";

const CHUNK_ROWS = 65536;

/**
 * The content digest of a frame: over its column names, types and rows in order, whatever the order of levels and wherever it is stored.
 *
 * Each column has a digest of its own over canonical bytes: one byte a row for missing, then the values (doubles little-endian with +0 for
 * −0 and for missing; bool one byte; text as UTF-8 length and bytes). `patterns` (how text became a timestamp) belong to the schema.
 */
export function frameDigest(
  frame: Frame,
  patterns: Readonly<Record<string, string>> | ReadonlyMap<string, string> = new Map(),
): Digest {
  const known = patterns instanceof Map ? patterns : new Map(Object.entries(patterns));
  const columns = [...frame.columns].map(([name, column]) => {
    const pattern = known.get(name);
    return { name, type: column.type, values: columnDigest(column), ...(pattern === undefined ? {} : { pattern }) };
  });
  return digestJson({ format: 1, rows: frame.rows, columns });
}

function columnDigest(column: Column): Digest {
  const hash = createHash("sha256");
  if (column.type === "string") {
    hashTexts(hash, column.codes, column.levels);
    return `sha256:${hash.digest("hex")}`;
  }
  const width = column.type === "vector" ? column.width : 1;
  const rows = width === 0 ? 0 : column.values.length / width;
  hash.update(column.missing ?? new Uint8Array(rows));
  if (column.type === "bool")
    hash.update(column.missing === undefined ? column.values : zeroed(column.values, column.missing));
  else {
    for (let from = 0; from < rows; from += CHUNK_ROWS) {
      const to = Math.min(rows, from + CHUNK_ROWS);
      const out = Buffer.allocUnsafe((to - from) * width * 8);
      const view = new Float64Array(out.buffer, out.byteOffset, (to - from) * width);
      for (let row = from; row < to; row++) {
        const gone = column.missing?.[row] === 1;
        for (let k = 0; k < width; k++) view[(row - from) * width + k] = gone ? 0 : column.values[row * width + k]! + 0;
      }
      hash.update(out);
    }
  }
  return `sha256:${hash.digest("hex")}`;
}

function zeroed(values: Uint8Array, missing: Uint8Array): Uint8Array {
  return values.map((value, row) => (missing[row] === 1 ? 0 : value));
}

/** Rows of text as length + 1 (0: missing) in four bytes, then the bytes; levels are encoded once. */
function hashTexts(hash: ReturnType<typeof createHash>, codes: Int32Array, levels: readonly string[]): void {
  const encoded = levels.map((level) => {
    const bytes = Buffer.from(level, "utf8");
    const out = Buffer.allocUnsafe(4 + bytes.length);
    out.writeUInt32LE(bytes.length + 1, 0);
    bytes.copy(out, 4);
    return out;
  });
  const gone = Buffer.alloc(4);
  let buffer = Buffer.allocUnsafe(1 << 16);
  let used = 0;
  for (const code of codes) {
    const bytes = code === -1 ? gone : encoded[code]!;
    if (used + bytes.length > buffer.length) {
      hash.update(buffer.subarray(0, used));
      used = 0;
      if (bytes.length > buffer.length) buffer = Buffer.allocUnsafe(bytes.length);
    }
    buffer.set(bytes, used);
    used += bytes.length;
  }
  hash.update(buffer.subarray(0, used));
}
