import { expect, test } from "vitest";
import { evaluate, type GateEvidence, judgeGate, type RobustnessResult } from "#evaluate";

const scores = Float64Array.from({ length: 100 }, (_, k) => k / 100);
const labels = Float64Array.from(scores, (score, k) => (score > 0.5 || k % 10 === 0 ? 1 : 0));
const evaluation = evaluate("binary", { scores, labels });
const fault = (kind: RobustnessResult["kind"], after: number): RobustnessResult => ({
  kind,
  fault: "a fault",
  inputs: ["x"],
  before: 0.8,
  after,
  loss: 0.8 - after,
  low: null,
  high: null,
  changedDecisions: 0.02,
});
const judge = (policy: Parameters<typeof judgeGate>[0], evidence: Partial<GateEvidence> = {}) =>
  judgeGate({ notDegenerate: false, ...policy }, { evaluation, ...evidence });

test("a fault may take so much of the metric; one that was not measured refuses, one that cannot be does not", () => {
  const policy = { robustness: { noise: 0.1, unit: 0.5 } };
  const kept = judge(policy, { robustness: [fault("noise", 0.73)] });
  expect(kept.checks.map(({ name, passed }) => [name, passed])).toEqual([
    ["robust to noise", true],
    ["robust to unit", true],
  ]);
  expect(kept.checks[0]!.value).toBeCloseTo(0.0875);
  const worst = judge(policy, { robustness: [fault("noise", 0.73), fault("noise", 0.71)] });
  expect(worst.checks[0]).toMatchObject({ passed: false });
  expect(worst.checks[0]!.evidence).toContain(
    "a loss of 11.25 %; at most 10 % is accepted; 2 % of the decisions change",
  );
  expect(judge(policy).passed).toBe(false);
});

test("a row may take so long, and what nobody timed refuses", () => {
  const timed = { p50Ms: 0.1, p99Ms: 1.9, rows: 5000, machine: "here" };
  expect(judge({ latency: { p99Ms: 2 } }, { latency: timed }).passed).toBe(true);
  expect(judge({ latency: { p99Ms: 1.8 } }, { latency: timed }).checks[0]!.evidence).toContain(
    "99 % took at most 1.9 ms",
  );
  expect(judge({ latency: { p99Ms: 2 } }).passed).toBe(false);
});

test("a model that is surely worse than an outside result is refused", () => {
  const benchmark = { name: "a paper", metric: "rocAucScore", data: "the same", source: "doi" };
  const { value, high } = evaluation.metrics.rocAucScore!;
  expect(judge({ benchmarks: [{ ...benchmark, value: (value! + high!) / 2 }] }).passed).toBe(true);
  const refused = judge({ benchmarks: [{ ...benchmark, value: high! + 0.001 }] });
  expect(refused.passed).toBe(false);
  expect(refused.checks[0]!.evidence).toContain("a paper reached");
  const loss = evaluation.metrics.logLoss!;
  expect(judge({ benchmarks: [{ ...benchmark, metric: "logLoss", value: loss.low! - 0.001 }] }).passed).toBe(false);
});

test("a broken promise and an unwritten answer refuse, and say what to do", () => {
  const behaviour = {
    name: "kind",
    test: "direction",
    passed: false,
    rows: 10,
    broken: 4,
    evidence: "it holds in 6 of 10 rows.",
  } as const;
  const [promise, owner] = judge(
    { written: [{ name: "owner", given: false, next: "Name one." }] },
    { behaviours: [behaviour] },
  ).checks;
  expect(promise).toMatchObject({ name: "behaviour kind", passed: false, value: 0.6 });
  expect(owner).toMatchObject({ passed: false, next: "Name one." });
});

test("test rows that were opened too often refuse", () => {
  expect(judge({ maxOpenings: 3 }, { openings: 3 }).passed).toBe(true);
  expect(judge({ maxOpenings: 3 }, { openings: 4 }).checks[0]!.evidence).toContain("4 models were measured");
  expect(judge({ maxOpenings: 3 }).passed).toBe(false);
});
