// Writes program/unicode/tables.ts: which code points belong to words, their simple lower case, and what is left of them
// without marks, from the tables of the Unicode version that is pinned here. With --check it writes nothing and fails
// where the file is out of step. A Node of another Unicode version is refused: the tables of one version stay as they are.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const unicodeVersion = "17.0";
const path = join(dirname(fileURLToPath(import.meta.url)), "..", "program", "unicode", "tables.ts");
const wordCharacter = /[\p{L}\p{M}\p{N}]/u;
const mark = /\p{M}/u;
const last = 0x10ffff;

export function unicodeTables(): string {
  if (process.versions.unicode !== unicodeVersion)
    throw new Error(`This Node has Unicode ${process.versions.unicode}; the tables are of ${unicodeVersion}.`);
  const boundaries: number[] = [];
  const marks: number[] = [];
  const lower: [number, number][] = [];
  const plain: [number, number][] = [];
  let inWord = false;
  let inMark = false;
  for (let point = 0; point <= last; point++) {
    const scalar = point < 0xd800 || point > 0xdfff;
    const text = scalar ? String.fromCodePoint(point) : "";
    if (scalar && wordCharacter.test(text) !== inWord) boundaries.push(point);
    if (scalar && mark.test(text) !== inMark) marks.push(point);
    if (!scalar) continue;
    inWord = wordCharacter.test(text);
    inMark = mark.test(text);
    // simple case mapping: what becomes several code points, as İ does, is mapped to the first where the rest are marks
    const small = [...text.toLowerCase()];
    if (small[0] !== text && small.slice(1).every((rest) => mark.test(rest)))
      lower.push([point, small[0]!.codePointAt(0)!]);
    const parts = [...text.normalize("NFD")];
    if (parts.length > 1 && parts.slice(1).every((part) => mark.test(part)) && !mark.test(parts[0]!))
      plain.push([point, parts[0]!.codePointAt(0)!]);
  }
  return `// Written by scripts/unicode-tables.ts from Unicode ${unicodeVersion}; edit that.
// biome-ignore-all format: one table a line
export const unicodeVersion = "${unicodeVersion}";
/** Letters, marks and numbers: where runs of them begin and end, as differences. */
export const wordBoundaries = "${steps(boundaries)}";
/** Marks, likewise. */
export const markBoundaries = "${steps(marks)}";
/** Simple lower case: runs of (gap, length, step between code points, change). */
export const lowerRuns = "${runs(lower)}";
/** The letter below a letter with marks, likewise. */
export const plainRuns = "${runs(plain)}";
`;
}

function steps(points: readonly number[]): string {
  return varints(points.map((point, k) => point - (points[k - 1] ?? 0)));
}

function runs(pairs: readonly (readonly [number, number])[]): string {
  const numbers: number[] = [];
  let before = 0;
  for (let k = 0; k < pairs.length; ) {
    const [start, to] = pairs[k]!;
    const step = k + 1 < pairs.length ? pairs[k + 1]![0] - start : 1;
    let length = 1;
    while (
      step <= 2 &&
      k + length < pairs.length &&
      pairs[k + length]![0] === start + length * step &&
      pairs[k + length]![1] - pairs[k + length]![0] === to - start
    )
      length++;
    const change = to - start;
    numbers.push(start - before, length, length === 1 ? 1 : step, change < 0 ? -2 * change - 1 : 2 * change);
    before = start;
    k += length;
  }
  return varints(numbers);
}

/** Whole numbers ≥ 0 in groups of seven bits, the lowest first, as base64. */
function varints(numbers: readonly number[]): string {
  const bytes: number[] = [];
  for (const number of numbers) {
    let rest = number;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
  }
  return Buffer.from(bytes).toString("base64");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = unicodeTables();
  if (process.argv.includes("--check")) {
    if (readFileSync(path, "utf8") !== text) throw new Error(`${path} is out of step: run scripts/unicode-tables.ts.`);
  } else writeFileSync(path, text);
}
