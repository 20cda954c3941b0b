import { bug, definition, type ErrorSpec, environment, input, notFound } from "./kinds.ts";

export const learnErrors = {
  LEARN_TOO_FEW_ROWS: input(
    "when there are fewer training or validation rows than a model can be learned or judged from",
  ),
  LEARN_TARGET_MISSING: input("when the target column is absent, or no row has a target value"),
  LEARN_TARGET_ONE_CLASS: input(
    "when all rows that have a target belong to one class, or a class is absent from the training rows",
  ),
  LEARN_TARGET_CONSTANT: input("when a regression target has one value only, or values too close together to square"),
  LEARN_TARGET_NOT_FINITE: input("when a target value is infinite, or so large that its square is"),
  LEARN_TARGET_TYPE: input("when the target column's type does not fit the task"),
  LEARN_TOO_MANY_CLASSES: input("when a multiclass target has more classes than a model can separate"),
  LEARN_TOO_MANY_COLUMNS: input("when there are more columns than a program can read"),
  LEARN_WEIGHTS_INVALID: input("when a weight is negative or infinite, or all weights are zero"),
  LEARN_OBJECTIVE_UNFIT: definition("when a learner's objective does not fit the task or the target's values"),
  LEARN_CALIBRATION_UNFIT: definition(
    "when the calibration that was asked for cannot be learned from the validation rows",
  ),
  LEARN_MONOTONE_INVALID: definition("when a direction is asked of a feature that is absent or has no order"),
  LEARN_INTERACTION_INVALID: definition("when a group of interacting features names one that is absent"),
  LEARN_START_UNFIT: definition("when training is to continue from a model that does not fit the rows or the options"),
  LEARN_NO_FEATURES: input("when no feature is left to learn from"),
  LEARN_TOO_MANY_ROWS: input("when there are more training rows than a learner can keep in a model"),
  LEARN_LEARNER_UNFIT: definition("when a learner that is asked for does not exist or does not do the task"),
  LEARN_TRAINER_FAILED: input("when a foreign trainer fails, takes too long, or writes no model that can be used"),
  LEARN_SERIES_IRREGULAR: input("when the rows of a time series are not evenly spaced, repeat a time, or are too few"),
  LEARN_COLUMN_UNKNOWN: notFound("when options name a column that the data do not have"),
  LEARN_OPTION_INVALID: definition("when a learner's options do not match their schema"),
  LEARN_KERNELS_MISSING: environment("when the compiled kernels are not there and cannot be built"),
  LEARN_THREADS_FAILED: environment("when a worker thread does not start or stops during training"),
  LEARN_MEMORY_SHORT: environment("when the rows and columns of a fit do not fit into the memory that it may use"),
  LEARN_EXPORT_IMPOSSIBLE: input("when no model of a search can be exported to the targets that are asked for"),
  LEARN_TRIALS_OTHER: input("when recorded trials are of another search"),
  LEARN_SEARCH_FILE: environment("when a file that processes of one search share was changed"),
  LEARN_CONSTRAINT_UNMET: input("when no model of a search holds to the constraints"),
  LEARN_PROGRAM_DIFFERS: bug("when the program that training wrote does not give the scores that training measured"),
} as const satisfies Record<`LEARN_${string}`, ErrorSpec>;
