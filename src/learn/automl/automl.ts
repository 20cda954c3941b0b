import { type Frame, load, type Program, type Tensors } from "@millrace/program";
import { withLeafCovers } from "@millrace/program/explain";
import { concatFrames, selectRows } from "#dataset";
import { metricNamed } from "#evaluate";
import { MillraceError, parseOptions, platformRuntimes, type WorkContext } from "#kernel";
import type { FeaturePlan } from "#transform";
import { type CalibrationChoice, chooseCalibration } from "../calibrate/choose-calibration.ts";
import { chooseThreshold } from "../calibrate/choose-threshold.ts";
import type { FittedModel, LearningData } from "../model.ts";
import { addOutputs } from "../program/add-outputs.ts";
import type { Assembly } from "../program/assemble-program.ts";
import type { GuardrailReport } from "../screen/model.ts";
import { requireClassRows } from "../screen/rows-shape.ts";
import { screenFeatures } from "../screen/screen-features.ts";
import { trialsOf, withTimeTrend } from "../selection/choose-learners.ts";
import { assembleModels, type FinalModel } from "./assemble-models.ts";
import { type Chosen, chooseModel, rankTrials } from "./choose-model.ts";
import { exportImpossible, lostOn } from "./exportable.ts";
import { leaderboard } from "./leaderboard.ts";
import { type AutomlOptions, type AutomlRequest, type AutomlResult, automlOptionsSchema } from "./model.ts";
import { fitModel, learnerOf, matrixOf, runTrial, type Trial } from "./run-trial.ts";
import { meanMargins, scoresOf } from "./scores.ts";
import { setAside } from "./set-aside.ts";
import { type LabelledRows, labelledRows, learningData, type MatrixKind, planFeatures } from "./training-rows.ts";

type Settings = AutomlOptions & { readonly metric: string };

const defaultMetric = { binary: "rocAucScore", multiclass: "logLoss", regression: "rmseError" } as const;

/**
 * The best model that a budget of trials finds, as a program of raw columns, with the leaderboard and the reasons.
 *
 * Training rows are screened (unless a screening is given), features are learned from them, every trial is judged on the
 * validation rows by one metric with its interval; the best model, or the average of the best few where that is better
 * beyond noise, is calibrated, gets a threshold, and is learned again from all rows. Where outputs beside the score are
 * asked for, half of the validation rows are set aside before the search, and serve only to learn those.
 *
 * Missing: rows without a label are dropped. Random: everything hangs on `seed`; the result does not depend on `threads`.
 * Errors: those of `screenFeatures`; LEARN_TOO_FEW_ROWS and LEARN_TARGET_ONE_CLASS of the validation rows;
 * LEARN_NO_FEATURES; LEARN_WEIGHTS_INVALID; LEARN_EXPORT_IMPOSSIBLE; those of `addOutputs`; TRANSFORM_NO_FEATURES; EVALUATE_METRIC_UNKNOWN; KERNEL_STOPPED.
 */
export async function automl(request: AutomlRequest, context: WorkContext): Promise<AutomlResult> {
  const { train: trainFrame, validation: validationFrame, guardrails: given, ...rest } = request;
  const parsed = parseOptions(automlOptionsSchema, rest, "automl", "LEARN_OPTION_INVALID");
  const settings: Settings = {
    ...parsed,
    transform: withTimeTrend(parsed),
    metric: metricNamed(parsed.metric ?? defaultMetric[parsed.task], parsed.task).name,
  };
  const guardrails = given ?? screen(trainFrame, validationFrame, settings);
  const train = labelledRows(trainFrame, settings);
  requireClassRows(train.target, 2);
  const { classes } = train.target;
  const { validation, calibration } = setAside(labelledRows(validationFrame, settings, classes), settings);
  requireValidation(validation, settings);

  const leftOut = [...new Set([...settings.leftOut, ...settings.targetSources, ...guardrails.leftOut])];
  const plan = planFeatures(train, settings, leftOut);
  const search = new Matrices(plan, train, validation);
  const trials: Trial[] = [];
  const plans = trialsOf(settings.learners, { ...settings, rows: train.frame.rows });
  for (const [k, trial] of plans.entries()) {
    context.progress({ what: `trial ${k + 1}: ${trial.learner}`, done: k, total: plans.length });
    if (context.stopping()) throw stopped(k, plans.length);
    const kind = matrixOf(trial);
    const input = { ...shapeOf(settings, classes), train: search.train(kind), validation: search.validation(kind) };
    trials.push(await runTrial(trial, input, settings, classes, context));
  }
  const ranked = rankTrials(trials, settings.metric);
  const { chosen, lost } = chooseExportable(ranked, plan, search.validation("trees"), settings, classes);
  const decision = decide(chosen, validation, settings);
  const final = settings.refit
    ? await refit(chosen, train, validation, settings, leftOut, context)
    : { plan, models: chosen.members.map(({ plan: own, model }) => ({ trial: own, model })) };
  const assembled = assembleModels(final.plan, final.models, {
    ...shapeOf(settings, classes),
    classes,
    ...decision.assembly,
  });
  verify(assembled, final, validation, settings, decision.assembly);
  const own = calibration ?? validation;
  const learnedFrom = settings.refit ? concatFrames(train.frame, validation.frame) : train.frame;
  const { reasons, ...added } =
    calibration === undefined && Object.keys(settings.invalid).length === 0
      ? { ...assembled, reasons: [] }
      : addOutputs(
          assembled,
          settings,
          {
            calibration: { frame: own.frame, target: own.target.values },
            training: learnedFrom,
          },
          [...train.frame.columns.keys()],
        );
  const made = settings.explanations ? withLeafCovers(added, learnedFrom) : added;
  const unexportable = lostOn(made, settings.exportTo);
  if (unexportable.length > 0) throw exportImpossible(settings.exportTo, unexportable);
  return {
    ...made,
    task: settings.task,
    classes,
    metric: settings.metric,
    score: chosen.score,
    interval: chosen.interval,
    baseline: trials.find((trial) => trial.plan.learner === "constant")?.score ?? null,
    leaderboard: leaderboard(ranked, chosen, plan, classes, settings.task, lost),
    guardrails,
    trials: trials.length,
    reasons: [...chosen.reasons, ...decision.reasons, ...refitReason(settings, train, validation), ...reasons],
  };
}

