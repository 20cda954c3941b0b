import { invariant } from "../errors/millrace-error.ts";
import { philox4x32 } from "./philox.ts";

/**
 * Counter-based random numbers: the value at (seed, purpose, counter) is fixed, whoever asks first and on whatever thread.
 *
 * ```ts
 * const random = randomStream(7, "split");
 * random.uint32At(0) === randomStream(7, "split").uint32At(0); // true
 * ```
 */
export interface RandomStream {
  /** 32 random bits at this counter (0 ≤ counter < 2^53). */
  uint32At(counter: number): number;
  /** A number in [0, 1) with 53 random bits at this counter. */
  uniformAt(counter: number): number;
  /** The next number in [0, 1) of a sequence that starts at counter 0. */
  uniform(): number;
  /** The next whole number in [0, n), unbiased by rejection; 1 ≤ n ≤ 2^32. */
  integer(n: number): number;
  /** A stream of its own for a part of the work. */
  fork(purpose: string): RandomStream;
}

/**
 * The stream for one purpose under one seed.
 *
 * Random: Philox4x32-10, keyed by a 64-bit FNV-1a hash of the seed and the purpose.
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011, §3.
 */
export function randomStream(seed: number, purpose: string): RandomStream {
  const [key0, key1] = hashKey(`${seed}\u0000${purpose}`);
  const block = new Uint32Array(4);
  let cachedBlock = -1;
  const word = (index: number): number => {
    const blockIndex = Math.floor(index / 4);
    if (blockIndex !== cachedBlock) {
      philox4x32(blockIndex >>> 0, Math.floor(blockIndex / 4294967296), 0, 0, key0, key1, block);
      cachedBlock = blockIndex;
    }
    return block[index % 4]!;
  };
  const uniformAt = (counter: number) =>
    ((word(2 * counter) >>> 5) * 67108864 + (word(2 * counter + 1) >>> 6)) / 9007199254740992;
  let next = 0;
  const stream: RandomStream = {
    uint32At: word,
    uniformAt,
    uniform: () => uniformAt(next++),
    integer: (n) => {
      invariant(Number.isInteger(n) && n >= 1 && n <= 4294967296, `No whole number in [0, ${n}) can be drawn.`);
      const limit = Math.floor(4294967296 / n) * n;
      for (;;) {
        const value = word(2 * next++);
        if (value < limit) return value % n;
      }
    },
    fork: (part) => randomStream(seed, `${purpose}/${part}`),
  };
  return stream;
}

/** Shuffles whole numbers 0 … n−1 (Fisher–Yates), in place of any unordered sampling. */
export function shuffledIndices(n: number, random: RandomStream): Uint32Array {
  const indices = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const swap = indices[i]!;
    indices[i] = indices[j]!;
    indices[j] = swap;
  }
  return indices;
}

function hashKey(text: string): [number, number] {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return [Number(hash & 0xffffffffn), Number(hash >> 32n)];
}
