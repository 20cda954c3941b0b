import type { Program, Tensor } from "@millrace/program";
import { expect, test } from "vitest";
import { forestCase } from "../../../program/testing/forest-cases.ts";
import { pickFrom } from "../../../program/testing/parity.ts";
import { textCases } from "../../../program/testing/text-cases.ts";
import { forestModel } from "../fixtures/forest-model.ts";
import { nextDown, nextUp } from "../golden/float-steps.ts";
import { goldenRows } from "../golden/golden-rows.ts";
import { verifyProgram } from "./verify-program.ts";

/*
 * What is promised of every model: 10,000 random and odd rows, each split's boundary with both neighbours among them, come out
 * to the last bit in TypeScript, JavaScript, Python, C, Java and Go, and within the tolerance in ONNX and SQL.
 */
const rows = 10_000;
const forest = forestCase(pickFrom(12), { trees: 100, leaves: 31, columns: 28, categorical: 9 }, 0);
const logistic: Program = {
  ...forest.program,
  nodes: [...forest.program.nodes, { op: "logistic", version: 1, inputs: [28], attributes: {} }],
  outputs: { task: "binary", score: 29, classes: ["no", "yes"] },
};
const [text] = textCases(3, 1, 0);
const models: readonly (readonly [string, Program, Map<string, Tensor>])[] = [
  ["100 trees of 31 leaves", logistic, forest.tensors],
  ["raw columns of each type", forestModel().program, forestModel().tensors],
  ["texts and lists", text!.program, text!.tensors],
];

test("every split's boundary and its neighbours are among the rows", () => {
  const found = goldenRows(logistic, forest.tensors, rows);
  const [feature, threshold] = ["feature", "threshold"].map((name) => forest.tensors.get(name)!.values);
  const isSet = forest.tensors.get("categorical")!.values;
  const cells = logistic.inputs.map(({ name }) => new Set(found.map((row) => row[name])));
  let splits = 0;
  threshold!.forEach((at, n) => {
    if (isSet[n] === 1) return;
    splits++;
    for (const value of [at, nextUp(at), nextDown(at)]) expect(cells[feature![n]!]).toContain(String(value));
  });
  expect(splits).toBeGreaterThan(2000);
});

test.each(models)("%s come out alike in every target", { timeout: 900_000 }, async (_, program, tensors) => {
  const { ok, parity } = await verifyProgram(program, tensors, { name: "model", rows, timeLimitMs: 300_000 });
  expect(parity.filter((one) => !one.ok)).toEqual([]);
  expect(ok).toBe(true);
  for (const { target, cases, maxUlp } of parity) {
    // onnxruntime of npm ends a text at a NUL, so rows with one are left out there
    expect(cases, target).toBeGreaterThanOrEqual(target === "onnx" ? rows / 2 : rows);
    if (target !== "onnx" && target !== "sql") expect(maxUlp, target).toBe(0);
  }
  expect(new Set(parity.map(({ target }) => target))).toEqual(expect.toSatisfy((some: Set<string>) => some.has("js")));
});
