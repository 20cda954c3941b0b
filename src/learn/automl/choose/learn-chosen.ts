import { load, type Program, type Tensors } from "@millrace/program";
import { selectRows } from "#dataset";
import { MillraceError, platformRuntimes, type WorkContext } from "#kernel";
import type { FeaturePlan, MatrixKind } from "#transform";
import type { FittedModel, LearningData } from "../../model.ts";
import type { Assembly } from "../../program/assemble-program.ts";
import { groupsOf } from "../../screen/power/column-groups.ts";
import { readModel } from "../remote/ground-file.ts";
import type { RemoteFits } from "../remote/remote-fits.ts";
import { untilStopped } from "../remote/until-stopped.ts";
import { type LabelledRows, learningData, planFeatures } from "../rows/training-rows.ts";
import type { TrialPlan } from "../search/portfolio.ts";
import { isStop, type SearchBudget } from "../search/search-budget.ts";
import { weightedMargins } from "../trial/fold-margins.ts";
import { bareRows } from "../trial/fold-matrices.ts";
import { fitModel, matrixOf, shapeOf, type Trial, type TrialGround } from "../trial/run-trial.ts";
import { scoresOf } from "../trial/scores.ts";
import type { FinalModel } from "./assemble-models.ts";
import { type Chosen, everyFit } from "./choose-model.ts";
import { copiesWithin } from "./copies.ts";
import { marginsInOrder } from "./fit-second-layer.ts";
import { layerData, outOfFold, placesJudged } from "./layer-data.ts";
import { type Job, modelsOf, mostLearned } from "./most-learned.ts";

/** Models on one feature plan; `refitted`: learned from all rows; `missing`: so many of the choice there was no time for. */
export interface Learned {
  readonly plan: FeaturePlan;
  readonly models: readonly FinalModel[];
  /** Of each model's margins. */
  readonly weights: readonly number[];
  readonly refitted: boolean;
  readonly missing?: number;
}

/**
 * The chosen model learned again from all rows, with the settings that the folds decided; where there is no time for all of an
 * ensemble, those members that were learned if most of its weight is theirs; where there is none for that, or it is not
 * wanted, the models of the first fold.
 *
 * Errors: KERNEL_STOPPED: where the time is up and the first fold's models were made by an earlier search.
 */
export async function learnChosen(
  chosen: Chosen,
  ground: TrialGround,
  budget: SearchBudget,
  leftOut: readonly string[],
  remote: RemoteFits | undefined,
  context: WorkContext,
): Promise<Learned> {
  const { settings, rows, matrices } = ground;
  const trivial = chosen.members.every(({ plan }) => plan.learner === "constant");
  const every = everyFit(chosen.members);
  const weightOf = (trial: Trial) => chosen.weights[chosen.members.indexOf(trial)] ?? 0;
  const first = (): Learned => ({
    plan: trivial ? matrices.sample() : matrices.plan(0),
    models: every.map(({ plan, models, modelFile, over }) => ({
      trial: plan,
      model: models[0] ?? readModel(modelFile!),
      reads: over?.map((trial) => every.indexOf(trial)),
    })),
    weights: every.map(weightOf),
    refitted: false,
  });
  const kept = every.every(({ models, modelFile }) => models.length > 0 || modelFile !== undefined);
  if (!settings.refit && kept) return first();
  // A feature plan cannot be stopped, so it is not begun where the folds' took longer than what is left.
  const grows = rows.all.frame.rows / rows.folds[0]!.train.length;
  if (kept && !trivial && budget.secondsLeft() <= budget.writing + matrices.overhead * grows) return first();
  const jobs = jobsOf(every, chosen, ground);
  const fits = new Map<Job, FittedModel>();
  let plan: FeaturePlan | undefined;
  try {
    plan = trivial
      ? matrices.sample()
      : planFeatures(rows.all, settings, leftOut, kept ? budget.stopsFinish : context.stopping);
    if (kept && budget.stopsFinish()) return first();
    context.progress({ what: `learning ${jobs.length} model${jobs.length > 1 ? "s" : ""} again from all rows` });
    const stopping = kept ? budget.stopsFinish : context.stopping;
    const alone = jobs.filter(({ reads }) => reads === undefined);
    if (remote !== undefined && alone.length > 1)
      await untilStopped(stopping, (signal) =>
        Promise.all(alone.map(async (job) => void fits.set(job, await remote.model(job.trial, job.seed, signal)))),
      );
    const open = jobs.filter((job) => !fits.has(job));
    await fitHere(open, plan, ground, trivial, stopping, fits);
    return { plan, ...modelsOf(jobs, fits), refitted: true };
  } catch (error) {
    if (!isStop(error) || context.stopping() || !kept) throw error;
    const most = plan && mostLearned(jobs, fits);
    return most === undefined ? first() : { plan: plan!, ...most, refitted: true };
  }
}

