import { type Frame, programLimits } from "@millrace/program";
import { metricNamed } from "#evaluate";
import { MillraceError, parseOptions, type WorkContext } from "#kernel";
import type { GuardrailReport } from "../screen/model.ts";
import { requireClassRows } from "../screen/shape/rows-shape.ts";
import { withTimeTrend } from "../selection/choose-learners.ts";
import { adviseOn, guardAfterwards } from "./advice.ts";
import { type Chosen, rankTrials } from "./choose/choose-model.ts";
import { withinColumnBudget } from "./columns/column-budget.ts";
import { withMadeFeatures } from "./columns/made-features.ts";
import { breaksFairness, checkConstraints } from "./constraints.ts";
import { leaderboard } from "./leaderboard.ts";
import { makeModel } from "./make-model.ts";
import { type AutomlRequest, type AutomlResult, automlOptionsSchema } from "./model.ts";
import {
  copiesReason,
  fewerFolds,
  lateLook,
  madeReasons,
  notRated,
  notScreened,
  onlyBaseline,
  refitReason,
  tooSmall,
  warmReason,
} from "./reasons.ts";
import { RemoteFits, worthSharing } from "./remote/remote-fits.ts";
import { type JudgedRows, judgeBy } from "./rows/judged-rows.ts";
import { screenRows } from "./rows/screen-rows.ts";
import { type LabelledRows, labelledRows } from "./rows/training-rows.ts";
import { validationRows } from "./rows/validation-rows.ts";
import { isStop, SearchBudget } from "./search/search-budget.ts";
import { searchFacts } from "./search/search-facts.ts";
import { type Searched, searchTrials, worthOf } from "./search/search-trials.ts";
import { checkSegments } from "./segments/learn-segments.ts";
import { FoldMatrices } from "./trial/fold-matrices.ts";
import { modelCost } from "./trial/program-cost.ts";
import type { Settings, Trial, TrialGround } from "./trial/run-trial.ts";

const defaultMetric = { binary: "rocAucScore", multiclass: "logLoss", regression: "rmseError" } as const;

/**
 * The best model that a budget of trials or seconds finds, as a program of raw columns, with the leaderboard and the reasons.
 *
 * Training rows are screened (unless a screening is given); every trial is judged by one metric with its interval, on the
 * validation rows or on out-of-fold predictions (`folds`); the best model, or a weighted sum of several where that is better
 * on held-out halves, is calibrated, gets a threshold, and is learned again from all rows. Where outputs beside the score are
 * asked for, half of the validation rows are set aside before the search, and serve only to learn those.
 *
 * Missing: rows without a label are dropped. Random: everything hangs on `seed`; the result does not depend on `threads`, nor
 * on the clock but for how many trials `budgetSeconds` buys.
 * Errors: those of `screenFeatures`; LEARN_TOO_FEW_ROWS and LEARN_TARGET_ONE_CLASS of the validation rows;
 * LEARN_NO_FEATURES; LEARN_TOO_MANY_CLASSES; LEARN_TOO_MANY_COLUMNS; LEARN_WEIGHTS_INVALID; LEARN_EXPORT_IMPOSSIBLE; LEARN_CONSTRAINT_UNMET; LEARN_MONOTONE_INVALID;
 * LEARN_TRIALS_OTHER; LEARN_COLUMN_UNKNOWN: of `columnCosts`; those of `addOutputs`; TRANSFORM_NO_FEATURES; EVALUATE_METRIC_UNKNOWN; KERNEL_STOPPED.
 */
