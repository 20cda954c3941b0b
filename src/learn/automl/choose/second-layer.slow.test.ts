import { type Column, type Frame, load } from "@millrace/program";
import { encodeProgram } from "@millrace/program/write";
import { expect, test } from "vitest";
import { digestBytes, plainContext, randomStream } from "#kernel";
import { learners } from "../../learners.ts";
import { rankAuc } from "../../screen/power/column-power.ts";
import { automl } from "../automl.ts";
import { type AutomlRequest, type AutomlResult, automlOptionsSchema } from "../model.ts";
import { judgeBy } from "../rows/judged-rows.ts";
import { labelledRows } from "../rows/training-rows.ts";
import type { TrialPlan } from "../search/portfolio.ts";
import { SearchBudget } from "../search/search-budget.ts";
import { searchFacts } from "../search/search-facts.ts";
import { exportTargets, lostOn } from "../trial/exportable.ts";
import { FoldMatrices } from "../trial/fold-matrices.ts";
import { runTrial, type Trial, type TrialGround } from "../trial/run-trial.ts";
import { assembleModels } from "./assemble-models.ts";
import type { Chosen } from "./choose-model.ts";
import { fitSecondLayer, layerFold, mayStack } from "./fit-second-layer.ts";
import { layerPlans } from "./layer-size.ts";
import { learnChosen, verifyProgram } from "./learn-chosen.ts";

/** A line where z is at most 0, steps where it is greater: no single learner is at home in both. */
function rowsOf(task: AutomlRequest["task"], rows: number, seed = 1, noise = false): Frame {
  const random = randomStream(seed, "test/second-layer");
  const normal = () => Array.from({ length: 12 }, () => random.uniform()).reduce((sum, one) => sum + one, -6);
  const columns = Array.from({ length: 5 }, () => Float64Array.from({ length: rows }, () => normal()));
  const [a, b, c, d, z] = columns as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const value = Float64Array.from(z, (own, i) => {
    const line = a[i]! + b[i]! - c[i]!;
    const steps = Math.sign(a[i]! * b[i]!) + Math.sign(c[i]! * d[i]!);
    return (noise ? 0 : own > 0 ? 2 * steps : 1.5 * line) + 0.7 * normal();
  });
  const y: Column =
    task === "regression"
      ? { type: "number", values: value }
      : task === "binary"
        ? { type: "bool", values: Uint8Array.from(value, (v) => (v > 0 ? 1 : 0)) }
        : {
            type: "string",
            levels: ["low", "middle", "high"],
            codes: Int32Array.from(value, (v) => (v < -0.7 ? 0 : v < 0.7 ? 1 : 2)),
          };
  const named = columns.map((values, k): [string, Column] => ["abcdz"[k]!, { type: "number", values }]);
  return { rows, columns: new Map([...named, ["y", y]]) };
}

const problem = (task: AutomlRequest["task"], rows = 1200): AutomlRequest => ({
  train: rowsOf(task, rows),
  target: "y",
  task,
  folds: 3,
  budgetTrials: 4,
  seed: 3,
  draws: 50,
});

const digestOf = ({ program, tensors }: AutomlResult) => {
  const { json, tensors: bytes } = encodeProgram(program, tensors);
  return digestBytes(Buffer.concat([Buffer.from(json), bytes]));
};
const layered = ({ leaderboard }: AutomlResult) => leaderboard.filter(({ facts }) => facts.layer === 2);

test("where learners are at home in different rows, a second layer is taken and written, alike on 1 and 2 threads", async () => {
  const asked = { ...problem("regression"), exportTo: [...exportTargets] };
  const one = await automl(asked, plainContext());
  expect(layered(one).length).toBeGreaterThan(0);
  expect(one.reasons.join(" ")).toMatch(/A second layer \(.*\) learned from the out-of-fold margins of \d models/);
  const two = await automl({ ...asked, threads: 2, recorded: one.records }, plainContext());
  expect(digestOf(two)).toBe(digestOf(one));
  // Its error on rows that no fold saw is what the folds promised.
  const fresh = rowsOf("regression", 4000, 2);
  const { score } = load(one).scoreFrame(fresh);
  const y = fresh.columns.get("y") as { readonly values: Float64Array };
  const squares = score.reduce((sum, own, i) => sum + (own - y.values[i]!) ** 2, 0);
  expect(Math.sqrt(squares / 4000)).toBeLessThan(1.08 * one.score!);
}, 180_000);

