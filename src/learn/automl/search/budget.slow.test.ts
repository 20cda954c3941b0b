import type { Column, Frame } from "@millrace/program";
import { load, type Scorer } from "@millrace/program";
import { encodeProgram } from "@millrace/program/write";
import { expect, test } from "vitest";
import { digestBytes, plainContext } from "#kernel";
import { honestRows } from "../../test-data/planted-leaks.ts";
import { automl } from "../automl.ts";
import type { AutomlRequest, AutomlResult } from "../model.ts";
import { decodeRecord, encodeRecord } from "../trial/trial-record.ts";

function problem(task: "binary" | "regression" = "binary", rows = 600): AutomlRequest {
  const { frame, label, value } = honestRows(5, rows);
  const y: Column = task === "binary" ? { type: "bool", values: label } : { type: "number", values: value };
  const train: Frame = { rows, columns: new Map([...frame.columns, ["y", y]]) };
  return { train, target: "y", task, folds: 3, budgetTrials: 6, seed: 3, draws: 50 };
}

const digestOf = ({ program, tensors }: AutomlResult) => {
  const { json, tensors: bytes } = encodeProgram(program, tensors);
  return digestBytes(Buffer.concat([Buffer.from(json), bytes]));
};
/** Screening looks at the clock, too. */
const unscreened = { guardrails: [], blocked: [], leftOut: [] };
const board = ({ leaderboard }: AutomlResult) => leaderboard.map(({ trainSeconds: _, ...entry }) => entry);
const codeOf = (request: AutomlRequest) =>
  automl(request, plainContext()).then(
    () => "none",
    (error: { code?: string }) => error.code ?? String(error),
  );

test("folds judge, and a search that goes on from recorded trials ends where an unbroken one does, bit for bit", async () => {
  const whole = await automl({ ...problem(), budgetTrials: 10 }, plainContext());
  const again = await automl({ ...problem(), budgetTrials: 10 }, plainContext());
  expect(board(again)).toEqual(board(whole));
  const first = await automl({ ...problem(), budgetTrials: 5 }, plainContext());
  const recorded = first.records.map((trial) => decodeRecord(encodeRecord(trial))!);
  let run = 0;
  const resumed = await automl(
    { ...problem(), budgetTrials: 10, recorded, onTrial: () => run++ },
    plainContext({ clock: { nowMs: () => 0 } }),
  );
  expect(run).toBe(10);
  expect(resumed.records.slice(0, 5)).toEqual(recorded);
  expect(board(resumed)).toEqual(board(whole));
  expect(digestOf(resumed)).toBe(digestOf(whole));
  expect(whole.records[0]!.margins).toHaveLength(600);
  expect(whole.leaderboard.some(({ front }) => front)).toBe(true);
  expect(whole.advice.cost).toMatch(/µs of one core/);
  expect(await codeOf({ ...problem(), seed: 4, recorded: recorded.toReversed() })).toBe("LEARN_TRIALS_OTHER");
});

test("seconds end the search within them, and a budget too small for a model gives the baseline and says so", async () => {
  // The clock moves by itself: every look at it takes 10 ms, so that the test does not hang on the machine.
  const ticking = () => {
    let now = 0;
    return plainContext({ clock: { nowMs: () => (now += 10) } });
  };
  const context = ticking();
  const some = await automl({ ...problem(), budgetTrials: 10_000, budgetSeconds: 30 }, context);
  expect(some.ended).toBe("seconds");
  expect(some.trials).toBeGreaterThan(2);
  expect(context.clock.nowMs()).toBeLessThanOrEqual(1.05 * 30_000);
  // More rows than the sample that a trivial model's inputs are read from.
  const none = await automl({ ...problem("binary", 2500), budgetTrials: 10_000, budgetSeconds: 0.05 }, ticking());
  expect(none.leaderboard.map(({ learner }) => learner)).toEqual(["constant"]);
  expect(none.reasons[0]).toMatch(/too small to learn one model: the trivial baseline is returned/);
  const scores = load(none).scoreFrame(problem().train).score;
  expect(new Set(scores).size).toBe(1);
});

/** A search that passed over plans: of several budgets the first, as how busy the machine is has a say in the end. */
async function passing(): Promise<AutomlResult> {
  for (let tick = 3; tick <= 14; tick++) {
    let now = 0;
    const context = plainContext({ clock: { nowMs: () => (now += tick) } });
    const made = await automl({ ...problem(), budgetTrials: 10_000, budgetSeconds: 11 * tick }, context);
    if (made.passedOver.length > 0 && !made.cutShort && made.ended === "seconds") return made;
  }
  throw new Error("no budget passed over a plan");
}

