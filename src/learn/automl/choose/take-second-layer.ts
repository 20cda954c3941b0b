import type { WorkContext } from "#kernel";
import type { RemoteFits } from "../remote/remote-fits.ts";
import type { TrialPlan } from "../search/portfolio.ts";
import { isStop, type SearchBudget } from "../search/search-budget.ts";
import { searchFacts } from "../search/search-facts.ts";
import { quickMetric } from "../trial/quick-metric.ts";
import { prefixOf, type Trial, type TrialGround } from "../trial/run-trial.ts";
import { type Chosen, candidatesOf, compare, percent, placesAmongOwn, taken } from "./choose-model.ts";
import { fitSecondLayer, mayStack, readable } from "./fit-second-layer.ts";
import { finishingSeconds } from "./keep-back.ts";
import { baseCount, fewestBases, layerPlans, layerSeconds, lightEnough, longestInTime } from "./layer-size.ts";
import { isNested, nestedMargins, nestedSeconds } from "./nested-margins.ts";
import { selectEnsembles } from "./select-ensemble.ts";

/** A second layer costs the first as well, and learned from what judges it: it must be better in so many of the draws. */
const likely = 0.9;
/** Its folds, its models of all rows, and a margin. */
const layerShare = 1.6;

/**
 * The ensemble over both layers, where it is better than the plain choice on held-out parts of the judged rows; else the
 * plain choice. See `fitSecondLayer` for what a second layer is.
 */
export async function takeSecondLayer(
  plain: Chosen,
  ranked: readonly Trial[],
  ground: TrialGround,
  budget: SearchBudget,
  remote: RemoteFits | undefined,
  context: Pick<WorkContext, "stopping">,
): Promise<Chosen> {
  const { settings, rows, classes } = ground;
  if (plain.heldOut === undefined || !mayStack(ground)) return plain;
  const candidates = candidatesOf(ranked, ground);
  const facts = searchFacts(rows.all, settings, []);
  const all = layerPlans(ranked.length, facts, settings);
  const places = remote?.places ?? 1;
  const fitting = (plans: readonly TrialPlan[], base: readonly Trial[]) =>
    layerShare * layerSeconds(plans, ranked, facts, rows.folds.length, base.length) +
    nestedSeconds(base, ground, places);
  // What was kept back for learning the choice again is mostly more than it takes; the plain one may be what is learned.
  const learnedAgain = (base: readonly Trial[]) =>
    finishingSeconds([...new Set([...plain.members, ...base])], ground, budget, places);
  const isInTime = (plans: readonly TrialPlan[], base: readonly Trial[]) =>
    !budget.timed || budget.secondsLeft() >= fitting(plans, base) + learnedAgain(base);
  const wanted = readable(baseOf(plain, candidates, baseCount(ranked.length)), ground);
  if (wanted.length < 2) return plain;
  const inTime = (plans: readonly TrialPlan[]) =>
    longestInTime(wanted, Math.min(wanted.length, fewestBases), (base) => isInTime(plans, base));
  // Trees and a line are what is learned in seconds.
  const few = inTime(all) === undefined;
  const plans = few ? all.slice(0, 2) : all;
  const base = inTime(plans);
  const judged = prefixOf(rows, rows.folds.length);
  const measure = quickMetric(judged, settings, classes);
  const because = (reason: string): Chosen => ({ ...plain, reasons: [...plain.reasons, reason] });
  const late = (): Chosen => ({ ...because("There was no time left for a second layer of models."), late: true });
  if (base === undefined) return late();
  const fewer = few || base.length < wanted.length ? { late: true as const } : {};
  let layer: readonly Trial[];
  try {
    const nested = isNested(rows) ? await nestedMargins(base, ground, remote, budget.stopsChoosing) : undefined;
    layer = await fitSecondLayer(base, plans, ground, budget, nested);
  } catch (error) {
    if (!isStop(error) || context.stopping()) throw error;
    return late();
  }
  const able = layer.filter(({ lost, score }) => lost.length === 0 && score !== null);
  const both = [...candidates, ...able];
  const found = selectEnsembles(
    both.map(({ margins }) => margins),
    judged,
    settings,
    classes,
    budget.stopsChoosing,
  );
  if (found === undefined) return late();
  for (const one of found.ensembles) {
    const chosen = taken(one, both, ground);
    if (chosen === undefined || !chosen.members.some(({ over }) => over !== undefined)) continue;
    const share = compare(one.heldOut, plain.heldOut, ground, budget.stopsChoosing);
    if (measure(one.heldOut) <= measure(plain.heldOut) || share < likely) continue;
    const { members } = chosen;
    const second = members.filter(({ over }) => over !== undefined).map(({ plan }) => plan.learner);
    return {
      ...chosen,
      ...fewer,
      plain,
      reasons: [
        ...plain.reasons,
        `A second layer (${second.join(", ")}) learned from the out-of-fold margins of ${base.length} models and the features: with it the ${members.length > 1 ? `${one.how} of ${members.length}` : "model"} is better on held-out halves of the rows than without, in ${percent(share)} of the draws.`,
      ],
    };
  }
  const none =
    "No second layer of models was taken: with it none is surely better on held-out halves of the rows than without.";
  return { ...because(none), ...fewer };
}

/**
 * Members of the plain choice, of many the best half, the best of each other learner, and the next of each: by turns, so that
 * the first few are various. Of a hundred trials the best thirty may be one model with other options.
 */
function baseOf({ members }: Chosen, candidates: readonly Trial[], most: number): readonly Trial[] {
  const places = placesAmongOwn(candidates);
  const byTurns = candidates.toSorted((a, b) => places.get(a)! - places.get(b)!);
  const others = byTurns.filter(
    (trial) => places.get(trial) === 0 && !members.some((one) => one.plan.learner === trial.plan.learner),
  );
  const own = members.slice(0, Math.max(fewestBases, most >> 1));
  const first = [...own, ...others].slice(0, Math.max(fewestBases, own.length));
  const more = most <= fewestBases ? [] : byTurns.filter((trial) => !first.includes(trial));
  const read = lightEnough([...first, ...more]).slice(0, most);
  return read.toSorted((a, b) => places.get(a)! - places.get(b)!);
}