test.for(["binary", "multiclass", "regression"] as const)(
  "%s: the program of both layers gives what their models give, and every target can express it",
  async (task) => {
    const ground = groundOf(rowsOf(task, 1200), task);
    const base = await Promise.all([
      firstLayer({ learner: "extraTrees", options: { trees: 10, minRowsInLeaf: 5 } }, ground),
      firstLayer({ learner: "linear", options: {} }, ground),
    ]);
    const context = plainContext();
    const budget = new SearchBudget(ground.settings, context, undefined);
    const layer = await fitSecondLayer(base, plansOf(ground), ground, budget);
    const members = [base[1]!, ...layer];
    const chosen: Chosen = {
      ...layer[0]!,
      members,
      weights: [0.2, 0.4, 0.2, 0.1, 0.1],
      how: "stack",
      copied: true,
      reasons: [],
    };
    for (const refit of [true, false]) {
      const own = { ...ground, settings: { ...ground.settings, refit } };
      const learned = await learnChosen(chosen, own, budget, [], undefined, context);
      expect(learned.refitted).toBe(refit);
      const { classes } = ground;
      const assembly = { task, classes, calibration: { kind: "none" }, weights: learned.weights } as const;
      const made = assembleModels(learned.plan, learned.models, assembly);
      // It throws where the two differ.
      verifyProgram(made, learned, ground.rows.judged, own, { ...assembly, segments: undefined });
      expect(lostOn(made, exportTargets)).toEqual([]);
    }
  },
);

test("a size that the first layer holds to and both layers do not keeps the second out", async () => {
  const free = await automl(problem("regression"), plainContext());
  const { sizeBytes } = free.leaderboard[0]!;
  expect(layered(free).length).toBeGreaterThan(0);
  const bound = await automl(
    // A bound on the size tries other models first, so the trials are made anew.
    { ...problem("regression"), constraints: { maxSizeBytes: sizeBytes - 1 } },
    plainContext(),
  );
  expect(bound.leaderboard[0]!.sizeBytes).toBeLessThan(sizeBytes);
}, 180_000);

function groundOf(frame: Frame, task: AutomlRequest["task"]): TrialGround {
  const metric = { binary: "rocAucScore", multiclass: "logLoss", regression: "rmseError" }[task];
  const settings = { ...automlOptionsSchema.parse({ target: "y", task, folds: 4 }), metric };
  const all = labelledRows(frame, settings);
  const rows = judgeBy(all, undefined, settings);
  return { rows, settings, classes: all.target.classes, matrices: new FoldMatrices(rows, settings, []) };
}

/** Those of a long search: all learners. */
const plansOf = ({ rows, settings }: TrialGround) => layerPlans(40, searchFacts(rows.all, settings, []), settings);

async function firstLayer(plan: TrialPlan, ground: TrialGround): Promise<Trial> {
  const poll = { clock: plainContext().clock, stopping: () => false };
  return { ...(await runTrial(plan, ground, poll, { fitsIn: () => 4, goesOn: () => true })), plannedFolds: 4 };
}

test("no model of the second layer sees a margin that was made by a model of the row's label", async () => {
  const ground = groundOf(rowsOf("binary", 1200, 5, true), "binary");
  expect(mayStack(ground)).toBe(true);
  // Trees down to single rows know their training labels by heart.
  const trial = await firstLayer({ learner: "extraTrees", options: { trees: 30, minRowsInLeaf: 1 } }, ground);
  const { features, target, rows } = ground.matrices.train(0, "trees");
  expect(rankAuc(learners.extraTrees.predict(trial.models[0] as never, features, rows), target).auc).toBeGreaterThan(
    0.99,
  );
  for (let fold = 0; fold < 4; fold++) {
    const { train, validation } = layerFold(fold, "trees", [trial], ground);
    for (const part of [train, validation]) {
      const margins = part.features.at(-1)!.values;
      expect(Math.abs(rankAuc(margins, part.target).auc - 0.5)).toBeLessThan(0.1);
    }
  }
  const budget = new SearchBudget(ground.settings, plainContext(), undefined);
  const layer = await fitSecondLayer([trial, trial], plansOf(ground), ground, budget);
  expect(layer.map(({ plan: own }) => own.learner)).toEqual(["gbdt", "linear", "extraTrees", "network"]);
  for (const { score } of layer) expect(Math.abs(score! - 0.5)).toBeLessThan(0.06);
});

test("rows that are few, or judged once in part, and models that must be readable get no second layer", async () => {
  const ground = groundOf(rowsOf("binary", 1200), "binary");
  const { settings, rows } = ground;
  const with_ = (constraints: object) => ({
    ...ground,
    settings: { ...settings, constraints: { ...settings.constraints, ...constraints } },
  });
  expect(mayStack(with_({ interpretable: true }))).toBe(false);
  expect(mayStack(with_({ monotone: { a: 1 } }))).toBe(false);
  expect(
    mayStack({ ...ground, rows: { ...rows, folds: rows.folds.slice(0, 3), starts: rows.starts.slice(0, 4) } }),
  ).toBe(false);
  expect(mayStack({ ...ground, rows: { ...rows, repeats: 2 } })).toBe(false);
  const few = rowsOf("binary", 900);
  const judged = judgeBy(labelledRows(few, settings), undefined, settings);
  expect(mayStack({ ...ground, rows: judged })).toBe(false);
});
