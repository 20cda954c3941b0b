import type { Frame, Program, Tensors } from "@millrace/program";
import { z } from "zod";
import { concatFrames, selectRows } from "#dataset";
import { compareModels, evaluate, metricNamed } from "#evaluate";
import { MillraceError, parseOptions, randomStream, type WorkContext } from "#kernel";
import { declaredFeaturesSchema, type FeaturePlan, featureMatrix, fitTransform } from "#transform";
import type { LeaderboardEntry } from "../automl/model.ts";
import { exportTargets, lostOn } from "../automl/trial/exportable.ts";
import { programCost } from "../automl/trial/program-cost.ts";
import { learners } from "../learners.ts";
import type { FittedModel, Learner, LearningData } from "../model.ts";
import { assembleProgram } from "../program/assemble-program.ts";
import { learnerChoices } from "../selection/choose-learners.ts";
import { readTarget } from "../target/read-target.ts";
import { fitTermsOf } from "../text/fit-terms.ts";
import { queryCodes } from "./query-codes.ts";
import { type RankPlan, rankPlans } from "./rank-plans.ts";

export const rankOptionsSchema = z.object({
  target: z.string().describe("the grade of a row: a whole number from 0 (useless) to 30"),
  query: z.string().describe("the column whose rows of one value form one ranking"),
  leftOut: z.array(z.string()).default([]).describe("columns not to learn from"),
  time: z.string().optional(),
  patterns: z.record(z.string(), z.string()).default({}),
  metric: z.string().default("ndcgScore").describe("ndcgScore or mapScore"),
  budgetTrials: z.int().min(1).max(10_000).default(8).describe("how many models are tried"),
  seed: z.int().default(0),
  threads: z.int().min(1).max(64).default(1),
  learners: learnerChoices.optional(),
  exportTo: z.array(z.enum(exportTargets)).default([]),
  features: declaredFeaturesSchema.default({}),
  transform: z.record(z.string(), z.unknown()).default({}),
});

/** What to learn a ranking from. */
export interface RankRequest extends z.input<typeof rankOptionsSchema> {
  readonly train: Frame;
  /** Other queries, which judge the trials and stop their growth. */
  readonly validation: Frame;
  /** True once no further trial is to begin; the baseline and one model are tried all the same. */
  readonly enough?: () => boolean;
}

export type RankEntry = Omit<LeaderboardEntry, "facts" | "lost" | "front" | "chosen" | "folds"> & {
  readonly lost: readonly string[];
};

export interface Ranked {
  readonly program: Program;
  readonly tensors: Tensors;
  readonly metric: string;
  readonly score: number | null;
  readonly interval: readonly [number, number] | null;
  /** Of rows in no order. */
  readonly baseline: number | null;
  readonly leaderboard: readonly RankEntry[];
  readonly trials: number;
  readonly reasons: readonly string[];
}

type Settings = z.output<typeof rankOptionsSchema>;

interface Rows {
  readonly frame: Frame;
  readonly grades: Float64Array;
  readonly queries: Uint32Array;
}

interface Trial {
  readonly plan: RankPlan;
  readonly model: FittedModel;
  readonly margins: Float64Array;
  readonly entry: Omit<RankEntry, "rank">;
}

/**
 * A model that orders the rows of each query, as a program whose score is greater for what belongs higher; LambdaMART, trees
 * on the grades and linear models are tried, NDCG or MAP on queries that none has seen decides.
 *
 * Missing: rows without a grade are left out. Random: by `seed`. Errors: LEARN_COLUMN_UNKNOWN; LEARN_OBJECTIVE_UNFIT: grades
 * that are no whole numbers of 0 to 30; LEARN_TARGET_CONSTANT; LEARN_EXPORT_IMPOSSIBLE; LEARN_LEARNER_UNFIT; KERNEL_STOPPED.
 * Source: Burges, "From RankNet to LambdaRank to LambdaMART", 2010.
 */
export async function learnRanking(
  { train: given, validation: held, enough = () => false, ...rest }: RankRequest,
  context: WorkContext,
): Promise<Ranked> {
  const settings = parseOptions(rankOptionsSchema, rest, "a ranking", "LEARN_OPTION_INVALID");
  const metric = metricNamed(settings.metric, "regression").name;
  const train = rowsOf(given, settings);
  const validation = rowsOf(held, settings);
  const plan = planOf(train, settings);
  const trials: Trial[] = [];
  const plans = rankPlans(train.frame.rows, settings).slice(0, settings.budgetTrials + 1);
  for (const [k, own] of plans.entries()) {
    if (k > 1 && enough()) break;
    context.progress({ what: `ranking ${k}: ${own.learner}`, done: k, total: plans.length });
    trials.push(await runTrial(own, plan, train, validation, metric, settings, context));
  }
  const ranked = trials.toSorted((a, b) => (b.entry.score ?? -1) - (a.entry.score ?? -1));
  const allowed = ranked.filter(({ entry }) => entry.lost.length === 0);
  const best = allowed[0];
  if (best === undefined)
    throw new MillraceError("LEARN_EXPORT_IMPOSSIBLE", {
      message: `None of ${trials.length} models can be expressed by ${settings.exportTo.join(", ")}: ${ranked[0]!.entry.lost[0]}.`,
      next: "Leave that target out of exportTo.",
    });
  const baseline = trials[0]!;
  const all = joined(train, validation, settings);
  const finalPlan = planOf(all, settings);
  const model = await fitPlan(
    best.plan,
    dataOf(finalPlan, all, best.plan, true),
    undefined,
    settings,
    context,
    best.model,
  );
  const made = assembled(finalPlan, best.plan, model);
  return {
    ...made,
    metric,
    score: best.entry.score,
    interval: best.entry.interval,
    baseline: baseline.entry.score,
    leaderboard: ranked.map(({ entry }, k) => ({ rank: k + 1, ...entry })),
    trials: trials.length,
    reasons: [
      ...beside(best, baseline, validation, metric, settings),
      `The model was learned again from all ${all.frame.rows} training and validation rows with the settings that validation chose; the scores above are from before.`,
    ],
  };
}

