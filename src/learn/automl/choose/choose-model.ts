import { compareModels, metricNamed } from "#evaluate";
import { MillraceError } from "#kernel";
import type { LearningData } from "../../model.ts";
import { breaksConstraint, fairnessGap } from "../constraints.ts";
import { judgedOnce, rowsJudged } from "../rows/judged-rows.ts";
import { worthOf } from "../search/search-trials.ts";
import { exportImpossible } from "../trial/exportable.ts";
import { marginsAt, weightedMargins } from "../trial/fold-margins.ts";
import { type Cost, costTogether } from "../trial/program-cost.ts";
import { quickMetric } from "../trial/quick-metric.ts";
import { judge, prefixOf, type Settings, type Trial, type TrialGround } from "../trial/run-trial.ts";
import { scoresOf } from "../trial/scores.ts";
import { type Ensemble, selectEnsembles } from "./select-ensemble.ts";

/** The trials whose weighted margins are the model (one trial: itself), and why. */
export interface Chosen {
  readonly members: readonly Trial[];
  readonly weights: readonly number[];
  readonly how: "single" | "average" | "stack";
  /** Whether members whose fits draw at random are learned several times (see `copiesOf`). */
  readonly copied: boolean;
  /** Margins of the judged rows. */
  readonly margins: Float64Array;
  /** The same of choices that were made without the row's part, where parts were held out. */
  readonly heldOut?: Float64Array;
  readonly score: number | null;
  readonly interval: readonly [number, number] | null;
  readonly reasons: readonly string[];
  /** There was no time for a part of the choice, or of learning it again. */
  readonly late?: true;
  /** What is taken instead where there is no time to learn this. */
  readonly plain?: Chosen;
}

/** Candidates of an ensemble: of few trials so many, of more all but the worst, so that they are not all of the best learner. */
const candidateCount = { few: 10, share: 0.9, most: 40 };
/** An ensemble costs more to run than one model: it must be better in at least half of the draws. */
const likely = 0.5;

/** Trials from best to worst by the metric, those dropped early last; equals keep the order in which they were tried. */
export function rankTrials(trials: readonly Trial[], metric: string): Trial[] {
  const worth = worthOf(metric);
  return trials.toSorted((a, b) => b.folds - a.folds || worth(b) - worth(a) || trials.indexOf(a) - trials.indexOf(b));
}

/** By the metric, of those that fit, or of all where none does: a stack's weights tell how timid a model is, not how good. */
export function bestMember(members: readonly Trial[], metric: string, fits: (member: Trial) => boolean): Trial {
  const ranked = rankTrials(members, metric);
  return ranked.find(fits) ?? ranked[0]!;
}

/**
 * The best trial that holds to the constraints, or the average or stack of several where that is better on held-out parts
 * of the judged rows, by weights that were found on the other part. Once `stopping` says so, the best trial alone is it.
 *
 * Errors: LEARN_EXPORT_IMPOSSIBLE, LEARN_CONSTRAINT_UNMET: no trial may be chosen.
 */
export function chooseModel(ranked: readonly Trial[], ground: TrialGround, stopping = () => false): Chosen {
  const { settings, rows } = ground;
  const whole = ranked.filter(({ folds }) => folds === rows.folds.length);
  const allowed = fairEnough(
    whole.filter((trial) => brokenBy(trial, settings).length === 0),
    ground,
  );
  if (allowed.length === 0) throw nothingAllowed(whole, settings);
  const best = allowed[0]!;
  const reasons = [...againstBaseline(best, whole, ground, stopping), ...leftOutReason(whole, allowed)];
  const single: Chosen = { ...best, members: [best], weights: [1], how: "single", copied: true, reasons };
  const able = allowed.filter(({ plan, score }) => plan.learner !== "constant" && score !== null);
  const may = settings.ensemble && !settings.constraints.interpretable;
  if (!may || best.score === null || best.plan.learner === "constant" || able.length < 2) return single;
  return ensembleOr(single, various(able), ground, stopping);
}

