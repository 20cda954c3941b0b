import type { Frame } from "@millrace/program";
import { describe, expect, it } from "vitest";
import { plainContext, randomStream } from "#kernel";
import { featureMatrix, fitTransform, type TermRows } from "#transform";
import { fitTermsOf } from "./fit-terms.ts";

/** Rows of one term each: term k in rows k, k + width, … */
function oneTermEach(rows: number, width: number): TermRows {
  return {
    width,
    starts: Uint32Array.from({ length: rows + 1 }, (_, i) => i),
    indexes: Uint32Array.from({ length: rows }, (_, i) => i % width),
    values: new Float64Array(rows).fill(1),
  };
}
const rows = 300;
const terms = oneTermEach(rows, 3);
const fold = Uint8Array.from({ length: rows }, (_, i) => Math.floor(i / 3) % 5);

describe("fitTermsOf", () => {
  it("learns the mean of each term for a regression", () => {
    const target = Float64Array.from({ length: rows }, (_, i) => [10, 20, 60][i % 3]!);
    const { weights, bias, outOfFold } = fitTermsOf("regression")({ terms, target, outputs: 1, fold });
    for (const [k, mean] of [10, 20, 60].entries()) expect(bias[0]! + weights[k]!).toBeCloseTo(mean, 0);
    expect(outOfFold[5]!).toBeCloseTo(60, 0);
  });

  it("learns the log odds of each term, and never from rows without a label", () => {
    // term 0: 3 of 4 positive; term 1: 1 of 4; term 2: no label at all
    const target = Float64Array.from({ length: rows }, (_, i) => {
      if (i % 3 === 2) return Number.NaN;
      const few = Math.floor(i / 15) % 4 === 0;
      return (i % 3 === 0) === few ? 0 : 1;
    });
    const { weights, bias } = fitTermsOf("binary")({ terms, target, outputs: 1, fold });
    expect(bias[0]! + weights[0]!).toBeGreaterThan(0.7);
    expect(bias[0]! + weights[1]!).toBeLessThan(-0.7);
    expect(weights[2]).toBe(0);
  });

  it("gives each class of several a margin", () => {
    const target = Float64Array.from({ length: rows }, (_, i) => i % 3);
    const { weights, bias, outOfFold } = fitTermsOf("multiclass")({ terms, target, outputs: 3, fold });
    for (let k = 0; k < 3; k++) {
      const margins = [0, 1, 2].map((j) => bias[j]! + weights[j * 3 + k]!);
      expect(margins.indexOf(Math.max(...margins))).toBe(k);
      expect(outOfFold[k * rows + k]).toBeGreaterThan(outOfFold[((k + 1) % 3) * rows + k]!);
    }
  });
});

describe("free text as features", () => {
  const told = ["the quick brown fox jumps over the lazy dog", "a slow green turtle walks under a very tall tree"];
  const texts = Array.from({ length: 60 }, (_, i) => `${told[i % 2]}, for the ${i}th time today`);
  const frame: Frame = {
    rows: 60,
    columns: new Map([
      ["note", { type: "string", codes: Int32Array.from(texts, (_, i) => (i === 7 ? -1 : i)), levels: texts }],
      [
        "link",
        {
          type: "string",
          codes: Int32Array.from(texts, (_, i) => i),
          levels: texts.map((text) => `http://${text.replaceAll(" ", "/")}`),
        },
      ],
      ["y", { type: "number", values: Float64Array.from(texts, (_, i) => i % 2) }],
    ]),
  };
  const plan = fitTransform(
    frame,
    { task: "binary", target: "y", fitTerms: fitTermsOf("binary") },
    { categoricalLevels: 10 },
    { ...plainContext(), random: randomStream(1, "test") },
  );

  it("are a margin of the words, out of fold in training, and the length", () => {
    const scored = featureMatrix(plan, frame, { for: "trees" });
    expect(scored.map(({ name }) => name)).toEqual(["note:words", "note:length"]);
    const training = featureMatrix(plan, frame, { for: "trees", training: true });
    expect(training[0]!.values).not.toEqual(scored[0]!.values);
    for (const { values } of [scored[0]!, training[0]!])
      for (let i = 0; i < 60; i++) if (i !== 7) expect(values[i]! > 0).toBe(i % 2 === 1);
    expect(scored[1]!.values[0]).toBe(texts[0]!.length);
  });

  it("keep terms that several rows hold, in the order of their bytes", () => {
    const node = plan.nodes.find(({ op }) => op === "termLinear")!;
    const levels = node.attributes.levels as string[];
    expect(levels).toContain("quick brown");
    expect(levels).not.toContain("13th");
    expect(levels).toEqual([...levels].sort());
  });

  it("leave out long values that are no words", () => {
    expect(plan.leftOut.map(({ column }) => column)).toEqual(["link", "y"]);
  });
});