/** The best model that every target can express; those that were left out, with the reason. */
function chooseExportable(
  ranked: readonly Trial[],
  plan: FeaturePlan,
  validation: LearningData,
  settings: Settings,
  classes: readonly string[],
): { readonly chosen: Chosen; readonly lost: ReadonlyMap<Trial, readonly string[]> } {
  const { exportTo, task } = settings;
  const lost = new Map<Trial, readonly string[]>();
  if (exportTo.length === 0) return { chosen: chooseModel(ranked, validation, settings, classes), lost };
  const lostBy = (members: readonly Trial[]) => {
    const models = members.map(({ plan: trial, model }) => ({ trial, model }));
    return lostOn(assembleModels(plan, models, { task, classes, calibration: { kind: "none" } }), exportTo);
  };
  for (const trial of ranked) {
    const found = lostBy([trial]);
    if (found.length > 0) lost.set(trial, found);
  }
  const left = ranked.filter((trial) => !lost.has(trial));
  if (left.length === 0) throw exportImpossible(exportTo, [...lost.values()].flat());
  const chosen = chooseModel(left, validation, settings, classes);
  const alone = lostBy(chosen.members).length === 0;
  const reason = `${lost.size} of ${ranked.length} trials were left out: they cannot be exported to ${exportTo.join(", ")} (the leaderboard says why).`;
  const said = lost.size === 0 ? [] : [reason];
  const taken = alone ? chosen : chooseModel(left, validation, { ...settings, ensemble: false }, classes);
  return { chosen: { ...taken, reasons: [...taken.reasons, ...said] }, lost };
}

function shapeOf({ task }: Settings, classes: readonly string[]) {
  return { task, classes: Math.max(classes.length, 1) };
}

function screen(train: Frame, validation: Frame, settings: Settings): GuardrailReport {
  const { target, task, positive, targetSources, knownAfter, time, sensitive, waive, seed, weight } = settings;
  const leftOut = weight === undefined ? settings.leftOut : [...settings.leftOut, weight];
  return screenFeatures(train, {
    target,
    task,
    targetSources,
    knownAfter,
    sensitive,
    waive,
    seed,
    leftOut,
    test: validation,
    ...(positive === undefined ? {} : { positive }),
    ...(time === undefined ? {} : { time }),
  });
}

/** Matrices of both kinds, made once and shared by all trials. */
class Matrices {
  readonly #make: (training: boolean, kind: MatrixKind) => LearningData;
  readonly #made = new Map<string, LearningData>();

  constructor(plan: FeaturePlan, train: LabelledRows, validation: LabelledRows) {
    this.#make = (training, kind) => learningData(plan, training ? train : validation, kind, training);
  }

  train(kind: MatrixKind): LearningData {
    return this.#get(true, kind);
  }

  validation(kind: MatrixKind): LearningData {
    return this.#get(false, kind);
  }

  #get(training: boolean, kind: MatrixKind): LearningData {
    const key = `${training}/${kind}`;
    const data = this.#made.get(key) ?? this.#make(training, kind);
    this.#made.set(key, data);
    return data;
  }
}

