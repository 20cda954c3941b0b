import type { JsonObject, JsonValue } from "@millrace/program";
import { type MetricResult, measureMetric, metricNamed } from "#evaluate";
import { MillraceError, parseOptions, type WorkContext } from "#kernel";
import type { MatrixKind } from "#transform";
import { learners } from "../../learners.ts";
import type { FitInput, FittedModel, Learner, LearningData } from "../../model.ts";
import type { AutomlOptions } from "../model.ts";
import type { SearchFile } from "../remote/ground-file.ts";
import type { JudgedRows } from "../rows/judged-rows.ts";
import type { TrialPlan } from "../search/portfolio.ts";
import { isStop } from "../search/search-budget.ts";
import { describeTrial } from "./describe-trial.ts";
import { joinFolds, marginsAt } from "./fold-margins.ts";
import type { FoldMatrices } from "./fold-matrices.ts";
import { quickMetric } from "./quick-metric.ts";
import { scoresOf } from "./scores.ts";
import type { TrialRecord } from "./trial-record.ts";

export type Settings = AutomlOptions & { readonly metric: string };

/** A trial with what it made. */
export interface Trial extends TrialRecord {
  /** The model of the first fold, where it was fitted here and may be chosen: those of all folds and trials may be beyond memory. */
  readonly models: readonly FittedModel[];
  /** Where another process left its model of the first fold. */
  readonly modelFile?: SearchFile;
  /** Seconds of the first look at a part of the rows. */
  readonly lookSeconds?: number;
  /** The time was up before its last fold. */
  readonly unfinished?: true;
  /** Of the second layer: the trials whose margins it reads beside the features, in this order. */
  readonly over?: readonly Trial[];
  /** One before it in their order is not there, so that it cannot be played back. */
  readonly unrecorded?: true;
}

/** What all trials of a search share. */
export interface TrialGround {
  readonly rows: JudgedRows;
  readonly matrices: FoldMatrices;
  readonly settings: Settings;
  readonly classes: readonly string[];
}

export function learnerOf(plan: TrialPlan): Learner {
  return learners[plan.learner];
}

export function matrixOf(plan: TrialPlan): MatrixKind {
  if (plan.learner === "gbdt" && plan.options.categories === "ordered") return "levels";
  return learnerOf(plan).traits.categorical ? "trees" : "linear";
}

export function shapeOf({ task }: AutomlOptions, classes: readonly string[]) {
  return { task, classes: Math.max(classes.length, 1) };
}

/** What a trial asks on its way. */
export interface Asking {
  readonly fitsIn: (fitSeconds: number) => number;
  readonly goesOn: (rungScore: number | null) => boolean;
  /** Whether a part of many rows is learned from first; default: yes. */
  readonly looks?: boolean;
}

/**
 * Fits one configuration fold by fold and judges it on each fold's test rows. `fitsIn` is asked after the first fold, with its
 * seconds, how many there is time for, and `goesOn` after those of the first rung, with their score, whether to do the rest; a
 * trial keeps the folds that it has when it is dropped or stopped. Where rows are many, the first rung is a part of the rows of
 * the only fold: a trial that is dropped there has no folds, and its score is that of the look.
 *
 * Errors: KERNEL_STOPPED: when `stopping` says so within the first fit.
 */
