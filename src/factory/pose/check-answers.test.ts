import type { Column, Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { proposeProblem } from "../propose/propose-problem.ts";
import { type ProblemAnswers, problemAnswersSchema } from "./answers.ts";
import { answersFault, checkAnswers } from "./check-answers.ts";

const words = (values: readonly string[]): Column => {
  const levels = [...new Set(values)];
  return { type: "string", levels, codes: Int32Array.from(values, (value) => levels.indexOf(value)) };
};
const frame: Frame = {
  rows: 60,
  columns: new Map([
    ["age", { type: "number", values: Float64Array.from({ length: 60 }, (_, k) => 20.5 + k) }],
    ["refund", { type: "number", values: Float64Array.from({ length: 60 }, (_, k) => (k * k) / 7) }],
    ["churned", words(Array.from({ length: 60 }, (_, k) => (k % 3 === 0 ? "gone" : "here")))],
  ]),
};
const facts = { columns: [...frame.columns.keys()], proposal: proposeProblem(frame, [], "churned") };

test.each<[string, Partial<ProblemAnswers>, RegExp]>([
  ["a column that is not there", { knownAfter: ["age", "refunds"] }, /no column "refunds": did you mean refund/],
  ["the target as an input", { knownAfter: ["churned"] }, /"churned" is what is predicted/],
  ["a group that is not there", { group: "customer" }, /no column "customer"/],
  ["a positive class that no row has", { positive: "yes" }, /no value of churned: it has gone and here/],
  ["an unknown metric", { success: { rocAuk: 0.8 } }, /no metric "rocAuk"/],
  ["a metric of another task", { success: { rmseError: 3 } }, /does not measure a binary task/],
  ["a score in per cent", { success: { auc: 80 } }, /at most 1; 80 can never be reached/],
  [
    "a milestone that cannot be measured",
    { milestones: [{ name: "pilot", metrics: { luck: 1 } }] },
    /no metric "luck"/,
  ],
])("%s is told where it is answered", (_, answers, fault) => {
  expect(answersFault(answers, facts)).toMatch(fault);
  const whole = { ...problemAnswersSchema.parse({}), ...answers };
  expect(() => checkAnswers(whole, facts)).toThrow(expect.objectContaining({ code: "CLI_OPTION_INVALID" }));
});

test("answers that fit pass, with metrics by their own names", () => {
  const answers = problemAnswersSchema.parse({
    knownAfter: ["refund"],
    group: "none",
    positive: "gone",
    success: { auc: 0.8 },
    milestones: [{ name: "pilot", metrics: { log_loss: 0.4 } }],
  });
  expect(answersFault(answers, facts)).toBeUndefined();
  const checked = checkAnswers(answers, facts);
  expect(checked.success).toEqual({ rocAucScore: 0.8 });
  expect(checked.milestones[0]!.metrics).toEqual({ logLoss: 0.4 });
});

test("what was said of the positive class and the group is proposed", () => {
  const said = proposeProblem(frame, [], "churned", { positive: "here", group: "age" });
  expect([said.positive, said.group?.value, said.split.value]).toEqual([
    { value: "here", reason: "you said so" },
    "age",
    "group",
  ]);
});
