import type { Column, Frame } from "@millrace/program";
import { describe, expect, test } from "vitest";
import { plainContext, randomStream } from "#kernel";
import type { Model } from "#registry";
import { proposeProblem } from "../propose/propose-problem.ts";
import { problemAnswersSchema } from "./answers.ts";
import { judgeFeasibility } from "./judge-feasibility.ts";
import { judgeMilestones } from "./judge-milestones.ts";
import { poseProblem, proposeRetraining } from "./problem-statement.ts";

const random = randomStream(5, "pose");
const rows = 400;
const numbers = () => Float64Array.from({ length: rows }, () => random.uniform());
const [a, b] = [numbers(), numbers()];
const noise = Float64Array.from({ length: rows }, () => random.uniform() * 0.4 - 0.2);
const column = (values: Float64Array): Column => ({ type: "number", values });
const yes = (is: (row: number) => boolean): Column => ({
  type: "string",
  levels: ["no", "yes"],
  codes: Int32Array.from({ length: rows }, (_, row) => (is(row) ? 1 : 0)),
});
const frameOf = (target: Column, count = rows): Frame => ({
  rows: count,
  columns: new Map([
    ["a", column(a)],
    ["b", column(b)],
    ["target", target],
  ]),
});
const none = problemAnswersSchema.parse({});
const look = (frame: Frame, answers = none) =>
  judgeFeasibility(frame, proposeProblem(frame, [], "target"), [], answers, plainContext());

describe("feasibility", () => {
  test("tells signal from chance, and one column that does from two that are needed", async () => {
    const both = await look(frameOf(yes((row) => a[row]! + b[row]! + noise[row]! > 1)));
    expect(both.verdict).toBe("go");
    expect(both.valuePerYear).toBeNull();
    const one = await look(frameOf(yes((row) => a[row]! + noise[row]! > 0.5)));
    expect([one.verdict, one.evidence?.oneColumn?.column]).toEqual(["rule", "a"]);
    const chance = await look(frameOf(yes((row) => noise[row]! > 0)));
    expect(chance.verdict).toBe("gather");
  });

  test("weighs what better decisions save against what a model may cost", async () => {
    const frame = frameOf(yes((row) => a[row]! + b[row]! + noise[row]! > 1));
    const costs = { falsePositive: 1, falseNegative: 1, perYear: 1000 };
    const cheap = await look(frame, problemAnswersSchema.parse({ ...costs, money: 100 }));
    expect(cheap.verdict).toBe("go");
    // About half of the decisions are wrong without a model, about a tenth with it.
    expect(cheap.valuePerYear!.amount).toBeGreaterThan(250);
    expect(cheap.valuePerYear!.amount).toBeLessThan(500);
    expect((await look(frame, problemAnswersSchema.parse({ ...costs, money: 600 }))).verdict).toBe("no");
  });

  test("values a number and several classes by the errors that a model spares", async () => {
    const answers = problemAnswersSchema.parse({ errorCost: 2, perYear: 1000 });
    const sums = Float64Array.from({ length: rows }, (_, row) => 10 * (a[row]! + b[row]!) + noise[row]!);
    const numeric = await look(frameOf(column(sums)), answers);
    // A sum of two numbers up to 10 is off from its median by 3.3 on average: a thousand times at 2 each.
    expect(numeric.valuePerYear!.amount).toBeGreaterThan(3500);
    expect(numeric.valuePerYear!.amount).toBeLessThan(6700);
    const third = (row: number) => (a[row]! < 1 / 3 ? 0 : b[row]! < 0.5 ? 1 : 2);
    const levels = ["x", "y", "z"];
    const classes: Column = {
      type: "string",
      levels,
      codes: Int32Array.from({ length: rows }, (_, row) => third(row)),
    };
    const several = await look(frameOf(classes), answers);
    // Two thirds of the guesses are wrong, at most; hardly any with a model.
    expect(several.valuePerYear!.amount).toBeGreaterThan(1000);
    expect(several.valuePerYear!.amount).toBeLessThan(1400);
    expect(several.valuePerYear!.how).toContain("wrong in a share of");
  });

  test("of a handful of rows is not judged", async () => {
    const few = frameOf(
      yes((row) => row % 2 === 0),
      40,
    );
    const short = { rows: 40, columns: new Map([...few.columns].map(([name, one]) => [name, firstRows(one, 40)])) };
    expect(await look(short)).toMatchObject({ verdict: "gather", evidence: null });
  });
});

test("retraining follows how fast the truth changes and how late it is known", () => {
  const asked = (typed: object) => proposeRetraining(problemAnswersSchema.parse(typed));
  expect(asked({}).everyHours).toBeNull();
  expect(asked({ truthChanges: "weeks", truthKnownAfterDays: 2 })).toMatchObject({ everyHours: 168, windowDays: 84 });
  expect(asked({ truthChanges: "days", truthKnownAfterDays: 30 }).labelling).toContain("let people label");
});

