/**
 * MurmurHash3 x86-32 of bytes, or of a text's UTF-8 bytes, as a whole number in [0, 2^32).
 *
 * ```ts
 * murmur3("hello"); // 613153351
 * ```
 *
 * Source: Austin Appleby, MurmurHash3 (public domain), 2011, `MurmurHash3_x86_32`.
 */
export function murmur3(data: Uint8Array | string, seed = 0): number {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const length = bytes.length;
  const whole = length - (length % 4);
  let hash = seed | 0;
  for (let i = 0; i < whole; i += 4) {
    const block = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    hash ^= scramble(block);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let i = length - 1; i >= whole; i--) tail = (tail << 8) | bytes[i]!;
  if (length > whole) hash ^= scramble(tail);
  hash ^= length;
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash >>> 0;
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}
