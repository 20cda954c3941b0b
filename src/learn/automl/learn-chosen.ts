import { load, type Program, type Tensors } from "@millrace/program";
import { selectRows } from "#dataset";
import { MillraceError, platformRuntimes, type WorkContext } from "#kernel";
import type { FeaturePlan } from "#transform";
import type { FittedModel, LearningData } from "../model.ts";
import type { Assembly } from "../program/assemble-program.ts";
import type { FinalModel } from "./assemble-models.ts";
import type { Chosen } from "./choose-model.ts";
import { copiesOf } from "./copies.ts";
import { weightedMargins } from "./fold-margins.ts";
import { bareRows } from "./fold-matrices.ts";
import { fitModel, learnerOf, matrixOf, shapeOf, type Trial, type TrialGround } from "./run-trial.ts";
import { scoresOf } from "./scores.ts";
import { isStop, type SearchBudget } from "./search-budget.ts";
import { type LabelledRows, learningData, type MatrixKind, planFeatures } from "./training-rows.ts";

/** Models on one feature plan; `refitted`: learned from all rows. */
export interface Learned {
  readonly plan: FeaturePlan;
  readonly models: readonly FinalModel[];
  /** Of each model's margins. */
  readonly weights: readonly number[];
  readonly refitted: boolean;
}

/**
 * The chosen model learned again from all rows, with the settings that the folds decided; where there is no time for that,
 * or it is not wanted, the models of the first fold.
 *
 * Errors: KERNEL_STOPPED: where the time is up and the first fold's models were made by an earlier search.
 */
export async function learnChosen(
  chosen: Chosen,
  ground: TrialGround,
  budget: SearchBudget,
  leftOut: readonly string[],
  context: WorkContext,
): Promise<Learned> {
  const { settings, rows, matrices } = ground;
  const trivial = chosen.members.every(({ plan }) => plan.learner === "constant");
  const first = (): Learned => ({
    plan: trivial ? matrices.sample() : matrices.plan(0),
    models: chosen.members.map(({ plan, models }) => ({ trial: plan, model: models[0]! })),
    weights: chosen.weights,
    refitted: false,
  });
  const kept = chosen.members.every(({ models }) => models.length > 0);
  if (!settings.refit && kept) return first();
  // A feature plan cannot be stopped, so it is not begun where the folds' took longer than what is left.
  const grows = rows.all.frame.rows / rows.folds[0]!.train.length;
  if (kept && !trivial && budget.secondsLeft() <= budget.writing + matrices.overhead * grows) return first();
  try {
    const plan = trivial ? matrices.sample() : planFeatures(rows.all, settings, leftOut);
    if (kept && budget.stopsFinish()) return first();
    const made = new Map<MatrixKind, LearningData>();
    const models: FinalModel[] = [];
    const weights: number[] = [];
    for (const [k, member] of chosen.members.entries()) {
      context.progress({ what: `learning ${member.plan.learner} again from all rows` });
      const kind = matrixOf(member.plan);
      const train = made.get(kind) ?? (trivial ? bareRows(rows.all) : learningData(plan, rows.all, kind, true));
      made.set(kind, train);
      const copies = chosen.copied ? copiesOf(member.plan, rows.all.frame.rows, settings) : 1;
      for (let copy = 0; copy < copies; copy++) {
        const model = await learnAgain(member, train, ground, settings.seed + copy, budget, kept, context);
        models.push({ trial: member.plan, model });
        weights.push(chosen.weights[k]! / copies);
      }
    }
    return { plan, models, weights, refitted: true };
  } catch (error) {
    if (!isStop(error) || context.stopping() || !kept) throw error;
    return first();
  }
}

async function learnAgain(
  { plan, facts }: Trial,
  train: LearningData,
  { settings, classes, rows }: TrialGround,
  seed: number,
  budget: SearchBudget,
  kept: boolean,
  context: WorkContext,
): Promise<FittedModel> {
  // More rows bear a few more rounds than the folds' models, which saw fewer.
  const grows = rows.folds.length > 1 ? 1 + 0.5 / rows.folds.length : 1;
  const decided =
    plan.learner === "gbdt"
      ? { trees: Math.max(1, Math.round(Number(facts.rounds) * grows)), earlyStoppingRounds: 0 }
      : plan.learner === "gam" || plan.learner === "network"
        ? { rounds: Math.max(1, Math.round(Number(facts.rounds) * grows)), earlyStoppingRounds: 0 }
        : plan.learner === "linear"
          ? { strength: Number(facts.strength), folds: 0 }
          : {};
  const fixed = { ...plan, options: { ...plan.options, ...decided } };
  const poll = { stopping: kept ? budget.stopsFinish : context.stopping };
  return fitModel(fixed, { ...shapeOf(settings, classes), train }, { ...settings, seed }, poll);
}

const mostVerified = 1000;

/** The program must give what the models give: both are computed for some rows. Errors: LEARN_PROGRAM_DIFFERS. */
export function verifyProgram(
  { program, tensors }: { program: Program; tensors: Tensors },
  { plan, models, weights }: Learned,
  judged: LabelledRows,
  { settings, classes }: TrialGround,
  { calibration }: Pick<Assembly, "calibration">,
): void {
  const rows = Uint32Array.from({ length: Math.min(mostVerified, judged.frame.rows) }, (_, i) => i);
  const some = { ...judged, frame: selectRows(judged.frame, rows), weights: undefined };
  const data = new Map<MatrixKind, LearningData>();
  const margins = models.map(({ trial, model }) => {
    const kind = matrixOf(trial);
    const own = data.get(kind) ?? learningData(plan, some, kind, false);
    data.set(kind, own);
    return learnerOf(trial).predict(model, own.features, rows.length);
  });
  const sum = models.length === 1 && weights[0] === 1 ? margins[0]! : weightedMargins(margins, weights);
  const expected = scoresOf(settings.task, Math.max(classes.length, 1), sum, calibration);
  const scored = load({ program, tensors }, platformRuntimes).scoreFrame(some.frame).score;
  const row = scored.findIndex((score, i) => !(Math.abs(score - expected[i]!) <= 1e-9 * Math.max(1, Math.abs(score))));
  if (row < 0) return;
  throw new MillraceError("LEARN_PROGRAM_DIFFERS", {
    message: `The program gives ${scored[row]} where the model gives ${expected[row]} (value ${row} of ${scored.length}).`,
    next: "This is a fault in Millrace: report it with the output of `millrace doctor`.",
    facts: { learners: models.map(({ trial }) => trial.learner) },
  });
}