function requireValidation({ target }: LabelledRows, { task }: Settings): void {
  if (target.labelled < 5)
    throw new MillraceError("LEARN_TOO_FEW_ROWS", {
      message: `There are ${target.labelled} labelled validation rows; at least 5 are needed to judge a model.`,
      next: "Give a greater share of the rows to validation, or collect more.",
      facts: { rows: target.labelled, least: 5 },
    });
  const known = target.values.filter((value) => !Number.isNaN(value));
  if (task === "regression" || known.some((value) => value !== known[0])) return;
  throw new MillraceError("LEARN_TARGET_ONE_CLASS", {
    message: `All ${target.labelled} labelled validation rows belong to the class "${target.classes[known[0]!]}".`,
    next: "Choose a split whose validation rows hold every class (stratified, or a longer period).",
    facts: { rows: target.labelled },
  });
}

function decide(chosen: Chosen, { target, weights }: LabelledRows, settings: Settings) {
  const none: CalibrationChoice = { calibration: { kind: "none" }, reason: "" };
  if (settings.task !== "binary") return { assembly: { calibration: none.calibration }, reasons: [] };
  const choice = chooseCalibration(chosen.margins, target.values, settings.seed, weights);
  const scores = scoresOf("binary", 2, chosen.margins, choice.calibration);
  const { threshold, reason } = chooseThreshold(scores, target.values, settings.costs, weights);
  return { assembly: { calibration: choice.calibration, threshold }, reasons: [choice.reason, reason] };
}

async function refit(
  chosen: Chosen,
  train: LabelledRows,
  validation: LabelledRows,
  settings: Settings,
  leftOut: readonly string[],
  context: WorkContext,
): Promise<{ plan: FeaturePlan; models: FinalModel[] }> {
  const both: LabelledRows = {
    frame: concatFrames(train.frame, validation.frame),
    target: {
      ...train.target,
      values: Float64Array.of(...train.target.values, ...validation.target.values),
      labelled: train.target.labelled + validation.target.labelled,
    },
    weights:
      train.weights === undefined || validation.weights === undefined
        ? undefined
        : Float64Array.of(...train.weights, ...validation.weights),
  };
  const plan = planFeatures(both, settings, leftOut);
  const matrices = new Matrices(plan, both, both);
  const models: FinalModel[] = [];
  for (const { plan: trial, model } of chosen.members) {
    context.progress({ what: `learning ${trial.learner} again from all rows` });
    const fixed = { ...trial, options: { ...trial.options, ...fixedOptions(model) } };
    const input = { ...shapeOf(settings, train.target.classes), train: matrices.train(matrixOf(trial)) };
    models.push({ trial, model: await fitModel(fixed, input, settings, context) });
  }
  return { plan, models };
}

/** What validation rows decided, as options of a fit without them. */
function fixedOptions(model: FittedModel) {
  if (model.learner === "gbdt") return { trees: Math.max(1, Number(model.facts.rounds)), earlyStoppingRounds: 0 };
  if (model.learner === "gam" || model.learner === "network")
    return { rounds: Number(model.facts.rounds), earlyStoppingRounds: 0 };
  if (model.learner === "linear") return { strength: Number(model.facts.strength), folds: 0 };
  return {};
}

const mostVerified = 1000;

/** The program must give what the models give: both are computed for some validation rows. */
function verify(
  { program, tensors }: { program: Program; tensors: Tensors },
  final: { plan: FeaturePlan; models: readonly FinalModel[] },
  validation: LabelledRows,
  { task }: Settings,
  { calibration }: Pick<Assembly, "calibration">,
): void {
  const rows = Uint32Array.from({ length: Math.min(mostVerified, validation.frame.rows) }, (_, i) => i);
  const some = { ...validation, frame: selectRows(validation.frame, rows) };
  const margins = final.models.map(({ trial, model }) => {
    const { features } = learningData(final.plan, some, matrixOf(trial), false);
    return learnerOf(trial).predict(model, features, rows.length);
  });
  const expected = scoresOf(task, Math.max(validation.target.classes.length, 1), meanMargins(margins), calibration);
  const scored = load({ program, tensors }, platformRuntimes).scoreFrame(some.frame).score;
  const row = scored.findIndex(
    (score, i) => Math.abs(score - expected[i]!) > 1e-9 * Math.max(1, Math.abs(expected[i]!)),
  );
  if (row < 0) return;
  throw new MillraceError("LEARN_PROGRAM_DIFFERS", {
    message: `The program gives ${scored[row]} where the model gives ${expected[row]} (value ${row} of ${scored.length}).`,
    next: "This is a fault in Millrace: report it with the output of `millrace doctor`.",
    facts: { learners: final.models.map(({ trial }) => trial.learner) },
  });
}

function refitReason({ refit: again }: Settings, train: LabelledRows, validation: LabelledRows): string[] {
  if (!again) return [];
  return [
    `The model was learned again from all ${train.frame.rows + validation.frame.rows} training and validation rows with the settings that validation chose; the scores above are from before.`,
  ];
}

function stopped(done: number, total: number): MillraceError {
  return new MillraceError("KERNEL_STOPPED", {
    message: `The search was stopped after ${done} of ${total} trials.`,
    next: "Run again to start the search anew.",
  });
}
