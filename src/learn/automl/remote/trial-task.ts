import type { JsonValue } from "@millrace/program";
import { plainContext, type TaskFunction } from "#kernel";
import type { LearningData } from "../../model.ts";
import { foldPairs } from "../rows/fold-pairs.ts";
import { firstFolds } from "../rows/judged-rows.ts";
import { learningData, planFeatures } from "../rows/training-rows.ts";
import type { TrialPlan } from "../search/portfolio.ts";
import { reaches } from "../search/promotion.ts";
import { foldMargins } from "../trial/learn-folds.ts";
import { fitModel, matrixOf, runTrial, shapeOf, type TrialGround } from "../trial/run-trial.ts";
import { encodeRecord } from "../trial/trial-record.ts";
import { readGround, type SearchFile, writeMade } from "./ground-file.ts";

export const trialModule = import.meta.url;

/** A trial, a fit on all rows, or margins of nested folds, for another process. */
export interface TrialTask {
  readonly ground: SearchFile;
  readonly plan: TrialPlan;
  /** Folds that judge; 0: the plan is learned from all rows. */
  readonly folds: number;
  /** Nothing but margins of every two folds by models of the others are wanted. */
  readonly pairs?: true;
  /** The score of the first fold that must be beaten or reached to go on; null: none. */
  readonly bar: number | null;
  readonly up: boolean;
  readonly seed: number;
  /** Where the fitted model goes, that of the first fold or of all rows, or the margins. */
  readonly model: string;
}

let known: {
  readonly digest: string;
  readonly ground: ReturnType<typeof readGround>;
  readonly all: Map<string, LearningData>;
  pairs?: Pick<TrialGround, "rows" | "matrices">;
};

/** Runs a `TrialTask`; gives the trial's record as a line and the model's file. Processes keep the rows of the last search. */
export const runTrialTask: TaskFunction = async (payload, context): Promise<JsonValue> => {
  const task = payload as unknown as TrialTask;
  if (known?.digest !== task.ground.digest)
    known = { digest: task.ground.digest, ground: readGround(task.ground), all: new Map() };
  const { ground } = known;
  const settings = { ...ground.settings, seed: task.seed, threads: 1 };
  const stopping = context.stopping;
  if (task.folds === 0) {
    const train = allRows(task.plan);
    const model = await fitModel(task.plan, { ...shapeOf(settings, ground.classes), train }, settings, { stopping });
    return { model: { ...writeMade(task.model, model) } };
  }
  if (task.pairs) {
    const margins = await foldMargins(task.plan, { ...ground, ...foldsInPairs(), settings }, stopping);
    return { model: { ...writeMade(task.model, margins) } };
  }
  const own: TrialGround = { ...ground, settings, rows: firstFolds(ground.rows, task.folds) };
  const asking = {
    fitsIn: () => task.folds,
    goesOn: (score: number | null) => reaches(score, task.bar, task.up),
  };
  const { models, ...trial } = await runTrial(task.plan, own, { clock: plainContext().clock, stopping }, asking);
  const record = encodeRecord({ ...trial, plannedFolds: task.folds });
  return { record, ...(models[0] === undefined ? {} : { model: { ...writeMade(task.model, models[0]) } }) };
};

function foldsInPairs() {
  if (known.pairs !== undefined) return known.pairs;
  const rows = foldPairs(known.ground.rows);
  known.pairs = { rows, matrices: known.ground.matrices.over(rows) };
  return known.pairs;
}

function allRows(plan: TrialPlan): LearningData {
  const { ground, all } = known;
  const kind = matrixOf(plan);
  const made =
    all.get(kind) ??
    learningData(planFeatures(ground.rows.all, ground.settings, ground.leftOut), ground.rows.all, kind, true);
  all.set(kind, made);
  return made;
}
