export { computeStatistics, type StatisticsOptions, statisticsOptionsSchema } from "./compute-statistics.ts";
export type { StatisticPlugin } from "./custom-statistic.ts";
export { type FinishOptions, finishStatistics } from "./finish/finish-statistics.ts";
export { fixedOrderSum } from "./fixed-order-sum.ts";
export type { Bucket, ColumnStatistics, DatasetStatistics, ValueCount } from "./model.ts";
export type { BytesColumn, ListColumn, NestedColumn, NestedFrame, StructColumn } from "./nested/model.ts";
export { KindsOfParts, type NestedKinds, nestAs, nestFrame } from "./nested/nest-frame.ts";
export { decodePartial } from "./partial/decode-partial.ts";
export { encodePartial } from "./partial/encode-partial.ts";
export { mergePartials } from "./partial/merge-partials.ts";
export type { PartialStatistics } from "./partial/model.ts";
export { type PartialStatisticsOptions, partialStatistics } from "./partial/partial-statistics.ts";
export { statisticsFromBinary, statisticsFromJson } from "./proto/from-proto.ts";
export { statisticsToBinary, statisticsToJson } from "./proto/to-proto.ts";
export {
  type Parts,
  type StreamStatisticsOptions,
  streamStatistics,
} from "./streaming/stream-statistics.ts";
