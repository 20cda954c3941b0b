import { expect, test } from "vitest";
import { buildModelCard, type ModelCardFacts } from "../index.ts";

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
  expect(markdown).toContain("- Plans stay as they are (grace; not checked)");
  expect(markdown).toContain("- passed: better than baseline: +0.31");
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
  expect(markdown.match(/^Not recorded\.$/gm)).toHaveLength(11);
});