/** What is to be learned, copies and all, in the order of the members. */
function jobsOf(every: readonly Trial[], chosen: Chosen, ground: TrialGround): readonly Job[] {
  const jobs: Job[] = [];
  for (const member of every) {
    const copies = copiesWithin(member, chosen, ground);
    // What another reads is learned once, so one job stands for it.
    const reads = member.over?.map((trial) => jobs.findIndex(({ of }) => of === trial));
    const weight = (chosen.weights[chosen.members.indexOf(member)] ?? 0) / copies;
    for (let copy = 0; copy < copies; copy++)
      jobs.push({
        of: member,
        trial: decidedPlan(member, ground),
        seed: ground.settings.seed + copy,
        weight,
        ...(reads === undefined ? {} : { reads }),
      });
  }
  return jobs;
}

async function fitHere(
  jobs: readonly Job[],
  plan: FeaturePlan,
  { settings, classes, rows }: TrialGround,
  trivial: boolean,
  stopping: () => boolean,
  fits: Map<Job, FittedModel>,
): Promise<void> {
  const made = new Map<MatrixKind, LearningData>();
  const everyRow = Uint32Array.from({ length: rows.all.frame.rows }, (_, i) => i);
  for (const job of jobs) {
    const { of, trial, seed } = job;
    const kind = matrixOf(trial);
    const known = made.get(kind) ?? (trivial ? bareRows(rows.all) : learningData(plan, rows.all, kind, true));
    made.set(kind, known);
    // As in the folds: each row's margins are of models that did not see it.
    const train =
      of.over === undefined
        ? known
        : layerData(
            known,
            of.over.map((read) => outOfFold(read, everyRow, placesJudged(rows))),
          );
    const model = await fitModel(trial, { ...shapeOf(settings, classes), train }, { ...settings, seed }, { stopping });
    fits.set(job, model);
  }
}

/** The plan with what the folds decided, which more rows need not be asked again. */
export function decidedPlan(trial: Pick<Trial, "plan" | "facts">, { rows }: TrialGround): TrialPlan {
  // More rows bear a few more rounds than the folds' models, which saw fewer.
  return decidedBy(trial, rows.folds.length > 1 ? 1 + (0.5 * rows.folds[0]!.test.length) / rows.all.frame.rows : 1);
}

/** The same with so many times the rounds. */
export function decidedBy({ plan, facts }: Pick<Trial, "plan" | "facts">, grows: number): TrialPlan {
  const rounds = Math.max(1, Math.round(Number(facts.rounds) * grows));
  const decided =
    plan.learner === "gbdt"
      ? { trees: rounds, earlyStoppingRounds: 0 }
      : plan.learner === "gam" || plan.learner === "network"
        ? { rounds, earlyStoppingRounds: 0 }
        : plan.learner === "linear"
          ? { strength: Number(facts.strength), folds: 0 }
          : {};
  return { ...plan, options: { ...plan.options, ...decided } };
}

const mostVerified = 1000;

/** Margins where rows of some segments have models of their own. */
function blended(
  all: Float64Array,
  margins: readonly Float64Array[],
  { frame }: LabelledRows,
  { column, own }: NonNullable<Assembly["segments"]>,
): Float64Array {
  const { codes, names } = groupsOf(frame.columns.get(column)!, frame.rows);
  const sum = all.slice();
  for (const { value, model, share } of own)
    for (let i = 0; i < sum.length; i++) {
      const code = codes[i % frame.rows]!;
      if (code >= 0 && names[code] === value) sum[i] = share * margins[model]![i]! + (1 - share) * all[i]!;
    }
  return sum;
}

/** The program must give what the models give: both are computed for some rows. Errors: LEARN_PROGRAM_DIFFERS. */
export function verifyProgram(
  { program, tensors }: { program: Program; tensors: Tensors },
  { plan, models, weights }: Learned,
  judged: LabelledRows,
  { settings, classes }: TrialGround,
  { calibration, segments }: Pick<Assembly, "calibration" | "segments">,
): void {
  const rows = Uint32Array.from({ length: Math.min(mostVerified, judged.frame.rows) }, (_, i) => i);
  const some = { ...judged, frame: selectRows(judged.frame, rows), weights: undefined };
  const data = new Map<MatrixKind, LearningData>();
  const margins = marginsInOrder(models, rows.length, (trial) => {
    const kind = matrixOf(trial);
    const own = data.get(kind) ?? learningData(plan, some, kind, false);
    data.set(kind, own);
    return own.features;
  });
  const all = models.length === 1 && weights[0] === 1 ? margins[0]! : weightedMargins(margins, weights);
  const sum = segments === undefined ? all : blended(all, margins, some, segments);
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