test("plans that the time left will not see the end of are passed over, and their numbers repeat the search", async () => {
  const some = await passing();
  const { passedOver, trials } = some;
  const again = await automl({ ...problem(), budgetTrials: trials, passOver: [...passedOver] }, plainContext());
  expect(board(again)).toEqual(board(some));
  expect(digestOf(again)).toBe(digestOf(some));
  const recorded = some.records.map((trial) => decodeRecord(encodeRecord(trial))!);
  const resumed = await automl({ ...problem(), budgetTrials: trials, recorded }, plainContext());
  expect(resumed.passedOver).toEqual(passedOver);
  expect(digestOf(resumed)).toBe(digestOf(some));
});

test("columns that there was no time to screen are not learned from, and that is said", async () => {
  // The clock jumps to the end within the screening.
  let seen = 0;
  const context = plainContext({ clock: { nowMs: () => (seen++ < 6 ? 10 * seen : 55_000) } });
  const some = await automl({ ...problem(), budgetTrials: 10_000, budgetSeconds: 60 }, context);
  expect(some.leaderboard.map(({ learner }) => learner)).toEqual(["constant"]);
  expect(some.reasons).toContainEqual(expect.stringMatching(/^There was no time to screen the columns/));
  expect(some.guardrails.guardrails.filter(({ name }) => name.startsWith("leakage"))).toEqual([]);
});

test("where five folds of a model do not fit, fewer judge, and going on from the record gives the same", async () => {
  // A look at the clock takes long, so that only a few fits are possible.
  const ticking = (step: number) => {
    let now = 0;
    return plainContext({ clock: { nowMs: () => (now += step) } });
  };
  const asked = { ...problem(), folds: 5, budgetTrials: 10_000 };
  for (const budgetSeconds of [2, 4, 8, 16]) {
    const some = await automl({ ...asked, budgetSeconds }, ticking(10));
    expect(some.leaderboard[0]!.learner).not.toBe("constant");
    const judging = some.leaderboard[0]!.folds[1];
    expect(some.reasons.some((why) => why.includes(`${judging} of 5 folds judged`))).toBe(judging < 5);
    for (const { folds } of some.leaderboard) expect(folds[0]).toBeLessThanOrEqual(judging);
    if (some.records.length < 2) continue;
    const recorded = some.records.map((trial) => decodeRecord(encodeRecord(trial))!);
    const again = { ...asked, recorded, budgetTrials: recorded.length };
    const [first, second] = [await automl(again, plainContext()), await automl(again, plainContext())];
    expect(digestOf(first)).toBe(digestOf(second));
    expect(board(first)).toEqual(board(second));
    expect(first.records).toEqual(some.records);
  }
});

test("until there is a model, a trial that the time stops counts with the folds that it has, and is not recorded", async () => {
  for (const looks of [120, 180]) {
    // The clock jumps to the end of the budget after so many looks, amid the folds of the first model.
    let seen = 0;
    const context = plainContext({ clock: { nowMs: () => (seen++ < looks ? 10 * seen : 1e9) } });
    const asked = { ...problem(), guardrails: unscreened, folds: 5, budgetTrials: 10_000, budgetSeconds: 60 };
    const some = await automl(asked, context);
    expect(some).toMatchObject({ ended: "seconds", trials: 2 });
    const [{ learner, folds }] = some.leaderboard as [AutomlResult["leaderboard"][number]];
    expect(learner).toBe("gbdt");
    expect(folds[0]).toBe(folds[1]);
    expect(folds[0]).toBeLessThan(5);
    expect(some.records.map(({ plan }) => plan.learner)).toEqual(["constant"]);
    expect(new Set(load(some).scoreFrame(problem().train).score).size).toBeGreaterThan(10);
  }
});

test("whoever has enough keeps the best so far; a value that is good enough ends the search", async () => {
  let seen = 0;
  const stopped = await automl(
    { ...problem(), budgetTrials: 50, onTrial: ({ done }) => (seen = done), enough: () => seen >= 3 },
    plainContext(),
  );
  expect(stopped).toMatchObject({ ended: "stopped", trials: 3 });
  expect(stopped.leaderboard[0]!.learner).not.toBe("constant");
  const accepted = await automl({ ...problem(), budgetTrials: 50, accept: 0.6 }, plainContext());
  expect(accepted).toMatchObject({ ended: "accepted", trials: 2 });
});

