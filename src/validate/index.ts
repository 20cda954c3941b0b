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
export { type Contract, contractRules, contractSchema, readContract } from "./contract/contract.ts";
export { type DatasetDifference, diffDatasets } from "./differences/diff-datasets.ts";
export { diffSchemas, type SchemaDifference } from "./differences/diff-schemas.ts";
export {
  compareWindows,
  type DriftOptions,
  driftOptionsSchema,
  driftTests,
  practicalThresholds,
} from "./drift/compare-windows.ts";
export type { DriftColumn, DriftMeasurement, DriftReport, DriftTest, DriftTestContext } from "./drift/model.ts";
export { stabilityIndexNull } from "./drift/null-distribution.ts";
export { histogramDivergence, type TfdvHistogram } from "./drift/tfdv/histogram-distance.ts";
export {
  infinityNorm,
  normalizedAbsoluteDifference,
  type ValueCounts,
  type ValueDistance,
  valueDivergence,
} from "./drift/tfdv/value-distances.ts";
export { checkRules, type RuleContext } from "./rules/check-rules.ts";
export { type Rule, type RuleInput, type RuleResult, ruleSchema } from "./rules/model.ts";
export { editSchemaJson } from "./schema/edit-schema-json.ts";
export { editSchemaText } from "./schema/edit-schema-text.ts";
export { type InferSchemaOptions, inferSchema, inferSchemaOptionsSchema } from "./schema/infer-schema.ts";
export type { Feature, Schema, StringDomain } from "./schema/model.ts";
export { schemaFromJson, schemaToJson } from "./schema/schema-json.ts";
export { schemaFromText, schemaToText } from "./schema/schema-text.ts";
export { type UpdateSchemaOptions, updateSchema } from "./schema/update-schema.ts";
export { adjustForMany } from "./significance/false-discovery.ts";
export { normalQuantile, normalTail, twoSidedNormal } from "./significance/normal.ts";
export { computeStatistics, type StatisticsOptions, statisticsOptionsSchema } from "./statistics/compute-statistics.ts";
export { fixedOrderSum } from "./statistics/fixed-order-sum.ts";
export type { Bucket, ColumnStatistics, DatasetStatistics, ValueCount } from "./statistics/model.ts";
