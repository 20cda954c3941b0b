export * from "./anomalies/index.ts";
export {
  type Assumption,
  type AssumptionResult,
  assumptionSchema,
  checkAssumptions,
} from "./assumptions/check-assumptions.ts";
export { buildDataCard, dataNoteSchema } from "./card/build-data-card.ts";
export type { CardSource, DataCard, DataCardFacts, DataNote, DataScore } from "./card/model.ts";
export { type Contract, contractRules, contractSchema, readContract } from "./contract/contract.ts";
export { diffRows, type RowCounts, type RowDifference } from "./differences/diff-rows.ts";
export { diffSchemas, type SchemaDifference } from "./differences/diff-schemas.ts";
export { type ColumnChange, diffStatistics, type StatisticsDifference } from "./differences/diff-statistics.ts";
export * from "./drift/index.ts";
export * from "./quality/index.ts";
export { escapeHtml, type HtmlPage, htmlPage, pageStyle } from "./report/html-page.ts";
export type { ProfiledDataset } from "./report/profile-page.ts";
export { type ProfileOptions, renderProfile } from "./report/render-profile.ts";
export { checkRules, type RuleContext } from "./rules/check-rules.ts";
export { type Rule, type RuleInput, type RuleResult, ruleSchema } from "./rules/model.ts";
export * from "./schema/index.ts";
export { betaShare, fairTossesTail, twoSidedStudent } from "./significance/beta.ts";
export { adjustForMany } from "./significance/false-discovery.ts";
export { chiSquareTail, logGamma } from "./significance/gamma.ts";
export { normalQuantile, normalTail, twoSidedNormal } from "./significance/normal.ts";
export { wilsonInterval } from "./significance/wilson.ts";
export { compareRows, type SkewOptions, skewOptionsSchema } from "./skew/compare-rows.ts";
export type { SkewColumn, SkewReport, SkewSample } from "./skew/model.ts";
export * from "./statistics/index.ts";
export { describeSupply, type GroupSupply, type Supply, type SupplyOptions } from "./supply/describe-supply.ts";
export { type Plant, plantSchema } from "./synthesize/plants.ts";
export { type SynthesizeOptions, synthesizeFrame, synthesizeFromSchema } from "./synthesize/synthesize-frame.ts";