/** The score rises with age and falls with cost, in every row. */
function expectDirections(train: Frame, scorer: Scorer): void {
  const scoreAt = (name: string, value: number) => {
    const columns = new Map(train.columns);
    columns.set(name, { type: "number", values: new Float64Array(train.rows).fill(value) });
    return scorer.scoreFrame({ rows: train.rows, columns }).score;
  };
  for (const [name, sign, values] of [
    ["age", 1, [20, 35, 50, 70]],
    ["unit_cost", -1, [10, 40, 70, 100]],
  ] as const)
    for (let k = 1; k < values.length; k++) {
      const [before, after] = [scoreAt(name, values[k - 1]!), scoreAt(name, values[k]!)];
      expect(after.every((score, i) => sign * (score - before[i]!) >= -1e-12)).toBe(true);
    }
}

test("constraints hold: directions, size, latency, what a person can read", async () => {
  const rising = await automl(
    { ...problem(), constraints: { monotone: { age: 1, unit_cost: -1 } }, ensemble: false },
    plainContext(),
  );
  expect(rising.leaderboard.map(({ learner }) => learner)).not.toContain("linear");
  const readableRising = await automl(
    { ...problem(), constraints: { monotone: { age: 1, unit_cost: -1 }, interpretable: true } },
    plainContext(),
  );
  expect(readableRising.leaderboard[0]!.learner).toBe("gam");
  const { train } = problem();
  for (const scorer of [load(rising), load(readableRising)]) expectDirections(train, scorer);
  const readable = await automl(
    { ...problem("regression"), budgetTrials: 8, constraints: { interpretable: true } },
    plainContext(),
  );
  for (const { learner } of readable.leaderboard) expect(["constant", "linear", "tree", "gam"]).toContain(learner);
  const size = 4500;
  const small = await automl({ ...problem(), constraints: { maxSizeBytes: size } }, plainContext());
  expect(small.leaderboard.some(({ lost }) => lost?.some((why) => why.includes("more than 4500")))).toBe(true);
  const taken = small.leaderboard.filter(({ lost }) => lost === undefined);
  for (const { sizeBytes } of taken) expect(sizeBytes).toBeLessThanOrEqual(size);
  const { json, tensors } = encodeProgram(small.program, small.tensors);
  expect(json.length + tensors.length).toBeLessThanOrEqual(size);
  const [best] = small.leaderboard.filter(({ chosen }) => chosen);
  expect(best!.learner).not.toBe("constant");
  const tiny = await automl({ ...problem(), constraints: { maxSizeBytes: 1500 } }, plainContext());
  expect(tiny.leaderboard.find(({ chosen }) => chosen)!.learner).toBe("constant");
  expect(tiny.reasons[0]).toMatch(/^Only the trivial baseline holds to the constraints: \d+ models/);
  expect(await codeOf({ ...problem(), task: "multiclass", constraints: { monotone: { age: 1 } } })).toBe(
    "LEARN_MONOTONE_INVALID",
  );
  expect(await codeOf({ ...problem(), constraints: { maxSizeBytes: 10 } })).toBe("LEARN_CONSTRAINT_UNMET");
  expect(await codeOf({ ...problem(), constraints: { monotone: { region: 1 } } })).toBe("LEARN_MONOTONE_INVALID");
});

test("a gap between the decisions of groups is held to, and refused where nothing reaches it", async () => {
  const { train, ...rest } = problem();
  const y = train.columns.get("y") as Extract<Column, { type: "bool" }>;
  // The group follows the label in four of five rows.
  const group: Column = { type: "bool", values: Uint8Array.from(y.values, (v, i) => (i % 5 === 0 ? 1 - v : v)) };
  const frame = { rows: train.rows, columns: new Map([...train.columns, ["group", group]]) };
  const asked = { ...rest, train: frame, sensitive: ["group"] };
  const free = await automl(asked, plainContext());
  const held = await automl({ ...asked, constraints: { maxFairnessGap: 0.05 } }, plainContext());
  expect(free.leaderboard[0]!.learner).not.toBe("constant");
  expect(held.score!).toBeLessThan(free.score!);
  const unfair = held.leaderboard.filter(({ lost }) =>
    lost?.some((why) => /between groups of group, more than 0\.05/.test(why)),
  );
  expect(unfair.length).toBeGreaterThan(0);
  const taken = held.leaderboard.filter(({ chosen }) => chosen);
  expect([taken.length, taken[0]!.score, taken[0]!.lost]).toEqual([1, held.score, undefined]);
  expect(free.guardrails.guardrails.find(({ name }) => name === "sensitive")!.column).toBe("group");
});
