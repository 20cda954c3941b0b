import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textClasses } from "../unicode/index.ts";
import { crossText, lengthOfText, type TermRule, termReader, termTexts } from "./terms.ts";

const small = textClasses({ lower: true, plain: false });
const bare = textClasses({ lower: true, plain: true });
const words: TermRule = {
  ...{ unit: "word", low: 1, high: 1, least: 1, most: 1000, count: "times", norm: false, buckets: 1, ...small },
};
const of = (text: string, rule: Partial<TermRule> = {}) => termTexts({ ...words, ...rule })(text);

interface Golden {
  readonly texts: readonly string[];
  readonly cases: readonly {
    readonly name: string;
    readonly unit: "word" | "character";
    readonly low: number;
    readonly high: number;
    readonly count: "times" | "log";
    readonly norm: boolean;
    readonly vocabulary: readonly string[];
    readonly idf: readonly number[] | null;
    readonly rows: readonly (readonly [readonly number[], readonly number[]])[];
  }[];
}
const golden = JSON.parse(readFileSync(new URL("./terms.golden.json", import.meta.url), "utf8")) as Golden;

describe("terms", () => {
  it.each(golden.cases)("are scikit-learn's: $name", ({ vocabulary, idf, rows, ...rule }) => {
    const levels = new Map(vocabulary.map((term, k) => [term, k]));
    const read = termReader({
      ...words,
      ...rule,
      least: 2,
      levels,
      idf: idf === null ? undefined : Float64Array.from(idf),
    });
    golden.texts.forEach((text, k) => {
      const { size, indexes, values } = read(text);
      const [index, number] = rows[k]!;
      expect([...indexes.subarray(0, size)]).toEqual(index);
      for (let i = 0; i < size; i++) expect(Math.abs(values[i]! - number[i]!)).toBeLessThan(1e-14);
    });
  });

  it("are words of letters, marks and numbers in lower case", () => {
    expect(of("Don't STOP, the x_y 2.5")).toEqual(["don", "t", "stop", "the", "x", "y", "2", "5"]);
    expect(of("हिन्दी ไทย 日本語 한국어")).toEqual(["हिन्दी", "ไทย", "日本語", "한국어"]);
    expect(of("İSTANBUL ΣΊΣΥΦΟΣ Ǆ ẞ 👨‍👩‍👧 𐐀")).toEqual(["istanbul", "σίσυφοσ", "ǆ", "ß", "𐐨"]);
    expect(of("Ÿ E\u0301 ộ", bare)).toEqual(["y", "e", "o"]);
    expect(of("\u0301 !", bare)).toEqual([]);
    expect(of("a bb ccc", { least: 2 })).toEqual(["bb", "ccc"]);
    expect(of("abc def", { most: 5 })).toEqual(["abc", "d"]);
    expect(of("\ud83d\ude00a", { most: 1 })).toEqual([]);
  });

  it("are runs of words, or of characters with a space around each word", () => {
    expect(of("a b c", { low: 1, high: 2 })).toEqual(["a", "a b", "b", "b c", "c"]);
    expect(of("Ab, c", { unit: "character", low: 2, high: 2 })).toEqual([" a", "ab", "b ", " c", "c "]);
    expect(of("𐐀", { unit: "character", low: 3, high: 8 })).toEqual([" 𐐨 "]);
    expect(of("--", { unit: "character" })).toEqual([]);
    expect(of("a\0\0b c\0a\0", { unit: "item" })).toEqual(["a", "b c", "a"]);
    expect(of("a\0b\0c\0", { unit: "item", most: 2 })).toEqual(["a", "b"]);
  });

  it("are hashed as scikit-learn hashes: MurmurHash3 of the UTF-8 bytes", () => {
    // sklearn.utils.murmurhash3_32("free", positive=True) is 1363043438, of "é" 269551495
    const read = termReader({ ...words, buckets: 1000 });
    expect(read("free").indexes[0]).toBe(438);
    expect(read("é").indexes[0]).toBe(495);
  });

  it("have numbers by hand", () => {
    const levels = new Map([
      ["a", 0],
      ["b", 1],
    ]);
    const read = (rule: Partial<TermRule>) => {
      const { size, values } = termReader({ ...words, levels, ...rule })("b a b z");
      return [...values.subarray(0, size)];
    };
    expect(read({})).toEqual([1, 2]);
    expect(read({ count: "once" })).toEqual([1, 1]);
    expect(read({ count: "log" })).toEqual([1, 1 + Math.log(2)]);
    expect(read({ idf: Float64Array.of(3, 2), norm: true })).toEqual([3 / 5, 4 / 5]);
    expect(termReader(words)(null).size).toBe(0);
  });

  it("do not depend on what was read before, and count each term of any text once", () => {
    const read = termReader({ ...words, buckets: 7 });
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { size, indexes, values } = read(text);
        const kept = [...indexes.subarray(0, size)];
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        expect(values.subarray(0, size).reduce((sum, value) => sum + value, 0)).toBe(of(text).length);
      }),
    );
  });
});

it("lengths count code points, and crosses cut at 256 of them", () => {
  expect(lengthOfText("e\u0301👩‍👧")).toBe(5);
  expect(crossText("×", ["a", "b"])).toBe("a×b");
  expect(crossText("×", ["a", null])).toBe(null);
  expect(crossText("", ["👧".repeat(300), "b"])).toBe(`${"👧".repeat(256)}b`);
});
