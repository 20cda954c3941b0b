import { log } from "../elementary/logarithm.ts";
import { countUpTo } from "../elementary/ordered.ts";
import { murmur3 } from "./murmur3.ts";

/** How a text becomes terms, and terms numbers: the attributes of `terms` in docs/reference/program.md. */
export interface TermRule {
  readonly unit: "word" | "character" | "item";
  /** Least and most words or characters of a term. */
  readonly low: number;
  readonly high: number;
  /** Shorter words are passed over; of longer texts only so many characters (of a list: items) are read. */
  readonly least: number;
  readonly most: number;
  /** Increasing code points: one belongs to a word where an odd number of them is ≤ it. */
  readonly classes?: Float64Array | undefined;
  /** Code points (increasing) and what they become; −1 leaves one out. */
  readonly foldFrom?: Float64Array | undefined;
  readonly foldTo?: Float64Array | undefined;
  /** A term's index: its place among these, or its hash modulo `buckets`. */
  readonly levels?: ReadonlyMap<string, number> | undefined;
  readonly buckets?: number | undefined;
  readonly count: "times" | "log" | "once";
  readonly idf?: Float64Array | undefined;
  readonly norm: boolean;
}

/** The terms of a text: `size` indexes, increasing, and their numbers. It is overwritten by the next text. */
export interface Terms {
  size: number;
  indexes: Uint32Array;
  values: Float64Array;
}

/** Reads the terms of one text after the other; a missing text has none. */
export function termReader(rule: TermRule): (text: string | null) => Terms {
  const { levels, buckets = 1, idf, count, norm } = rule;
  const terms: Terms = { size: 0, indexes: new Uint32Array(64), values: new Float64Array(64) };
  const add = (term: string) => {
    const index = levels === undefined ? murmur3(term) % buckets : levels.get(term);
    if (index === undefined) return;
    if (terms.size === terms.indexes.length) {
      const wider = new Uint32Array(terms.size * 2);
      wider.set(terms.indexes);
      terms.indexes = wider;
      terms.values = new Float64Array(terms.size * 2);
    }
    terms.indexes[terms.size++] = index;
  };
  const each = termWalker(rule);
  return (text) => {
    terms.size = 0;
    if (text === null) return terms;
    each(text, add);
    const { indexes, values, size } = terms;
    indexes.subarray(0, size).sort();
    let found = 0;
    let squares = 0;
    for (let k = 0; k < size; ) {
      const index = indexes[k]!;
      let times = 0;
      while (k < size && indexes[k] === index) {
        times++;
        k++;
      }
      const number = count === "times" ? times : count === "log" ? 1 + log(times) : 1;
      const value = idf === undefined ? number : number * idf[index]!;
      indexes[found] = index;
      values[found++] = value;
      squares += value * value;
    }
    terms.size = found;
    if (norm && squares > 0) {
      const length = Math.sqrt(squares);
      for (let k = 0; k < found; k++) values[k] = values[k]! / length;
    }
    return terms;
  };
}

/** The terms of a text as texts, each as often as it is there. */
export function termTexts(rule: TermRule): (text: string) => string[] {
  const each = termWalker(rule);
  return (text) => {
    const terms: string[] = [];
    each(text, (term) => {
      terms.push(term);
    });
    return terms;
  };
}

type Add = (term: string) => void;

function termWalker(rule: TermRule): (text: string, add: Add) => void {
  if (rule.unit === "item")
    return (list, add) => {
      for (const item of list.split("\0", rule.most)) if (item !== "") add(item);
    };
  const split = wordSplitter(rule);
  const each = rule.unit === "word" ? eachOfWords : eachOfCharacters;
  return (text, add) => each(rule, split(text), add);
}

// Terms are sorted by index later, so that their order here says nothing.

function eachOfWords(rule: TermRule, words: readonly string[], add: Add): void {
  eachRun(rule, words, " ", add);
}

function eachOfCharacters(rule: TermRule, words: readonly string[], add: Add): void {
  if (words.length > 0) eachRun(rule, [...` ${words.join(" ")} `], "", add);
}

function eachRun({ low, high }: TermRule, units: readonly string[], between: string, add: Add): void {
  for (let i = 0; i + low <= units.length; i++) {
    let term = units[i]!;
    if (low === 1) add(term);
    for (let n = 2; n <= high && i + n <= units.length; n++) {
      term += between + units[i + n - 1]!;
      if (n >= low) add(term);
    }
  }
}

const latin = 0x250;

function wordSplitter({ classes, foldFrom, foldTo, least, most }: TermRule): (text: string) => string[] {
  const fold = (point: number) => {
    if (foldFrom === undefined || foldTo === undefined) return point;
    const k = countUpTo(foldFrom, point) - 1;
    return k >= 0 && foldFrom[k] === point ? foldTo[k]! : point;
  };
  // what a code point becomes: "" where it is left out, " " where it parts words
  const become = (point: number) => {
    const folded = fold(point);
    if (folded < 0) return "";
    return classes !== undefined && countUpTo(classes, folded) % 2 === 1 ? String.fromCodePoint(folded) : " ";
  };
  const known: string[] = [];
  return (text) => {
    const words: string[] = [];
    let word = "";
    let length = 0;
    let read = 0;
    for (let i = 0; i < text.length && read < most; read++) {
      const point = text.codePointAt(i)!;
      i += point > 0xffff ? 2 : 1;
      let char = known[point];
      if (char === undefined) {
        char = become(point);
        if (point < latin) known[point] = char;
      }
      if (char === " ") {
        if (length > 0 && length >= least) words.push(word);
        word = "";
        length = 0;
      } else if (char !== "") {
        word += char;
        length++;
      }
    }
    if (length > 0 && length >= least) words.push(word);
    return words;
  };
}

/** The numbers of terms as a vector. */
export function spreadTerms({ size, indexes, values }: Terms, out: Float64Array, at = 0, width = out.length): void {
  out.fill(0, at, at + width);
  for (let k = 0; k < size; k++) out[at + indexes[k]!] = values[k]!;
}

/** bias + Σ weight × number, by increasing index. */
export function dotTerms({ size, indexes, values }: Terms, weights: Float64Array, bias: number, from = 0): number {
  let total = bias;
  for (let k = 0; k < size; k++) total += weights[from + indexes[k]!]! * values[k]!;
  return total;
}

/** How many code points a text has. */
export function lengthOfText(text: string | null): number {
  if (text === null) return Number.NaN;
  let length = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) length--;
  return length;
}

/** Of each text of a cross so many code points are read. */
export const crossLength = 256;

/** Texts side by side; missing where one is. */
export function crossText(separator: string, texts: readonly (string | null)[]): string | null {
  if (texts.includes(null)) return null;
  return texts.map((text) => firstOf(text!, crossLength)).join(separator);
}

function firstOf(text: string, count: number): string {
  return text.length <= count ? text : [...text.slice(0, 2 * count)].slice(0, count).join("");
}
