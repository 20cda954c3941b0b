/** Databases limit the parameters of a statement; this stays below every one's. */
const largestChunk = 512;

/**
 * The distinct values in chunks. A chunk is filled up to a power of two by repeating its last value, so that few different
 * statements are prepared.
 */
export function chunksOf(values: readonly string[]): string[][] {
  const distinct = [...new Set(values)];
  const chunks: string[][] = [];
  for (let start = 0; start < distinct.length; start += largestChunk) {
    const chunk = distinct.slice(start, start + largestChunk);
    const size = 2 ** Math.ceil(Math.log2(chunk.length));
    while (chunk.length < size) chunk.push(chunk.at(-1)!);
    chunks.push(chunk);
  }
  return chunks;
}
