export { stabilityIndexNull } from "./binned/null-distribution.ts";
export type { ColumnSample } from "./column-sample.ts";
export { compareWindows } from "./compare-windows.ts";
export { type DriftOptions, driftOptionsSchema } from "./drift-options.ts";
export { driftTests, practicalThresholds } from "./drift-tests.ts";
export type {
  DriftColumn,
  DriftMeasurement,
  DriftReport,
  DriftSlice,
  DriftTest,
  DriftTestContext,
} from "./model.ts";
export {
  compareDomains,
  type DomainOptions,
  type DomainRows,
  type FitDomains,
} from "./multivariate/compare-domains.ts";
export { compareReconstruction, type ReconstructionOptions } from "./multivariate/compare-reconstruction.ts";
export { compareStatistics } from "./statistics/compare-statistics.ts";
export { histogramDivergence, type TfdvHistogram } from "./tfdv/histogram-distance.ts";
export {
  infinityNorm,
  normalizedAbsoluteDifference,
  type ValueCounts,
  type ValueDistance,
  valueDivergence,
} from "./tfdv/value-distances.ts";
