import { expect, test } from "vitest";
import { chooseDecision, diagnoseFit, projectProgress } from "#evaluate";
import { buildModelCard, type ModelCardFacts, renderCard } from "../index.ts";

const facts: ModelCardFacts = {
  model: "churn",
  version: 2,
  task: "binary",
  target: "left within a year",
  owner: "ada",
  riskTier: "limited",
  createdMs: 0,
  intendedUse: "Whom to call first.",
  outOfScope: ["Prices"],
  assumptions: [{ statement: "Plans stay as they are", owner: "grace", state: "not checked" }],
  data: [{ name: "customers", source: "customers.csv", rows: 1200, content: "sha256:ab", licence: "CC0" }],
  metrics: [
    { name: "rocAucScore", value: 0.81234, low: 0.79, high: 0.83, split: "test", baseline: 0.5, champion: null },
    { name: "logLoss", value: null, low: null, high: null, split: "test" },
  ],
  guardrails: [{ name: "leak", column: "refund | due", verdict: "block", evidence: "<b>present</b> only\nafterwards" }],
  gate: { passed: true, checks: [{ name: "better than baseline", passed: true, evidence: "+0.31" }] },
  lineage: { run: "run_1", artifact: "art_1" },
};

test("a card says what is recorded, in both forms", () => {
  const { json, markdown } = buildModelCard(facts);
  expect(json).toEqual({ format: 1, ...facts });
  expect(markdown.split("\n")[0]).toBe("# churn:2");
  expect(markdown).toContain("| rocAucScore | test | 0.8123 | 0.79 to 0.83 | 0.5 | – |");
  expect(markdown).toContain("| logLoss | test | – | not defined | – | – |");
  expect(markdown).toContain("| Plans stay as they are | grace | not checked | – |");
  expect(markdown).toContain("| better than baseline | passed | +0.31 |");
});

test("text from outside opens no cell, line or tag of its own", () => {
  const { markdown } = buildModelCard(facts);
  expect(markdown).toContain("- block: leak on `refund \\| due`: &lt;b&gt;present&lt;/b&gt; only afterwards");
});

test("what is not recorded is said to be so", () => {
  const { markdown } = buildModelCard({
    ...facts,
    version: null,
    intendedUse: "",
    assumptions: [],
    data: [],
    metrics: [],
    guardrails: [],
    gate: null,
    lineage: {},
  });
  expect(markdown.split("\n")[0]).toBe("# churn");
  expect(markdown.match(/^Not recorded\.$/gm)).toHaveLength(10);
  expect(markdown).toContain("(`assumptions`): What must be true of the world");
});

test("fit, decisions, outside results and the way over the versions stand on the card, and in the packs", () => {
  const of = (value: number) => ({ value, low: value - 0.02, high: value + 0.02 });
  const benchmark = {
    name: "a paper",
    metric: "auc",
    value: 0.83,
    data: "other rows",
    source: "doi:10.1/x",
    required: true,
  };
  const full: ModelCardFacts = {
    ...facts,
    diagnosis: diagnoseFit({ metric: "rocAucScore", train: of(0.99), test: of(0.75), baseline: { value: 0.5 } }),
    decision: chooseDecision(Float64Array.of(0.9, 0.8, 0.2), [1, 0, 0], {
      fill: true,
      capacity: { actions: 1, outOf: 3 },
    }),
    automation: { maxError: 0.05, chosenOn: 10, rows: 3, automate: null, kept: null },
    benchmarks: [benchmark],
    progress: projectProgress("rocAucScore", [{ version: 1, ...of(0.7) }]),
  };
  for (const page of [renderCard(full, "md"), renderCard(full, "md", "sr11-7"), renderCard(full, "md", "annex-iv")]) {
    expect(page).toContain("It overfits: on its own training rows");
    expect(page).toContain("A capacity of 33.33 % is used up by acting from 0.9 on");
    expect(page).toContain("no share of the decisions could be automated with surely fewer than 5 % wrong decisions");
    expect(page).toContain("| a paper (binds) | ROC AUC | 0.83 | 0.8123 | 0.79 to 0.83 | other rows | doi:10.1/x |");
    expect(page).toContain("1 version is too few to project from: 5 are needed.");
  }
});
