import type { StringColumn } from "@millrace/program";

/** Pairs of different texts of one column that are nearly the same. */
export interface SimilarTexts {
  readonly column: string;
  /** Different texts that resemble at least one other, and the rows that hold them. */
  readonly texts: number;
  readonly rows: number;
  /** Up to five pairs, the likest first, each with the first row (from 1) of either. */
  readonly examples: readonly {
    readonly similarity: number;
    readonly rows: readonly [number, number];
  }[];
}

/** Share of three-character pieces that two texts must have in common. */
const ALIKE = 0.8;
const PIECE = 3;
/** Shorter texts are names and codes, which differ by what little they have. */
const LEAST_MEAN_LENGTH = 20;
const MOST_TEXTS = 20_000;
/** 16 bands of 4: a pair of similarity 0.8 shares a band with probability 0.9998, one of 0.3 with 0.12. */
const BANDS = 16;
const BAND_ROWS = 4;
/** Neighbours of one text that are compared; texts from one template would otherwise cost the square of their number. */
const MOST_NEIGHBOURS = 50;

/**
 * Texts of a column that nearly repeat another: candidates by MinHash over pieces of three characters (without case and
 * repeated blanks), each then compared exactly, so that no pair below 0.8 of Jaccard's similarity is named.
 *
 * Missing: no text. Undefined where texts are short (20 characters on average) or more than 20,000 differ.
 * Source: Broder, "On the resemblance and containment of documents", SEQUENCES 1997; bands after Leskovec, Rajaraman & Ullman,
 * "Mining of Massive Datasets", 3rd ed., § 3.4.
 */
export function findSimilarTexts(name: string, column: StringColumn): SimilarTexts | undefined {
  const firstRow = new Int32Array(column.levels.length).fill(-1);
  const counts = new Int32Array(column.levels.length);
  for (const [row, code] of column.codes.entries()) {
    if (code < 0) continue;
    if (firstRow[code] === -1) firstRow[code] = row + 1;
    counts[code]!++;
  }
  const used = [...counts.keys()].filter((code) => counts[code]! > 0);
  const length = used.reduce((sum, code) => sum + column.levels[code]!.length, 0);
  if (used.length < 2 || used.length > MOST_TEXTS || length < LEAST_MEAN_LENGTH * used.length) return undefined;
  const pieces = new Map(used.map((code) => [code, piecesOf(column.levels[code]!)]));
  const alike = new Set<number>();
  const pairs: { similarity: number; rows: readonly [number, number] }[] = [];
  for (const [a, b] of candidates(pieces)) {
    const similarity = jaccard(pieces.get(a)!, pieces.get(b)!);
    if (similarity < ALIKE) continue;
    alike.add(a).add(b);
    const [first, second] = [firstRow[a]!, firstRow[b]!];
    pairs.push({ similarity, rows: first < second ? [first, second] : [second, first] });
  }
  if (alike.size === 0) return undefined;
  pairs.sort((a, b) => b.similarity - a.similarity || a.rows[0] - b.rows[0] || a.rows[1] - b.rows[1]);
  return {
    column: name,
    texts: alike.size,
    rows: [...alike].reduce((sum, code) => sum + counts[code]!, 0),
    examples: pairs.slice(0, 5),
  };
}

/** Hashes of the pieces of a text, each once, in rising order. */
function piecesOf(text: string): Uint32Array {
  const plain = text.toLowerCase().replace(/\s+/g, " ").trim();
  const found = new Set<number>();
  for (let at = 0; at + PIECE <= Math.max(plain.length, PIECE); at++) found.add(hashOf(plain, at));
  return Uint32Array.from(found).sort();
}

/** FNV-1a over the UTF-16 units of one piece. */
function hashOf(text: string, at: number): number {
  let hash = 0x811c9dc5;
  for (let k = at; k < Math.min(text.length, at + PIECE); k++) hash = Math.imul(hash ^ text.charCodeAt(k), 0x01000193);
  return hash >>> 0;
}

function candidates(pieces: ReadonlyMap<number, Uint32Array>): [number, number][] {
  const seen = new Set<number>();
  const found: [number, number][] = [];
  const size = Math.max(...pieces.keys()) + 1;
  const signatures = [...pieces].map(([code, own]) => [code, signatureOf(own)] as const);
  for (let band = 0; band < BANDS; band++) {
    const buckets = new Map<string, number[]>();
    for (const [code, signature] of signatures) {
      const key = signature.subarray(band * BAND_ROWS, (band + 1) * BAND_ROWS).join(",");
      const bucket = buckets.get(key) ?? [];
      buckets.set(key, bucket);
      for (const other of bucket.slice(-MOST_NEIGHBOURS)) {
        const pair = other * size + code;
        if (seen.has(pair)) continue;
        seen.add(pair);
        found.push([other, code]);
      }
      bucket.push(code);
    }
  }
  return found;
}

/** The least of each of 64 permutations of the hashes (odd multiples modulo 2^32, mixed). */
function signatureOf(pieces: Uint32Array): Uint32Array {
  const signature = new Uint32Array(BANDS * BAND_ROWS).fill(0xffffffff);
  for (const piece of pieces)
    for (let k = 0; k < signature.length; k++) {
      let mixed = Math.imul(piece ^ Math.imul(k + 1, 0x9e3779b1), 0x85ebca6b);
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
      mixed = (mixed ^ (mixed >>> 16)) >>> 0;
      if (mixed < signature[k]!) signature[k] = mixed;
    }
  return signature;
}

function jaccard(a: Uint32Array, b: Uint32Array): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; )
    if (a[i] === b[j]) {
      shared++;
      i++;
      j++;
    } else if (a[i]! < b[j]!) i++;
    else j++;
  return shared / (a.length + b.length - shared);
}