export async function runTrial(
  plan: TrialPlan,
  ground: TrialGround,
  context: Pick<WorkContext, "clock"> & { stopping(): boolean },
  { fitsIn, goesOn, looks = true }: Asking,
): Promise<Omit<Trial, "plannedFolds">> {
  const { rows, matrices, settings, classes } = ground;
  const shape = shapeOf(settings, classes);
  const models: FittedModel[] = [];
  const parts: Float64Array[] = [];
  let seconds = 0;
  let firstScore: number | null = null;
  let most = rows.folds.length;
  // A linear fit that was stopped gives what it has, which is no model.
  let halted = false;
  const stopping = () => {
    halted ||= context.stopping();
    return halted;
  };
  const trivial = plan.learner === "constant";
  // Learners that were named are seen in full; some of them know of series, whose rows are no sample.
  const part =
    trivial || !looks || settings.learners !== undefined ? undefined : matrices.rung(matrixOf(plan), stopping);
  let lookSeconds = 0;
  if (part !== undefined) {
    const validation = matrices.test(0, matrixOf(plan), stopping);
    const startedMs = context.clock.nowMs();
    const model = await fitModel(plan, { ...shape, train: part, validation }, settings, { stopping });
    if (halted) throw stoppedFit(plan);
    const margins = learnerOf(plan).predict(model, validation.features, validation.rows);
    lookSeconds = (context.clock.nowMs() - startedMs) / 1000;
    firstScore = scoreOf(margins, validation, settings, classes);
    if (!goesOn(firstScore))
      return {
        ...describeTrial(plan, model, part, ground),
        models: [],
        margins: new Float64Array(),
        folds: 0,
        score: firstScore,
        interval: null,
        firstScore,
        facts: { ...model.facts, rowsLearned: part.rows },
        trainSeconds: lookSeconds,
        lookSeconds,
      };
  }
  const fitFold = async (fold: number) => {
    const train = trivial ? matrices.bare(fold, true) : matrices.train(fold, matrixOf(plan), stopping);
    const validation = trivial ? matrices.bare(fold, false) : matrices.test(fold, matrixOf(plan), stopping);
    const startedMs = context.clock.nowMs();
    const model = await fitModel(plan, { ...shape, train, validation }, settings, { stopping });
    const margins = learnerOf(plan).predict(model, validation.features, validation.rows);
    return { model, validation, margins, seconds: (context.clock.nowMs() - startedMs) / 1000 };
  };
  for (const fold of rows.folds.keys()) {
    const made = await fitFold(fold).catch((error) => {
      if (fold > 0 && isStop(error)) return undefined;
      throw error;
    });
    if (made === undefined || halted) {
      if (fold > 0) break;
      throw stoppedFit(plan);
    }
    const { model, validation } = made;
    parts.push(made.margins);
    seconds += made.seconds;
    models.push(model);
    if (fold === 0 && rows.folds.length > 1) most = Math.min(most, fitsIn(seconds));
    const rung = Math.min(rows.rung, most);
    if (models.length === rung && part === undefined) {
      const own = rung === 1 ? validation : prefixOf(rows, rung);
      firstScore = scoreOf(joinFolds(parts, shape.classes, settings.task), own, settings, classes);
      if (most > rung && !goesOn(firstScore)) most = rung;
    }
    if (models.length >= most) break;
  }
  const margins = joinFolds(parts, shape.classes, settings.task);
  const judged = prefixOf(rows, models.length);
  return {
    ...describeTrial(plan, models[0]!, trivial ? undefined : matrices.train(0, matrixOf(plan)), ground),
    models: models.slice(0, 1),
    margins,
    folds: models.length,
    ...judge(margins, judged, settings, classes, context.stopping),
    firstScore,
    facts: meanFacts(models),
    trainSeconds: seconds,
    ...(lookSeconds > 0 ? { lookSeconds } : {}),
    ...(models.length < most ? { unfinished: true } : {}),
  };
}

function stoppedFit({ learner }: TrialPlan): MillraceError {
  return new MillraceError("KERNEL_STOPPED", {
    message: `The fit of ${learner} was stopped.`,
    next: "Give the search more time.",
  });
}

/** A trial as the first folds alone judge it; facts stay those of all folds that it has. */
export function judgedByFirst(trial: Trial, folds: number, { rows, settings, classes }: TrialGround): Trial {
  if (trial.folds <= folds) return trial;
  const places = Uint32Array.from({ length: rows.starts[folds]! }, (_, i) => i);
  const margins = marginsAt(trial.margins, places, rows.starts[trial.folds]!);
  const judged = prefixOf(rows, folds);
  return {
    ...trial,
    margins,
    folds,
    ...judge(margins, judged, settings, classes),
  };
}

