import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import type { FitContext, FitInput, LearningFeature } from "../model.ts";
import { expectProgramScores } from "../test-data/program-parity.ts";
import { ruleList } from "./rule-list.ts";

const context: FitContext = { seed: 1, threads: 1, stopping: () => false, progress: () => undefined };
const rows = 2000;

/** Three planted rules in this order: x ≤ 3 and c of 1 or 4 → 0.9; z > 8 (or missing) → 0.1; else 0.5. */
function planted(): { features: LearningFeature[]; rates: Float64Array; input: FitInput } {
  const random = randomStream(3, "rules");
  const x = Float64Array.from({ length: rows }, () => random.integer(10));
  const c = Float64Array.from({ length: rows }, () => random.integer(5));
  const z = Float64Array.from({ length: rows }, () => random.integer(11));
  const missing = Uint8Array.from({ length: rows }, () => Number(random.integer(8) === 0));
  const features: LearningFeature[] = [
    { name: "x", kind: "numeric", values: x },
    { name: "c", kind: "categorical", levels: 5, values: c },
    { name: "z", kind: "numeric", values: z, missing },
  ];
  const rates = x.map((value, i) => {
    if (value <= 3 && (c[i] === 1 || c[i] === 4)) return 0.95;
    return missing[i] === 1 || z[i]! > 8 ? 0.02 : 0.4;
  });
  const target = rates.map((rate) => Number(random.uniform() < rate));
  return { features, rates, input: { task: "binary", classes: 2, train: { rows, features, target } } };
}

test("finds the planted rules, says them in words, and its program answers as they do", async () => {
  const { features, rates, input } = planted();
  const model = await ruleList.fit(input, ruleList.options.parse({ rules: 4, minRowsInRule: 60 }), context);
  const said = model.facts.rules as string[];
  expect(said[0]).toMatch(/^if .*: 0\.\d+ \(\d+ rows\)$/);
  expect(said.at(-1)).toMatch(/^otherwise: /);
  const text = said.join("\n");
  expect(text).toContain("if c is one of the codes 1, 4 and x is at most 3.5: 0.9");
  expect(text).toContain("else if z is at most 8.5: 0.39");
  expect(said.length).toBe(3);
  const taken = said.map((rule) => Number(rule.match(/\((\d+) rows\)/)![1]));
  expect(taken.reduce((sum, count) => sum + count, 0)).toBe(rows);
  expectProgramScores(ruleList, model, features, rows);
  const p = ruleList.predict(model, features, rows).map((margin) => 1 / (1 + Math.exp(-margin)));
  const apart = p.reduce((sum, one, i) => sum + Math.abs(one - rates[i]!), 0) / rows;
  expect(apart).toBeLessThan(0.03);
});

test("a row gets what the first rule that holds for it says: one condition a rule, targets far from 0", async () => {
  const { features } = planted();
  const target = features[0]!.values.map(
    (value, i) => 1e6 + (value <= 4 ? 10 : features[2]!.values[i]! <= 5 ? 20 : 30),
  );
  const missing = { ...features[2]!, missing: new Uint8Array(rows) };
  const own = [features[0]!, features[1]!, missing];
  const input: FitInput = { task: "regression", classes: 1, train: { rows, features: own, target } };
  const model = await ruleList.fit(input, ruleList.options.parse({ conditions: 1 }), context);
  expect((model.facts.rules as string[]).length).toBe(3);
  const predicted = ruleList.predict(model, own, rows);
  expect(predicted.every((value, i) => Math.abs(value - target[i]!) < 1e-6)).toBe(true);
});
