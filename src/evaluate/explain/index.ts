export { accumulatedEffects, type EffectsOptions } from "./accumulated-effects.ts";
export { backgroundRows } from "./background-rows.ts";
export { describeRules } from "./describe-rules.ts";
export {
  type ExploreOptions,
  exploreInputs,
  fewestRowsTold,
  type InputDependence,
  type InputFindings,
} from "./explore-inputs.ts";
export {
  type Counterfactual,
  type CounterfactualOptions,
  findCounterfactuals,
} from "./find-counterfactuals.ts";
export { findNearest, type NearestExample, type NearestOptions, nearestOptionsSchema } from "./find-nearest.ts";
export { type FitSurrogate, measureSurrogate, type Surrogate } from "./measure-surrogate.ts";
export type { EffectPoint, InputImportance, ScoredModel } from "./model.ts";
export { type DependenceOptions, type PartialDependence, partialDependence } from "./partial-dependence.ts";
export { type ImportanceOptions, permutationImportance } from "./permutation-importance.ts";
export { scoredModel } from "./scored-model.ts";
export { type ContributionSummary, type Contributions, summarizeContributions } from "./summarize-contributions.ts";
