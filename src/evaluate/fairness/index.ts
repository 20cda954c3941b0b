export {
  chooseGroupThresholds,
  type GroupThresholdOptions,
  type GroupThresholds,
} from "./choose-group-thresholds.ts";
export { findProxies, type ProxyOptions, type SensitiveProxy } from "./find-proxies.ts";
export { type FairnessOptions, fairnessOptionsSchema, measureFairness } from "./measure-fairness.ts";
export type { Fairness, FairnessGap, GroupFairness, GroupRate } from "./model.ts";
export { reweigh } from "./reweigh.ts";
