import { rowsJudged } from "../rows/judged-rows.ts";
import { prefixOf, type Trial, type TrialGround } from "../trial/run-trial.ts";
import { compare, everyFit } from "./choose-model.ts";
import { type Ensemble, selectEnsembles } from "./select-ensemble.ts";

/** Held-out rows tell a larger ensemble from a smaller one where it is better in more than this share of the draws. */
const apart = 0.5;

/**
 * The ensemble of the fewest of the heaviest members, with weights of their own, that held-out rows cannot tell from this
 * one; undefined where there is none, or no time to look. With a second layer one of its models stays, and what is counted is
 * every model that must be learned.
 */
export function leanEnsemble(
  ensemble: Ensemble,
  trials: readonly Trial[],
  ground: TrialGround,
  stopping: () => boolean,
): Ensemble | undefined {
  const { settings, rows, classes } = ground;
  const heaviest = [...trials.keys()]
    .filter((k) => ensemble.weights[k]! > 0)
    .sort((a, b) => ensemble.weights[b]! - ensemble.weights[a]! || a - b);
  const fits = (places: readonly number[]) => everyFit(places.map((k) => trials[k]!)).length;
  const layered = heaviest.find((k) => trials[k]!.over !== undefined);
  const judged = prefixOf(rows, rows.folds.length);
  for (let size = layered === undefined ? 2 : 1; size < heaviest.length; size++) {
    const first = heaviest.slice(0, size);
    const places = layered === undefined || first.includes(layered) ? first : [...first.slice(0, -1), layered];
    if (fits(places) >= fits(heaviest)) continue;
    const found = selectEnsembles(
      places.map((k) => trials[k]!.margins),
      rows.repeats > 1 ? { ...judged, ids: rowsJudged(rows) } : judged,
      settings,
      classes,
      stopping,
      [ensemble.how],
    )?.ensembles[0];
    if (found === undefined) return undefined;
    if (compare(ensemble.heldOut, found.heldOut, ground) > apart) continue;
    const weights = trials.map((_, k) => (places.includes(k) ? found.weights[places.indexOf(k)]! : 0));
    return { ...found, weights };
  }
  return undefined;
}

/** Why the smaller one was taken. */
export function leanReason(before: number, after: number): string {
  return `It has ${after} of the ${before} models that were selected first: held-out rows cannot tell the smaller ensemble from the larger.`;
}