export async function automl(request: AutomlRequest, context: WorkContext): Promise<AutomlResult> {
  const {
    train: trainFrame,
    validation: given,
    guardrails: screened,
    recorded,
    onTrial,
    enough,
    executor,
    afterwards,
    ...rest
  } = request;
  const parsed = parseOptions(automlOptionsSchema, rest, "automl", "LEARN_OPTION_INVALID");
  const asked: Settings = {
    ...parsed,
    transform: withTimeTrend(parsed),
    metric: metricNamed(parsed.metric ?? defaultMetric[parsed.task], parsed.task).name,
  };
  const budget = new SearchBudget(asked, context, enough, afterwards);
  checkConstraints(asked, trainFrame);
  requireFewColumns([...trainFrame.columns.keys()].filter((name) => !asked.leftOut.includes(name)).length - 1);
  const inTime = screened ?? screenWithin(trainFrame, given, asked, budget, context);
  const guardrails = inTime ?? { guardrails: [], blocked: [], leftOut: [] };
  const train = labelledRows(trainFrame, asked);
  requireClassRows(train.target, 2, usable(train.weights));
  const { classes } = train.target;
  requireFewMargins(train, asked.target);
  const { validation, calibration } = validationRows(given, asked, classes);
  const before = [...new Set([...asked.leftOut, ...asked.targetSources, ...guardrails.leftOut])];
  const planned = judgeBy(train, validation, asked);
  const bounding = budget.looking(forColumns);
  const { leftOut, reasons: columns, unrated } = await withinColumnBudget(planned, asked, before, classes, bounding);
  if (context.stopping()) await budget.checkpoint(0);
  if (unrated) budget.close();
  // Nothing is learned any more, so nothing need be looked for.
  const remoteExecutor = budget.spent() ? undefined : executor;
  const looked = await lookForFeatures(planned, asked, leftOut, classes, budget, context);
  const settings = looked ?? asked;
  const matrices = new FoldMatrices(planned, settings, leftOut);
  const facts = searchFacts(planned.all, settings, leftOut);
  const followed = { ...(recorded === undefined ? {} : { recorded }), ...(onTrial === undefined ? {} : { onTrial }) };
  const whole: TrialGround = { rows: planned, matrices, settings, classes };
  checkSegments(whole);
  const remote = worthSharing(planned, facts, remoteExecutor)
    ? new RemoteFits(remoteExecutor!, whole, leftOut, context)
    : undefined;
  try {
    const searched = await searchTrials(whole, facts, budget, followed, remote, context);
    const late = looked === undefined;
    const rest = {
      train,
      calibration,
      guardrails,
      planned,
      leftOut,
      columns,
      remote,
      late,
      unscreened: !inTime,
      unrated: unrated === true,
    };
    return await finish(searched, settings, budget, rest, context);
  } finally {
    remote?.close();
  }
}

interface Finishing {
  readonly train: LabelledRows;
  readonly calibration: LabelledRows | undefined;
  readonly guardrails: GuardrailReport;
  readonly planned: JudgedRows;
  readonly leftOut: readonly string[];
  /** What became of the columns under a budget for them, in sentences. */
  readonly columns: readonly string[];
  readonly remote: RemoteFits | undefined;
  /** There was no time to look whether combinations and tables of the target help. */
  readonly late: boolean;
  /** Nor to screen the columns, so nothing was learned from them. */
  readonly unscreened: boolean;
  /** Nor to rate the columns for a budget of them. */
  readonly unrated: boolean;
}

/** Share of the seconds beyond which screening leaves none to learn in. */
const forScreening = 0.8;
/** Share of those left after it that the choice of columns may take. */
const forColumns = 0.4;

/** The guardrails; undefined where the time for them was up: then nothing but the baseline is made, which reads no column. */
function screenWithin(
  train: Frame,
  validation: Frame | undefined,
  asked: Settings,
  budget: SearchBudget,
  context: WorkContext,
): GuardrailReport | undefined {
  try {
    const stopping = budget.looking(forScreening);
    return budget.stretch(() => screenRows(train, validation, asked, { stopping }));
  } catch (error) {
    if (!isStop(error) || context.stopping()) throw error;
    budget.close();
    return undefined;
  }
}

/** Share of the seconds that the look for made features may take. */
const forFeatures = 0.2;
/** And the share that folds beyond the first may take for it. */
const forMoreFolds = 0.06;

/** The settings with made features where they help; undefined where the time for the look was up. */
async function lookForFeatures(
  planned: JudgedRows,
  asked: Settings,
  leftOut: readonly string[],
  classes: readonly string[],
  budget: SearchBudget,
  context: WorkContext,
): Promise<Settings | undefined> {
  try {
    const enough = budget.looking(forMoreFolds);
    return await withMadeFeatures(planned, asked, leftOut, classes, budget.looking(forFeatures), enough);
  } catch (error) {
    if (!isStop(error) || context.stopping()) throw error;
    return undefined;
  }
}