/** The trials that an ensemble may have. */
export function candidatesOf(ranked: readonly Trial[], ground: TrialGround): readonly Trial[] {
  const whole = ranked.filter(
    (trial) => trial.folds === ground.rows.folds.length && brokenBy(trial, ground.settings).length === 0,
  );
  return various(fairEnough(whole, ground).filter(({ plan, score }) => plan.learner !== "constant" && score !== null));
}

/** Members of both layers and the trials that they read, each once: what is learned, written and run. */
export function everyFit(members: readonly Trial[]): readonly Trial[] {
  return [...new Set([...members.flatMap(({ over = [] }) => over), ...members])];
}

/** What models cost together, as their trials were. */
export function costOf(members: readonly Trial[], settings: Settings): Cost {
  return costTogether(everyFit(members), settings);
}

/** How many of so many trials an ensemble may have. */
export function candidatesAmong(trials: number): number {
  const { few, share, most } = candidateCount;
  return Math.min(most, Math.max(few, Math.ceil(share * trials)));
}

/** Which of its learner each trial is: 0 the best. */
export function placesAmongOwn(ranked: readonly Trial[]): ReadonlyMap<Trial, number> {
  const counts = new Map<string, number>();
  return new Map(
    ranked.map((trial) => {
      const place = counts.get(trial.plan.learner) ?? 0;
      counts.set(trial.plan.learner, place + 1);
      return [trial, place];
    }),
  );
}

/** The best few, no more than half of them of one learner while there are others, and the best of every learner. */
function various(trials: readonly Trial[]): readonly Trial[] {
  const places = placesAmongOwn(trials);
  const firsts = trials.filter((trial) => places.get(trial) === 0);
  const count = candidatesAmong(trials.length) - firsts.length;
  const isOver = (trial: Trial) => Number(places.get(trial)! >= count / 2);
  const best = trials.toSorted((a, b) => isOver(a) - isOver(b)).slice(0, count);
  return trials.filter((trial) => best.includes(trial) || firsts.includes(trial));
}

function ensembleOr(
  single: Chosen,
  candidates: readonly Trial[],
  ground: TrialGround,
  stopping: () => boolean,
): Chosen {
  const { settings, rows, classes } = ground;
  const judged = prefixOf(rows, rows.folds.length);
  const found = selectEnsembles(
    candidates.map(({ margins }) => margins),
    rows.repeats > 1 ? { ...judged, ids: rowsJudged(rows) } : judged,
    settings,
    classes,
    stopping,
  );
  if (found === undefined)
    return {
      ...single,
      late: true,
      reasons: [...single.reasons, "There was no time left to look for an average of models."],
    };
  const measure = quickMetric(judged, settings, classes);
  for (const one of found.ensembles) {
    const chosen = taken(one, candidates, ground);
    if (chosen === undefined || (chosen.members.length < 2 && one.how === "average")) continue;
    const share = compare(one.heldOut, found.single, ground, stopping);
    if (measure(one.heldOut) <= measure(found.single) || share < likely) continue;
    const reason = `The ${one.how} of ${chosen.members.length} models is better than the best one on held-out halves of the rows, in ${percent(share)} of the draws.`;
    return { ...chosen, reasons: [...single.reasons, reason] };
  }
  const reason =
    "No average or stack of models was taken: none is better than the best one on held-out halves of the rows.";
  return { ...single, heldOut: found.single, reasons: [...single.reasons, reason] };
}

/** An ensemble as what is chosen, without reasons; undefined where it breaks a constraint. */
export function taken(
  { how, weights, heldOut }: Ensemble,
  candidates: readonly Trial[],
  ground: TrialGround,
): Chosen | undefined {
  const places = [...weights.keys()].filter((k) => weights[k]! > 0);
  const members = places.map((k) => candidates[k]!);
  const own = places.map((k) => weights[k]!);
  const margins = weightedMargins(
    members.map((member) => member.margins),
    own,
  );
  if (breaks(members, margins, ground)) return undefined;
  const { settings, rows, classes } = ground;
  return {
    members,
    weights: own,
    how: members.length === 1 && own[0] === 1 ? "single" : how,
    copied: true,
    margins,
    heldOut,
    ...judge(margins, prefixOf(rows, rows.folds.length), settings, classes),
    reasons: [],
  };
}

