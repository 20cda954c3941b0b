import type { Program, RowScore } from "@millrace/program";
import { describe, expect, test } from "vitest";
import { compareScores } from "./compare-scores.ts";

const exact = { exact: true, tolerance: 0 };
const loose = { exact: false, tolerance: 1e-6 };
const binary = { outputs: { task: "binary", score: 0, classes: ["no", "yes"], threshold: 0.5 } } as unknown as Program;
const row = (score: number | null): Pick<RowScore, "score" | "prediction"> => ({
  score,
  prediction: score === null ? null : score >= 0.5 ? "yes" : "no",
});

describe("compareScores", () => {
  test("counts the same bits as the same, also where a score is missing", () => {
    const rows = [row(0.25), row(null), row(Number.POSITIVE_INFINITY)];
    expect(compareScores(binary, rows, rows, exact)).toEqual({
      cases: 3,
      maxAbsError: 0,
      maxUlp: 0,
      differingPredictions: 0,
      nearSplits: 0,
      ok: true,
    });
  });

  test("refuses one unit in the last place of an exact target", () => {
    const found = compareScores(binary, [row(0.25)], [{ ...row(0.25 + 2 ** -54) }], exact);
    expect(found).toMatchObject({ ok: false, maxUlp: 1, maxAbsError: 2 ** -54 });
  });

  test("takes a small error of another target, and another prediction only at the threshold", () => {
    const near = 0.5 - 1e-9;
    expect(compareScores(binary, [row(0.5)], [row(near)], loose)).toMatchObject({ ok: true, differingPredictions: 1 });
    expect(compareScores(binary, [row(0.3)], [{ score: 0.3, prediction: "yes" }], loose).ok).toBe(false);
    expect(compareScores(binary, [row(0.3)], [row(0.31)], loose).ok).toBe(false);
    expect(compareScores(binary, [row(0.3)], [row(0.31)], loose, () => true)).toMatchObject({
      ok: true,
      nearSplits: 1,
    });
  });

  test("refuses a score on one side only, and rows that are not there", () => {
    expect(compareScores(binary, [row(0.3)], [row(null)], loose)).toMatchObject({
      ok: false,
      maxAbsError: Number.MAX_VALUE,
      maxUlp: 2 ** 53,
    });
    expect(compareScores(binary, [row(0.3)], [], loose).ok).toBe(false);
  });

  test("compares the score of each class", () => {
    const program = { outputs: { task: "multiclass", score: 0, classes: ["a", "b"] } } as unknown as Program;
    const expected: RowScore = { score: 0.6, scores: { a: 0.4, b: 0.6 }, prediction: "b" };
    const same = { score: 0.6, scores: [0.4, 0.6], prediction: "b" };
    expect(compareScores(program, [expected], [same], exact).ok).toBe(true);
    expect(compareScores(program, [expected], [{ ...same, scores: [0.41, 0.6] }], exact).ok).toBe(false);
    expect(compareScores(program, [expected], [{ score: 0.6, prediction: "b" }], exact).ok).toBe(false);
  });

  test("takes a regression's prediction to be its score", () => {
    const program = { outputs: { task: "regression", score: 0 } } as unknown as Program;
    const expected: RowScore = { score: 1000, prediction: 1000 };
    const off = 1000 + 1e-4;
    expect(compareScores(program, [expected], [{ score: off, prediction: off }], loose).ok).toBe(true);
    expect(compareScores(program, [expected], [{ score: 1000, prediction: 7 }], loose).ok).toBe(false);
  });
});
