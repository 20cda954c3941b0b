import type { TrialPlan } from "./portfolio.ts";
import type { SearchFacts } from "./search-facts.ts";

/** Above so many classes a tree whose leaves hold each of them, or a curve for each, grows beyond memory. */
const many = 60;
/** What grows with the classes least, first. */
const light: readonly TrialPlan["learner"][] = ["constant", "naiveBayes", "network", "gbdt", "linear"];

/** Whether a learner may be tried on so many classes. */
export function bearsClasses({ learner }: TrialPlan, { classes }: Pick<SearchFacts, "classes">): boolean {
  return classes <= many || light.includes(learner);
}

/** Plans that bear so many classes; of many classes the lightest learners first, each before a second look at any. */
export function forClasses(plans: readonly TrialPlan[], facts: Pick<SearchFacts, "classes">): readonly TrialPlan[] {
  if (facts.classes <= many) return plans;
  const able = plans.filter((plan) => bearsClasses(plan, facts));
  const firsts = light.flatMap((learner) => able.find((plan) => plan.learner === learner) ?? []);
  return [...firsts, ...able.filter((plan) => !firsts.includes(plan))];
}
