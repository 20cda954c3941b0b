import type { SearchBudget } from "../search/search-budget.ts";
import { writingSeconds } from "../trial/program-cost.ts";
import type { Trial, TrialGround } from "../trial/run-trial.ts";
import { copiesOf } from "./copies.ts";
import { mayStack } from "./fit-second-layer.ts";

/** How much sooner several fits end in so many processes; starting them and making their matrices takes its share. */
export function sharedBy(places: number, fits: number): number {
  return Math.max(1, 0.8 * Math.min(places, fits));
}

/** Share of the seconds for models of segments. */
const forSegments = 0.2;

/** Keeps back the seconds that choosing among the best few, learning them again from all rows and writing them will take. */
export function keepBack(
  budget: SearchBudget,
  trials: readonly Trial[],
  worth: (trial: Trial) => number,
  ground: TrialGround,
  places: number,
): void {
  const { rows, matrices, settings } = ground;
  const budgetSeconds = settings.budgetSeconds!;
  const grows = rows.all.frame.rows / rows.folds[0]!.train.length;
  const best = trials
    .filter(({ folds }) => folds > 0)
    .toSorted((a, b) => b.folds - a.folds || worth(b) - worth(a))
    .slice(0, 8);
  const finishing = (some: readonly Trial[]) => {
    const fits = some.reduce(
      (sum, { plan, trainSeconds, folds }) =>
        sum + copiesOf(plan, rows.all.frame.rows, settings) * (trainSeconds / folds) * grows,
      0,
    );
    const writing = some.reduce((sum, { sizeBytes }) => sum + writingSeconds(sizeBytes), 0);
    const learning = fits / sharedBy(places, some.length) + matrices.overhead * grows;
    return 0.2 + 0.02 * budgetSeconds + 1.2 * learning + writing;
  };
  // Selecting an ensemble judges about as often as so many trials.
  const selecting = 15 * matrices.judging + (settings.segments === undefined ? 0 : forSegments * budgetSeconds);
  const most = 0.4 * budgetSeconds;
  const layering = mayStack(ground) ? 1.3 * layerSeconds(trials, worth, ground) : 0;
  budget.finishing = Math.min(most, finishing(best.slice(0, 1)));
  budget.reserve = Math.min(most, selecting + layering + finishing(best));
}

/** What the folds of a second layer take: about as long as those of the best trials of its learners. */
function layerSeconds(trials: readonly Trial[], worth: (trial: Trial) => number, { rows }: TrialGround): number {
  const bestOf = (learner: string) =>
    trials
      .filter(({ plan, folds }) => plan.learner === learner && folds > 0)
      .toSorted((a, b) => worth(b) - worth(a))[0];
  return ["gbdt", "linear"].reduce((sum, learner) => {
    const best = bestOf(learner);
    return sum + (best === undefined ? 0 : (best.trainSeconds / best.folds) * rows.folds.length);
  }, 0);
}
