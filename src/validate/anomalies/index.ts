export { anomaliesToProto } from "./anomalies-to-proto.ts";
export {
  type Anomaly,
  type AnomalyExample,
  type AnomalyType,
  anomalyTypes,
  type DriftSkew,
  type Severity,
  type Validation,
} from "./model.ts";
export { type ExampleAnomaly, exampleValidator } from "./rows/example-validator.ts";
export { promisedInputs } from "./rows/input-promises.ts";
export { type NumberedParts, nameRows } from "./rows/name-rows.ts";
export { findQuarantine, markQuarantine, quarantineColumns, unmarkQuarantine } from "./rows/quarantine.ts";
export {
  type ControlDataset,
  type ValidationOptions,
  validateDataset,
  validateStatistics,
  weigh,
} from "./validate-statistics.ts";
