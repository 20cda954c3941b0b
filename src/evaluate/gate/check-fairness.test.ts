import type { Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { compareSlices, evaluate, type GatePolicy, judgeGate, measureFairness } from "#evaluate";
import { randomStream } from "#kernel";

const rows = 800;
const random = randomStream(8, "gate");
const labels = Array.from({ length: rows }, () => (random.uniform() < 0.4 ? 1 : 0));
const site = Int32Array.from({ length: rows }, (_, i) => i % 2);
const frame: Frame = { rows, columns: new Map([["site", { type: "string", levels: ["a", "b"], codes: site }]]) };
const draw = (signal: (row: number) => number) =>
  Float64Array.from(labels, (label, row) =>
    Math.min(1, Math.max(0, 0.5 + signal(row) * (label - 0.5) + 0.5 * (random.uniform() - 0.5))),
  );
const even = draw(() => 0.4);
const lame = draw((row) => (site[row] === 1 ? 0 : 0.4));
const judge = (policy: GatePolicy, scores: Float64Array, champion: Float64Array | null) =>
  judgeGate(policy, {
    evaluation: evaluate("binary", { scores, labels }, { draws: 0 }),
    fairness: measureFairness({ scores, labels }, frame, { by: ["site"] }),
    championSlices:
      champion &&
      compareSlices("binary", labels, scores, champion, "rocAucScore", frame, { by: ["site"] }, { draws: 50 }),
  });

test("a slice that loses to the champion refuses the model, and names itself", () => {
  const policy = { slices: { metric: "rocAucScore", champion: { notWorseBy: 0.02 } } };
  expect(judge(policy, even, even).passed).toBe(true);
  expect(judge(policy, lame, null).checks.at(-1)).toMatchObject({
    passed: true,
    evidence: "There is no champion yet.",
  });
  const refused = judge(policy, lame, even);
  expect(refused.passed).toBe(false);
  expect(refused.checks.at(-1)).toMatchObject({ name: "slices champion", limit: -0.02 });
  expect(refused.checks.at(-1)!.value).toBeLessThan(-0.2);
  expect(refused.checks.at(-1)!.evidence).toMatch(
    /^Worst slice beside the champion: site = b with a gain of -0\.\d+ on 400 rows/,
  );
  const few = judge({ slices: { metric: "rocAucScore", champion: { notWorseBy: 0, minRows: 500 } } }, lame, even);
  expect(few.checks.at(-1)).toMatchObject({ passed: true, evidence: "No slice has 500 rows to compare by." });
});

test("a slice of one class compares to nothing", () => {
  const one = {
    ...frame,
    columns: new Map([["y", { type: "string" as const, levels: ["n", "p"], codes: Int32Array.from(labels) }]]),
  };
  const found = compareSlices("binary", labels, even, lame, "rocAucScore", one, { by: ["y"] }, { draws: 50 });
  expect(found.map(({ comparison }) => comparison)).toEqual([null, null]);
});

test("fairness limits: the gap, its groups and what to change", () => {
  const policy = { fairness: { maxOpportunityGap: 0.1, maxSelectionGap: 1, maxOddsGap: 0.1, fourFifths: true } };
  const names = (verdict: ReturnType<typeof judge>) =>
    verdict.checks.filter(({ passed }) => !passed).map(({ name }) => name);
  expect(names(judge(policy, even, null))).toEqual([]);
  const refused = judge(policy, lame, null);
  expect(names(refused)).toContain("fairness maxOpportunityGap");
  const check = refused.checks.find(({ name }) => name === "fairness maxOpportunityGap")!;
  expect(check.evidence).toMatch(
    /^The true positive rate differs by 0\.\d+ between groups of site \(site = a above site = b, 0\.\d+ to 0\.\d+\); at most 0\.1 is asked for\.$/,
  );
  expect(check.next).toMatch(/Reweigh/);
});

test("fairness without evidence, or that cannot be computed, does not pass", () => {
  const evaluation = evaluate("binary", { scores: even, labels }, { draws: 0 });
  const policy = { fairness: { maxOpportunityGap: 0.1, fourFifths: true } };
  const silent = judgeGate(policy, { evaluation });
  expect(silent.checks.filter(({ passed }) => !passed)).toHaveLength(2);
  expect(silent.checks.at(-1)!.next).toMatch(/roles\.sensitive/);
  const alone = measureFairness({ scores: even, labels }, frame, { by: ["site"], minRows: 700 });
  const unknown = judgeGate(policy, { evaluation, fairness: alone });
  expect(unknown.passed).toBe(false);
  expect(unknown.checks.at(-2)!.evidence).toMatch(/cannot be computed: 0 groups/);
  const slices = judgeGate({ slices: { metric: "auc", champion: { notWorseBy: 0 } } }, { evaluation });
  expect(slices.passed).toBe(false);
});

test("a model that sends everyone to a doctor raises an alarm, one that finds the sick does not", () => {
  const sick = Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 1 : 0));
  const alarms = (predictions: number[]) =>
    evaluate("binary", { scores: Float64Array.from(predictions), labels: sick, predictions }, { draws: 0 }).alarms.map(
      ({ name }) => name,
    );
  expect(alarms(sick.map((_, i) => (i % 40 === 0 ? 0 : 1)))).toEqual(["decisionsIgnoreRows"]);
  expect(alarms(sick.map((_, i) => (i % 20 === 1 ? 0 : 1)))).toEqual([]);
  expect(alarms(sick.map(() => 1))).toContain("onePrediction");
});
