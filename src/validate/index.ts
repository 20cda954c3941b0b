export { anomaliesToProto } from "./anomalies/anomalies-to-proto.ts";
export {
  type Anomaly,
  type AnomalyExample,
  type AnomalyType,
  anomalyTypes,
  type DriftSkew,
  type Severity,
  type Validation,
} from "./anomalies/model.ts";
export { type ExampleAnomaly, exampleValidator } from "./anomalies/rows/example-validator.ts";
export { promisedInputs } from "./anomalies/rows/input-promises.ts";
export { findQuarantine, markQuarantine, unmarkQuarantine } from "./anomalies/rows/quarantine.ts";
export {
  type ControlDataset,
  type ValidationOptions,
  validateDataset,
  validateStatistics,
} from "./anomalies/validate-statistics.ts";
export {
  type Assumption,
  type AssumptionResult,
  assumptionSchema,
  checkAssumptions,
} from "./assumptions/check-assumptions.ts";
export { buildDataCard, dataNoteSchema } from "./card/build-data-card.ts";
export type { CardSource, DataCard, DataCardFacts, DataNote, DataScore } from "./card/model.ts";
export { type Contract, contractRules, contractSchema, readContract } from "./contract/contract.ts";
export { type DatasetDifference, diffDatasets } from "./differences/diff-datasets.ts";
export { diffSchemas, type SchemaDifference } from "./differences/diff-schemas.ts";
export { stabilityIndexNull } from "./drift/binned/null-distribution.ts";
export type { ColumnSample } from "./drift/column-sample.ts";
export { compareWindows } from "./drift/compare-windows.ts";
export { type DriftOptions, driftOptionsSchema } from "./drift/drift-options.ts";
export { driftTests, practicalThresholds } from "./drift/drift-tests.ts";
export type {
  DriftColumn,
  DriftMeasurement,
  DriftReport,
  DriftSlice,
  DriftTest,
  DriftTestContext,
} from "./drift/model.ts";
export {
  compareDomains,
  type DomainOptions,
  type DomainRows,
  type FitDomains,
} from "./drift/multivariate/compare-domains.ts";
export { compareReconstruction, type ReconstructionOptions } from "./drift/multivariate/compare-reconstruction.ts";
export { compareStatistics } from "./drift/statistics/compare-statistics.ts";
export { histogramDivergence, type TfdvHistogram } from "./drift/tfdv/histogram-distance.ts";
export {
  infinityNorm,
  normalizedAbsoluteDifference,
  type ValueCounts,
  type ValueDistance,
  valueDivergence,
} from "./drift/tfdv/value-distances.ts";
export { type ColumnFinding, describeQuality, type QualityReport } from "./quality/describe-quality.ts";
export { type DuplicateReport, findDuplicates } from "./quality/find-duplicates.ts";
export { findPersonalData, type PersonalFinding } from "./quality/find-personal-data.ts";
export { type Anonymity, kAnonymity } from "./quality/k-anonymity.ts";
export { type Mask, maskColumns, maskSchema } from "./quality/mask.ts";
export { type ProposedCleaning, proposeCleaning } from "./quality/propose-cleaning.ts";
export { type MergeProposal, proposeMerges } from "./quality/propose-merges.ts";
export type { ProfiledDataset } from "./report/profile-page.ts";
export { type ProfileOptions, renderProfile } from "./report/render-profile.ts";
export { checkRules, type RuleContext } from "./rules/check-rules.ts";
export { type Rule, type RuleInput, type RuleResult, ruleSchema } from "./rules/model.ts";
export { editSchemaJson } from "./schema/edit-schema-json.ts";
export { editSchemaText } from "./schema/edit-schema-text.ts";
export { type InferSchemaOptions, inferSchema, inferSchemaOptionsSchema } from "./schema/infer-schema.ts";
export type { Feature, Schema, StringDomain } from "./schema/model.ts";
export { schemaFromJson, schemaToJson } from "./schema/schema-json.ts";
export { schemaFromText, schemaToText } from "./schema/schema-text.ts";
export { type UpdateSchemaOptions, updateSchema } from "./schema/update-schema.ts";
export { betaShare, fairTossesTail, twoSidedStudent } from "./significance/beta.ts";
export { adjustForMany } from "./significance/false-discovery.ts";
export { chiSquareTail, logGamma } from "./significance/gamma.ts";
export { normalQuantile, normalTail, twoSidedNormal } from "./significance/normal.ts";
export { wilsonInterval } from "./significance/wilson.ts";
export { compareRows, type SkewOptions, skewOptionsSchema } from "./skew/compare-rows.ts";
export type { SkewColumn, SkewReport, SkewSample } from "./skew/model.ts";
export { computeStatistics, type StatisticsOptions, statisticsOptionsSchema } from "./statistics/compute-statistics.ts";
export type { StatisticPlugin } from "./statistics/custom-statistic.ts";
export { type FinishOptions, finishStatistics } from "./statistics/finish/finish-statistics.ts";
export { fixedOrderSum } from "./statistics/fixed-order-sum.ts";
export type { Bucket, ColumnStatistics, DatasetStatistics, ValueCount } from "./statistics/model.ts";
export type { BytesColumn, ListColumn, NestedColumn, NestedFrame, StructColumn } from "./statistics/nested/model.ts";
export { nestFrame } from "./statistics/nested/nest-frame.ts";
export { decodePartial } from "./statistics/partial/decode-partial.ts";
export { encodePartial } from "./statistics/partial/encode-partial.ts";
export { mergePartials } from "./statistics/partial/merge-partials.ts";
export type { PartialStatistics } from "./statistics/partial/model.ts";
export { type PartialStatisticsOptions, partialStatistics } from "./statistics/partial/partial-statistics.ts";
export { statisticsFromBinary, statisticsFromJson } from "./statistics/proto/from-proto.ts";
export { statisticsToBinary, statisticsToJson } from "./statistics/proto/to-proto.ts";
export {
  type Parts,
  type StreamStatisticsOptions,
  streamStatistics,
} from "./statistics/streaming/stream-statistics.ts";
export { describeSupply, type GroupSupply, type Supply, type SupplyOptions } from "./supply/describe-supply.ts";
export { type Plant, plantSchema } from "./synthesize/plants.ts";
export { type SynthesizeOptions, synthesizeFrame, synthesizeFromSchema } from "./synthesize/synthesize-frame.ts";