function beside(best: Trial, baseline: Trial, { grades, queries }: Rows, metric: string, { seed }: Settings): string[] {
  if (best === baseline || best.entry.score === null)
    return ["No order that was learned is better than none: the trivial baseline is the model."];
  const { pBetter } = compareModels("regression", grades, best.margins, baseline.margins, metric, {
    seed,
    draws: 200,
    ranking: { queries },
  });
  return [
    `${best.entry.learner} has the best ${metric} (${best.entry.score.toFixed(4)}) of ${new Set(queries).size} held-out queries; rows in no order reach ${baseline.entry.score?.toFixed(4)}, and it is better in ${(100 * pBetter).toFixed(0)} % of the draws.`,
  ];
}

async function runTrial(
  plan: RankPlan,
  features: FeaturePlan,
  train: Rows,
  validation: Rows,
  metric: string,
  settings: Settings,
  context: WorkContext,
): Promise<Trial> {
  const startedMs = context.clock.nowMs();
  const held = dataOf(features, validation, plan, false);
  const model = await fitPlan(plan, dataOf(features, train, plan, true), held, settings, context);
  const trainSeconds = (context.clock.nowMs() - startedMs) / 1000;
  const margins = learnerOf(plan).predict(model, held.features, held.rows);
  const made = assembled(features, plan, model);
  const input = { scores: margins, labels: validation.grades, ranking: { queries: validation.queries } };
  const { value, low, high } = evaluate("regression", input, { seed: settings.seed, draws: 200 }).metrics[metric]!;
  return {
    plan,
    model,
    margins,
    entry: {
      learner: plan.learner,
      options: plan.options,
      score: value,
      interval: low === null || high === null ? null : [low, high],
      trainSeconds,
      ...programCost(made.program, made.tensors),
      lost: lostOn(made, settings.exportTo),
    },
  };
}

async function fitPlan(
  { learner: name, options }: RankPlan,
  train: LearningData,
  validation: LearningData | undefined,
  { seed, threads }: Settings,
  context: WorkContext,
  decided?: FittedModel,
): Promise<FittedModel> {
  const learner = learnerOf({ learner: name, options });
  const own =
    decided === undefined
      ? {}
      : name === "gbdt"
        ? { trees: Math.max(1, Number(decided.facts.rounds)), earlyStoppingRounds: 0 }
        : name === "linear"
          ? { strength: Number(decided.facts.strength), folds: 0 }
          : {};
  const resolved = parseOptions(learner.options, { ...options, ...own }, name, "LEARN_OPTION_INVALID");
  const input = { task: "regression", classes: 1, train, ...(validation === undefined ? {} : { validation }) } as const;
  return learner.fit(input, resolved, { seed, threads, stopping: context.stopping, progress: () => undefined });
}

function learnerOf({ learner }: RankPlan): Learner {
  return learners[learner] as unknown as Learner;
}

function kindOf(plan: RankPlan): "trees" | "linear" {
  return learnerOf(plan).traits.categorical ? "trees" : "linear";
}

function assembled(plan: FeaturePlan, own: RankPlan, model: FittedModel) {
  const features = plan.features.filter((feature) => feature.for.includes(kindOf(own)));
  const toNodes = (refs: Parameters<Learner["toProgram"]>[1]) => learnerOf(own).toProgram(model, refs);
  const assembly = { task: "regression", classes: [], calibration: { kind: "none" } } as const;
  return assembleProgram(plan, [{ model, features, toNodes }], assembly);
}

function dataOf(plan: FeaturePlan, { frame, grades, queries }: Rows, own: RankPlan, training: boolean): LearningData {
  return {
    rows: frame.rows,
    features: featureMatrix(plan, frame, { for: kindOf(own), training }),
    target: grades,
    queries,
  };
}

function planOf(
  { frame, grades }: Rows,
  { target, query, leftOut, time, patterns, features, transform, seed }: Settings,
) {
  const request = {
    task: "regression",
    target,
    targetValues: grades,
    columns: { time, ignore: [...leftOut, query] },
    patterns,
    declared: features,
    fitTerms: fitTermsOf("regression"),
    classes: 0,
  } as const;
  return fitTransform(frame, request, transform, { random: randomStream(seed, "rank/transform") });
}

/** Rows that have a grade. */
function rowsOf(given: Frame, { target, query }: Settings): Rows {
  const { values } = readTarget(given, { target, task: "regression", minRows: 5 });
  const known = Uint32Array.from({ length: given.rows }, (_, row) => row).filter((row) => !Number.isNaN(values[row]!));
  const frame = known.length === given.rows ? given : selectRows(given, known);
  return { frame, grades: Float64Array.from(known, (row) => values[row]!), queries: queryCodes(frame, query) };
}

function joined(train: Rows, validation: Rows, { query }: Settings): Rows {
  const frame = concatFrames(train.frame, validation.frame);
  const grades = new Float64Array(frame.rows);
  grades.set(train.grades);
  grades.set(validation.grades, train.grades.length);
  return { frame, grades, queries: queryCodes(frame, query) };
}
