import type { SearchBudget } from "../search/search-budget.ts";
import { writingSeconds } from "../trial/program-cost.ts";
import type { TrialGround } from "../trial/run-trial.ts";
import { bestMember, type Chosen } from "./choose-model.ts";
import { copiesOf } from "./copies.ts";
import { sharedBy } from "./keep-back.ts";

/** What there is time to learn again and to write: the whole choice, or only the best member of which that is true. */
export function withinTime(
  chosen: Chosen,
  { rows, matrices, settings }: TrialGround,
  budget: SearchBudget,
  places: number,
): Chosen {
  if (!budget.timed) return chosen;
  const grows = rows.all.frame.rows / rows.folds[0]!.train.length;
  const fits = (members: Chosen["members"], copied: boolean) => {
    const seconds = members.reduce(
      (sum, { plan, trainSeconds, folds }) =>
        sum + (copied ? copiesOf(plan, rows.all.frame.rows, settings) : 1) * (trainSeconds / folds) * grows,
      0,
    );
    const models = members.reduce(
      (sum, { plan }) => sum + (copied ? copiesOf(plan, rows.all.frame.rows, settings) : 1),
      0,
    );
    return (
      1.1 * (seconds / sharedBy(places, models) + matrices.overhead * grows) + writingOf(members) <=
      budget.secondsLeft()
    );
  };
  if (fits(chosen.members, true)) return chosen;
  const once = { ...chosen, copied: false };
  if (chosen.how === "single" || fits(chosen.members, false)) return once;
  const best = bestMember(chosen.members, settings.metric, (member) => fits([member], false));
  const reason =
    "There was no time left to learn all members of the ensemble again: the best one that there is time for is the model.";
  return {
    ...best,
    copied: false,
    members: [best],
    weights: [1],
    how: "single",
    reasons: [...chosen.reasons, reason],
  };
}

/** Seconds that writing models of this size takes. */
export function writingOf(members: Chosen["members"]): number {
  return members.reduce((sum, { sizeBytes }) => sum + writingSeconds(sizeBytes), 0);
}
