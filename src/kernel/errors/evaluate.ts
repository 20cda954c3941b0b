import { definition, type ErrorSpec, input, notFound } from "./kinds.ts";

export const evaluateErrors = {
  EVALUATE_LENGTH_MISMATCH: input("when scores, labels, weights or predictions of an evaluation are not equally long"),
  EVALUATE_SCORE_INVALID: input("when a score is not a number, or is infinite"),
  EVALUATE_LABEL_INVALID: input("when a label is missing, or is no class of the task"),
  EVALUATE_WEIGHT_INVALID: input(
    "when a weight is negative, infinite or not a number, or all weights are zero, or they add up to more than 1e150",
  ),
  EVALUATE_CLASSES_MISSING: definition("when a multiclass evaluation is not told its classes"),
  EVALUATE_METRIC_UNKNOWN: definition("when a metric that was named does not exist"),
  EVALUATE_METRIC_WRONG_TASK: definition("when a metric is asked for a task that it does not measure"),
  EVALUATE_METRIC_UNDEFINED: input("when models are compared on a metric that these rows do not define"),
  EVALUATE_SLICE_COLUMN_UNKNOWN: notFound("when a column to slice by is not in the data"),
  EVALUATE_BASELINE_EMPTY: input("when a baseline is asked for without training labels"),
  EVALUATE_FOLDS_IMPOSSIBLE: input("when rows, groups, times or the rows of a label are too few for the folds"),
  EVALUATE_INPUT_UNKNOWN: notFound("when an input to look at is not among the columns or the model's inputs"),
  EVALUATE_INPUT_UNORDERED: input("when accumulated effects are asked of an input that is no number or has one value"),
  EVALUATE_ATTACK_IMPOSSIBLE: input(
    "when the smallest change that flips a decision is asked of a model that has no such",
  ),
  EVALUATE_GROUPS_TOO_MANY: input("when a sensitive column has more groups than can be judged"),
} as const satisfies Record<`EVALUATE_${string}`, ErrorSpec>;
