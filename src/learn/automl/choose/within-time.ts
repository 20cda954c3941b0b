import { sharedBy } from "../remote/remote-fits.ts";
import type { SearchBudget } from "../search/search-budget.ts";
import { weightedMargins } from "../trial/fold-margins.ts";
import { quickMetric } from "../trial/quick-metric.ts";
import { judge, prefixOf, type TrialGround } from "../trial/run-trial.ts";
import { bestMember, type Chosen, everyFit } from "./choose-model.ts";
import { copiesWithin } from "./copies.ts";

/** What there is time to learn again and to write: the whole choice, or only the best member of which that is true. */
export function withinTime(chosen: Chosen, ground: TrialGround, budget: SearchBudget, places: number): Chosen {
  if (!budget.timed) return chosen;
  const { rows, matrices, settings } = ground;
  const grows = rows.all.frame.rows / rows.folds[0]!.train.length;
  const fits = (members: Chosen["members"], copied: boolean) => {
    let [seconds, models] = [0, 0];
    for (const trial of everyFit(members)) {
      const copies = copiesWithin(trial, { members, copied }, ground);
      seconds += copies * (trial.trainSeconds / trial.folds) * grows;
      models += copies;
    }
    return (
      1.1 * (seconds / sharedBy(places, models) + matrices.overhead * grows) + budget.tail(everyFit(members)) <=
      budget.secondsLeft()
    );
  };
  if (fits(chosen.members, true)) return chosen;
  const once: Chosen = { ...chosen, copied: false, late: true };
  if (fits(chosen.members, false)) return once;
  if (chosen.plain !== undefined) {
    const reason = "There was no time left to learn the second layer again: the choice without it is the model.";
    const plain: Chosen = { ...chosen.plain, late: true, reasons: [...chosen.plain.reasons, reason] };
    return withinTime(plain, ground, budget, places);
  }
  if (chosen.how === "single") return once;
  const lighter = withoutDearest(chosen, ground, (members) => fits(members, false));
  if (lighter !== undefined) return lighter;
  const best = bestMember(chosen.members, settings.metric, (member) => fits([member], false));
  const reason =
    "There was no time left to learn all members of the ensemble again: the best one that there is time for is the model.";
  return {
    ...best,
    copied: false,
    late: true,
    members: [best],
    weights: [1],
    how: "single",
    reasons: [...chosen.reasons, reason],
  };
}

/** Without the members that take longest, as many as must go, where the others together are still better than the best one. */
function withoutDearest(
  chosen: Chosen,
  ground: TrialGround,
  fits: (members: Chosen["members"]) => boolean,
): Chosen | undefined {
  const { settings, rows, classes } = ground;
  const secondsOf = ({ trainSeconds, folds }: Chosen["members"][number]) => trainSeconds / folds;
  const dearest = chosen.members.toSorted((a, b) => secondsOf(b) - secondsOf(a));
  for (let out = 1; out <= dearest.length - 2; out++) {
    const kept = [...chosen.members.keys()].filter((k) => !dearest.slice(0, out).includes(chosen.members[k]!));
    const members = kept.map((k) => chosen.members[k]!);
    if (!fits(members)) continue;
    const sum = (places: Iterable<number>) => [...places].reduce((total, k) => total + chosen.weights[k]!, 0);
    const scale = sum(chosen.weights.keys()) / sum(kept);
    const weights = kept.map((k) => chosen.weights[k]! * scale);
    const margins = weightedMargins(
      members.map((member) => member.margins),
      weights,
    );
    const judged = prefixOf(rows, rows.folds.length);
    const measure = quickMetric(judged, settings, classes);
    if (measure(margins) <= Math.max(...members.map((member) => measure(member.margins)))) return undefined;
    const { heldOut: _, ...rest } = chosen;
    const reason = `There was no time left to learn all members of the ensemble again: the ${out === 1 ? "one" : out} that would take longest ${out === 1 ? "is" : "are"} left out.`;
    return {
      ...{ ...rest, members, weights, margins, copied: false, late: true },
      ...judge(margins, judged, settings, classes),
      reasons: [...chosen.reasons, reason],
    };
  }
  return undefined;
}
