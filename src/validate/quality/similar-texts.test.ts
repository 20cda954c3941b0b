import type { StringColumn } from "@millrace/program";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findSimilarTexts } from "./similar-texts.ts";

const column = (texts: string[]): StringColumn => {
  const levels = [...new Set(texts)];
  return { type: "string", levels, codes: Int32Array.from(texts, (text) => levels.indexOf(text)) };
};

/** Jaccard's similarity by its definition, over sets of pieces. */
function similarity(a: string, b: string): number {
  const pieces = (text: string) => {
    const plain = text.toLowerCase().replace(/\s+/g, " ").trim();
    return new Set(Array.from({ length: plain.length - 2 }, (_, at) => plain.slice(at, at + 3)));
  };
  const [x, y] = [pieces(a), pieces(b)];
  const shared = [...x].filter((piece) => y.has(piece)).length;
  return shared / (x.size + y.size - shared);
}

const message = "You have won a guaranteed prize of 1000 pounds, call 09061701461 from a land line to claim it";

describe("texts that nearly repeat another", () => {
  it("are found with their similarity and rows, repeats of one text counted as rows", () => {
    const like = message.replace("1000", "2000");
    const other = "Shall we meet for lunch at the usual place tomorrow, or is that too early for you?";
    const found = findSimilarTexts("text", column([other, message, like, message]))!;
    expect([found.texts, found.rows, found.examples.map(({ rows }) => rows)]).toEqual([2, 3, [[2, 3]]]);
    expect(found.examples[0]!.similarity).toBeCloseTo(similarity(message, like), 12);
  });

  it("are not looked for among names and codes, nor found where there are none", () => {
    expect(findSimilarTexts("city", column(["Hamburg", "Hamburk", "Bern"]))).toBeUndefined();
    expect(findSimilarTexts("text", column([message, message.split("").reverse().join("")]))).toBeUndefined();
  });

  it("are just the pairs of 0.8 or more that comparing each with each finds", () => {
    const words = ["prize", "call", "today", "your", "account", "number", "free", "meeting", "lunch", "tomorrow"];
    const sentence = fc.array(fc.constantFrom(...words), { minLength: 8, maxLength: 14 }).map((all) => all.join(" "));
    fc.assert(
      fc.property(fc.uniqueArray(sentence, { minLength: 2, maxLength: 12 }), fc.nat(), (given, at) => {
        const texts = [...new Set([...given, `${given[at % given.length]} now`])];
        const pairs = texts.flatMap((a, i) => texts.slice(i + 1).map((b) => [a, b] as const));
        const alike = new Set(pairs.filter(([a, b]) => similarity(a, b) >= 0.8).flat());
        expect(findSimilarTexts("text", column(texts))?.texts ?? 0).toBe(alike.size);
      }),
      { numRuns: 60, seed: 4 },
    );
  });
});
