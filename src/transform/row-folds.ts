import { type Frame, murmur3 } from "@millrace/program";
import type { RandomStream } from "#kernel";

/**
 * A fold for each row, by a hash of what the row holds: equal rows share a fold, and the order of rows changes nothing.
 */
export function rowFolds(frame: Frame, columns: readonly string[], folds: number, random: RandomStream): Uint8Array {
  const hashes = new Uint32Array(frame.rows).fill(random.uint32At(0));
  const bits = new Float64Array(1);
  const words = new Uint32Array(bits.buffer);
  for (const name of columns) {
    const column = frame.columns.get(name)!;
    if (column.type === "vector") {
      const { width, values, missing } = column;
      for (let i = 0; i < frame.rows; i++)
        for (let k = 0; k < width; k++) {
          bits[0] = missing?.[i] === 1 ? 0 : values[i * width + k]! + 0;
          hashes[i] = mix(mix(hashes[i]!, words[0]!), words[1]!);
        }
      continue;
    }
    if (column.type === "string") {
      const levels = column.levels.map((level) => murmur3(level));
      for (let i = 0; i < frame.rows; i++)
        hashes[i] = mix(hashes[i]!, column.codes[i]! < 0 ? 0x9e3779b9 : levels[column.codes[i]!]!);
      continue;
    }
    for (let i = 0; i < frame.rows; i++) {
      const missing = column.missing?.[i] === 1;
      bits[0] = missing ? 0 : column.values[i]! + 0;
      hashes[i] = mix(mix(hashes[i]!, words[0]!), words[1]! ^ (missing ? 0x9e3779b9 : 0));
    }
  }
  return Uint8Array.from(hashes, (hash) => finish(hash) % folds);
}

function mix(hash: number, word: number): number {
  const scrambled = Math.imul(word, 0xcc9e2d51);
  const joined = hash ^ Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b873593);
  return (Math.imul((joined << 13) | (joined >>> 19), 5) + 0xe6546b64) >>> 0;
}

function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