describe("the statement", () => {
  const frame = frameOf(yes((row) => a[row]! > 0.5));
  const answers = problemAnswersSchema.parse({
    decision: "Whom to call",
    owner: "ada",
    deadline: "2027-03-31",
    success: { rocAucScore: 0.8, logLoss: 0.5 },
  });
  const feasibility = { verdict: "go", reasons: [], evidence: null, valuePerYear: null } as const;
  const posed = poseProblem(
    "calls",
    3,
    { rows, labelled: rows, inputs: ["a", "b"] },
    proposeProblem(frame, [], "target"),
    feasibility,
    answers,
  );

  test("says what is open, and keeps its version", () => {
    expect(posed.version).toBe(3);
    expect(posed.open).toContain("Who decides?");
    expect(posed.open).not.toContain("What is decided with the prediction?");
    expect(posed.alternatives.find(({ verdict }) => verdict === "proposed")?.name).toBe("classify");
  });

  test("holds the chain from decision to outcome, and the least success where nobody said more", () => {
    const evidence = {
      rows,
      metric: "rocAucScore",
      score: 0.8,
      interval: [0.7, 0.9],
      baseline: 0.5,
      oneColumn: null,
    } as const;
    const proposal = proposeProblem(frame, [], "target", { group: "b" });
    const asked = problemAnswersSchema.parse({ decision: "Whom to call", action: "a call", unit: "a customer" });
    const atHand = { rows, labelled: 390, inputs: ["a"] };
    const own = poseProblem("calls", 1, atHand, proposal, { ...feasibility, evidence }, asked);
    expect(own.decision).toMatchObject({ inputs: ["a"], action: "a call", outcome: "target", unit: "a customer" });
    expect([own.learning.split, own.learning.group, own.resources.labelled]).toEqual(["group", "b", 390]);
    expect(own.success).toMatchObject([
      { metric: "rocAucScore", atLeast: 0.5, why: expect.stringMatching(/^proposed/) },
    ]);
    expect(own.milestones.map(({ reached }) => reached.when)).toEqual(["registered", "serving"]);
    expect(own.open).not.toContain(problemAnswersSchema.shape.group.description);
  });

  test("has an owner and a day for each milestone, and steps of one's own", () => {
    const milestones = [
      { name: "in use", owner: "bo", date: "2027-06-30" },
      { name: "pilot", owner: "cy", metrics: { rocAucScore: 0.7 } },
    ];
    const asked = problemAnswersSchema.parse({ owner: "ada", deadline: "2027-03-31", milestones });
    const own = poseProblem(
      "calls",
      1,
      { rows, labelled: rows, inputs: [] },
      proposeProblem(frame, [], "target"),
      feasibility,
      asked,
    );
    expect(own.milestones.map(({ name, owner, date }) => [name, owner, date])).toEqual([
      ["A model that is better than the baseline", "ada", "2027-03-31"],
      ["pilot", "cy", "2027-03-31"],
      ["A model in use", "bo", "2027-06-30"],
    ]);
    const version = { model: "calls", version: 1, metrics: { rocAucScore: { value: 0.72, low: null, high: null } } };
    const model = { name: "calls", versions: [version], aliases: [] } as unknown as Model;
    expect(judgeMilestones(own, model, Date.parse("2027-05-01")).map(({ state }) => state)).toEqual([
      "reached",
      "reached",
      "open",
    ]);
    expect(() => problemAnswersSchema.parse({ milestones: [{ name: "pilot" }] })).toThrow(/needs the metrics/);
  });

  test("has milestones whose state is what the registry says", () => {
    const version = (number: number, auc: number, loss: number) => ({
      model: "calls",
      version: number,
      metrics: { rocAucScore: { value: auc, low: null, high: null }, logLoss: { value: loss, low: null, high: null } },
    });
    const model = (versions: unknown[], aliases: unknown[] = []) =>
      ({ name: "calls", versions, aliases }) as unknown as Model;
    const before = Date.parse("2027-03-01");
    const states = (one: Model | undefined, nowMs = before) =>
      judgeMilestones(posed, one, nowMs).map(({ state }) => state);
    expect(states(undefined)).toEqual(["open", "open", "open"]);
    expect(states(undefined, Date.parse("2027-04-01"))).toEqual(["late", "late", "late"]);
    expect(states(model([version(1, 0.85, 0.6)]))).toEqual(["reached", "open", "open"]);
    const good = model([version(1, 0.85, 0.6), version(2, 0.81, 0.45)], [{ alias: "champion", version: 2 }]);
    expect(states(good)).toEqual(["reached", "reached", "reached"]);
    expect(judgeMilestones(posed, good, before)[1]!.evidence).toContain("calls:2: rocAucScore 0.81 (asked: 0.8)");
  });
});

function firstRows(one: Column, count: number): Column {
  if (one.type === "string") return { ...one, codes: one.codes.subarray(0, count) };
  return { ...one, values: one.values.subarray(0, count) } as Column;
}