function breaks(members: readonly Trial[], margins: Float64Array, { settings, rows }: TrialGround): boolean {
  const { maxFairnessGap } = settings.constraints;
  if (breaksConstraint(costOf(members, settings), settings).length > 0) return true;
  return maxFairnessGap !== undefined && (fairnessGap(margins, rows, settings)?.gap ?? 0) > maxFairnessGap;
}

function fairEnough(trials: readonly Trial[], { settings, rows }: TrialGround): readonly Trial[] {
  const { maxFairnessGap } = settings.constraints;
  if (maxFairnessGap === undefined) return trials;
  return trials.filter(({ margins }) => (fairnessGap(margins, rows, settings)?.gap ?? 0) <= maxFairnessGap);
}

/** Why a trial may not be chosen: limits may have become tighter since it was made. */
function brokenBy(trial: Trial, settings: Settings): readonly string[] {
  return trial.lost.length > 0 ? trial.lost : breaksConstraint(trial, settings);
}

function nothingAllowed(trials: readonly Trial[], settings: Settings): MillraceError {
  const { exportTo, constraints } = settings;
  const lost = trials.flatMap((trial) => brokenBy(trial, settings));
  if (exportTo.length > 0 && lost.some((one) => exportTo.some((target) => one.startsWith(`${target}: `))))
    return exportImpossible(exportTo, lost);
  const why = lost[0] ?? `the decisions of groups differ by more than ${constraints.maxFairnessGap}`;
  return new MillraceError("LEARN_CONSTRAINT_UNMET", {
    message: `None of ${trials.length} trials holds to the constraints: ${why}.`,
    next: "Loosen the constraint that the sentence names, or raise --budget so that smaller models are tried.",
    facts: { trials: trials.length, lost: lost.slice(0, 20) },
  });
}

function leftOutReason(whole: readonly Trial[], allowed: readonly Trial[]): string[] {
  const out = whole.length - allowed.length;
  if (out === 0) return [];
  return [
    `${out} of ${whole.length} trials were left out: they break a constraint or cannot be exported (the leaderboard says why).`,
  ];
}

/** The share of draws in which the first margins are better; 0.5 where these rows cannot tell. */
export function compare(
  first: Float64Array,
  second: Float64Array,
  { rows, settings, classes }: TrialGround,
  stopping?: () => boolean,
): number {
  const once = judgedOnce(rows);
  const places = Uint32Array.from({ length: once }, (_, i) => i);
  const [one, other] = [first, second].map((margins) => marginsAt(margins, places, rows.starts.at(-1)!));
  const judged = prefixOf(rows, rows.starts.indexOf(once));
  return compareOn(one!, other!, judged, settings, classes, stopping);
}

/** As `compare`, on these rows. */
export function compareOn(
  first: Float64Array,
  second: Float64Array,
  judged: Pick<LearningData, "target" | "weights">,
  settings: Settings,
  classes: readonly string[],
  stopping?: () => boolean,
): number {
  const { target, weights } = judged;
  const { task, metric, seed, draws } = settings;
  const count = Math.max(classes.length, 1);
  return compareModels(task, target, scoresOf(task, count, first), scoresOf(task, count, second), metric, {
    seed,
    draws,
    ...(weights === undefined ? {} : { weights }),
    ...(classes.length > 0 ? { classes } : {}),
    ...(stopping === undefined ? {} : { stopping }),
  }).pBetter;
}

function againstBaseline(
  best: Trial,
  trials: readonly Trial[],
  ground: TrialGround,
  stopping: () => boolean,
): string[] {
  const baseline = trials.find(({ plan }) => plan.learner === "constant");
  if (best.score === null || baseline === undefined || baseline === best) return [];
  const { name, traits } = metricNamed(ground.settings.metric, ground.settings.task);
  const share = compare(best.margins, baseline.margins, ground, stopping);
  return [
    `${best.plan.learner} has the best ${traits.title} (${name} ${best.score.toFixed(4)}) of the trials; it beats the trivial baseline (${baseline.score?.toFixed(4) ?? "undefined"}) in ${percent(share)} of the draws.`,
  ];
}

export function percent(p: number): string {
  return `${(100 * p).toFixed(0)} %`;
}
