export { anomaliesToProto } from "./anomalies/anomalies-to-proto.ts";
export type { Anomaly, AnomalyExample, AnomalyType, Severity } from "./anomalies/model.ts";
export {
  type ValidationOptions,
  validateStatistics,
  validationOptionsSchema,
} from "./anomalies/validate-statistics.ts";
export {
  type Assumption,
  type AssumptionResult,
  assumptionSchema,
  checkAssumptions,
} from "./assumptions/check-assumptions.ts";
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
export { histogramDivergence, type TfdvHistogram } from "./drift/tfdv/histogram-distance.ts";
export {
  infinityNorm,
  normalizedAbsoluteDifference,
  type ValueCounts,
  type ValueDistance,
  valueDivergence,
} from "./drift/tfdv/value-distances.ts";
export type { ProfiledDataset } from "./report/profile-page.ts";
export { type ProfileOptions, renderProfile } from "./report/render-profile.ts";
export { type InferSchemaOptions, inferSchema, inferSchemaOptionsSchema } from "./schema/infer-schema.ts";
export type { Feature, Schema, StringDomain } from "./schema/model.ts";
export { schemaFromJson, schemaToJson } from "./schema/schema-json.ts";
export { schemaFromText, schemaToText } from "./schema/schema-text.ts";
export { adjustForMany } from "./significance/false-discovery.ts";
export { normalQuantile, normalTail, twoSidedNormal } from "./significance/normal.ts";
export { compareRows, type SkewOptions, skewOptionsSchema } from "./skew/compare-rows.ts";
export type { SkewColumn, SkewReport, SkewSample } from "./skew/model.ts";
export { computeStatistics, type StatisticsOptions, statisticsOptionsSchema } from "./statistics/compute-statistics.ts";
export { fixedOrderSum } from "./statistics/fixed-order-sum.ts";
export type { Bucket, ColumnStatistics, DatasetStatistics, ValueCount } from "./statistics/model.ts";
