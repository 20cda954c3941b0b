import { definition, type ErrorSpec, input } from "./kinds.ts";

export const transformErrors = {
  TRANSFORM_TARGET_UNUSABLE: definition(
    "when the target is not there, is text without numbers beside it, or has another length",
  ),
  TRANSFORM_COLUMN_UNKNOWN: definition("when a column to learn from is not among the training rows' columns"),
  TRANSFORM_CLEANING_UNFIT: definition("when a cleaning recipe does not fit the columns, itself or the model"),
  TRANSFORM_FEATURE_UNFIT: definition(
    "when a declared feature cannot be read, gives another value than its example, or reads what nothing is learned from",
  ),
  TRANSFORM_EMBEDDING_UNFIT: input(
    "when a graph that should turn images or columns into numbers takes or gives something else",
  ),
  TRANSFORM_NO_FEATURES: input("when every column is left out, so that nothing can be learned from"),
} as const satisfies Record<`TRANSFORM_${string}`, ErrorSpec>;
