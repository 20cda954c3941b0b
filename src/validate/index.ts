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
export {
  compareWindows,
  type DriftOptions,
  driftOptionsSchema,
  driftTests,
  practicalThresholds,
} from "./drift/compare-windows.ts";
export type { DriftColumn, DriftMeasurement, DriftReport, DriftTest, DriftTestContext } from "./drift/model.ts";
export { stabilityIndexNull } from "./drift/null-distribution.ts";
export { type InferSchemaOptions, inferSchema, inferSchemaOptionsSchema } from "./schema/infer-schema.ts";
export type { Feature, Schema, StringDomain } from "./schema/model.ts";
export { schemaFromJson, schemaToJson } from "./schema/schema-json.ts";
export { schemaFromText, schemaToText } from "./schema/schema-text.ts";
export { adjustForMany } from "./significance/false-discovery.ts";
export { normalQuantile, normalTail, twoSidedNormal } from "./significance/normal.ts";
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