/** From trials to a program: chosen, learned again, assembled, verified, explained. */
async function finish(
  { trials, ended, ground, passedOver }: Searched,
  settings: Settings,
  budget: SearchBudget,
  { train, calibration, guardrails, planned, leftOut, columns, remote, late, unscreened, unrated }: Finishing,
  context: WorkContext,
): Promise<AutomlResult> {
  const { classes, rows } = ground;
  const ranked = rankTrials(trials, settings.metric);
  const { made, every, whole, chosen, learned, parted, decision, outputReasons } = await makeModel(
    ranked,
    ground,
    budget,
    { train, calibration, leftOut, remote },
    context,
  );
  const after = guardAfterwards(ranked, chosen, ground);
  const all = { ...guardrails, guardrails: [...guardrails.guardrails, ...after] };
  return {
    ...made,
    task: settings.task,
    classes,
    metric: settings.metric,
    score: chosen.score,
    interval: chosen.interval,
    baseline: trials.find((trial) => trial.plan.learner === "constant")?.score ?? null,
    leaderboard: leaderboard(
      withSecondLayer(ranked, chosen, settings.metric),
      chosen,
      rows.folds.length,
      settings,
      worthOf(settings.metric),
      ({ margins }) => breaksFairness(margins, rows, settings),
    ),
    guardrails: all,
    trials: trials.length,
    ended,
    passedOver,
    cutShort: late || every.late === true || (settings.refit && (!learned.refitted || learned.missing !== undefined)),
    segments: parted.results,
    records: trials
      .filter(({ unfinished, unrecorded }) => !unfinished && !unrecorded)
      .map(({ models: _, modelFile: __, ...record }) => record),
    advice: adviseOn(
      chosen,
      ground,
      all.guardrails,
      modelCost(made, settings),
      settings.outOfDomain !== undefined,
      trials.find((trial) => trial.plan.learner === "constant")?.score ?? null,
    ),
    reasons: [
      ...tooSmall(trials.length, ended, settings),
      ...notScreened(unscreened),
      ...notRated(unrated),
      ...fewerFolds(rows.folds.length, planned.folds.length),
      ...warmReason(ranked, settings),
      ...columns,
      ...lateLook(late),
      ...onlyBaseline(chosen, ranked),
      ...chosen.reasons,
      ...decision.reasons,
      ...parted.reasons,
      ...refitReason(learned, settings, rows.all),
      ...copiesReason(whole, every),
      ...madeReasons(whole),
      ...outputReasons,
    ],
  };
}

/** The board shows what of the second layer was taken among the trials. */
function withSecondLayer(ranked: readonly Trial[], { members, how }: Chosen, metric: string): readonly Trial[] {
  const layer = members.filter(({ over }) => over !== undefined);
  return how === "single" ? [...layer, ...ranked] : rankTrials([...ranked, ...layer], metric);
}

/** Margins of classes that a search can hold: each trial keeps a fifth of them or more. */
const mostMargins = 20_000_000;

function requireFewMargins({ frame, target }: LabelledRows, name: string): void {
  const classes = target.classes.length;
  if (classes * frame.rows <= mostMargins || classes <= 50) return;
  const most = Math.floor(mostMargins / classes);
  throw new MillraceError("LEARN_TOO_MANY_CLASSES", {
    message: `The target "${name}" has ${classes} classes in ${frame.rows} rows; of so many classes a search can hold ${most} rows.`,
    next: `Learn from a sample of ${most} rows, or group rare classes.`,
    facts: { target: name, classes, rows: frame.rows, most },
  });
}

function requireFewColumns(columns: number): void {
  const most = programLimits.inputs;
  if (columns <= most) return;
  throw new MillraceError("LEARN_TOO_MANY_COLUMNS", {
    message: `The data have ${columns} columns beside the target; a program reads ${most}.`,
    next: "Keep fewer columns, by what each tells of the target; a table whose rows are columns has to be turned.",
    facts: { columns, most },
  });
}

/** Weights that say which rows count; what is wrong with others, all of them 0 among that, is said where they are learned from. */
function usable(weights: Float64Array | undefined): Float64Array | undefined {
  return weights?.some((weight) => weight !== 0) ? weights : undefined;
}
