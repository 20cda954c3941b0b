export { compareDecisions, type DecisionComparison } from "./compare-decisions.ts";
export { compareFolds, type FoldComparison } from "./compare-folds.ts";
export { adjustHolm, correctForTrials, type HonestBest, type TrialOptions } from "./correct-for-trials.ts";
