import { expect, test } from "vitest";
import { readStatement } from "./read-statement.ts";

const statement = {
  format: 1,
  version: 1,
  name: "churn",
  decision: { decision: null, by: null },
  kpi: null,
  success: [],
  alternatives: [],
  earlier: [],
  feasibility: { verdict: "go", reasons: [], valuePerYear: null },
  retraining: { everyHours: null, windowDays: null, labelling: "" },
  milestones: [{ name: "in use", owner: null, date: "2027-01-31", reached: { when: "serving" } }],
  open: [],
};

test("a statement that a person edited is read, what they added included", () => {
  const own = { ...statement, remark: "ask Finance" };
  expect(readStatement("problem.json", JSON.stringify(own))).toEqual(own);
});

test("one that was written before there were alternatives is read", () => {
  const { alternatives: _, earlier: __, ...older } = statement;
  expect(readStatement("problem.json", JSON.stringify(older))).toEqual(statement);
});

test.each([
  ["", /is no JSON/],
  ["null", /is no problem statement/],
  [JSON.stringify({ ...statement, format: 2 }), /format/],
  [JSON.stringify({ ...statement, milestones: [null] }), /milestones\.0/],
  [JSON.stringify({ ...statement, milestones: [{ ...statement.milestones[0], date: "soon" }] }), /milestones\.0\.date/],
  [JSON.stringify({ ...statement, feasibility: { verdict: "maybe" } }), /feasibility\.verdict/],
])("a spoilt statement is refused with its place: %s", (content, message) => {
  expect(() => readStatement("problem.json", content)).toThrow(
    expect.objectContaining({ code: "CLI_PROBLEM_UNREADABLE", message: expect.stringMatching(message) }),
  );
});