export async function fitModel(
  plan: TrialPlan,
  input: FitInput,
  options: AutomlOptions,
  context: { stopping(): boolean },
): Promise<FittedModel> {
  const learner = learnerOf(plan);
  const resolved = parseOptions(learner.options, plan.options, learner.name, "LEARN_OPTION_INVALID");
  return learner.fit(input, resolved, {
    seed: options.seed,
    threads: options.threads,
    stopping: context.stopping,
    progress: () => undefined,
  });
}

/** Targets and weights of the judged rows of the first folds. */
export function prefixOf({ all, judged, starts, repeats }: JudgedRows, folds: number): Judged {
  const end = starts[folds]!;
  return {
    times: repeats > 1 ? Math.max(1, end / all.frame.rows) : 1,
    target: judged.target.values.subarray(0, end),
    ...(judged.weights === undefined ? {} : { weights: judged.weights.subarray(0, end) }),
  };
}

/** Judged rows; `times` is how often each of them counts. */
export type Judged = Pick<LearningData, "target" | "weights"> & { readonly times?: number };

/** The metric and its interval on judged rows; once `stopping` says so, by fewer draws. */
export function judge(
  margins: Float64Array,
  judged: Judged,
  settings: Settings,
  classes: readonly string[],
  stopping?: () => boolean,
): { score: number | null; interval: readonly [number, number] | null } {
  const { metric, task, seed, draws } = settings;
  const input = inputOf(margins, judged, settings, classes);
  return scored(measureMetric(metric, task, input, { seed, draws }, stopping), judged.times, metric);
}

/** Metrics below 0 or beyond 1, which no widening may lead another to. */
const signed = new Set(["mccScore", "kappaScore", "r2Score", "meanCostLoss"]);

/** Rows that are judged several times are no more rows: their interval is that of one time. */
function scored({ value, low, high }: Pick<MetricResult, "value" | "low" | "high">, times = 1, metric: string) {
  if (value === null || low === null || high === null) return { score: value, interval: null };
  const wider = Math.sqrt(times);
  const least = signed.has(metric) ? Number.NEGATIVE_INFINITY : 0;
  const most = metric.endsWith("Score") && metric !== "liftScore" ? 1 : Number.POSITIVE_INFINITY;
  const [from, to] = [value - wider * (value - low), value + wider * (high - value)];
  return { score: value, interval: [Math.max(least, from), Math.min(most, to)] as const };
}

function scoreOf(
  margins: Float64Array,
  judged: Pick<LearningData, "target" | "weights">,
  settings: Settings,
  classes: readonly string[],
): number | null {
  const value = quickMetric(judged, settings, classes)(margins);
  if (!Number.isFinite(value)) return null;
  return metricNamed(settings.metric, settings.task).traits.direction === "up" ? value : -value;
}

function inputOf(
  margins: Float64Array,
  { target, weights }: Pick<LearningData, "target" | "weights">,
  { task }: Settings,
  classes: readonly string[],
) {
  return {
    scores: scoresOf(task, Math.max(classes.length, 1), margins),
    labels: target,
    ...(weights === undefined ? {} : { weights }),
    ...(classes.length > 0 ? { classes } : {}),
  };
}

/** Numbers as the folds' mean; anything else as the first fold has it. */
export function meanFacts(models: readonly FittedModel[]): JsonObject {
  return Object.fromEntries(
    Object.entries(models[0]!.facts).map(([name, first]): [string, JsonValue] => {
      const values = models.map(({ facts }) => facts[name]);
      if (!values.every((value) => typeof value === "number")) return [name, first];
      // Strengths lie on a logarithmic path.
      if (name === "strength" && values.every((value) => value > 0))
        return [name, Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)];
      return [name, values.reduce((sum, value) => sum + value, 0) / values.length];
    }),
  );
}
