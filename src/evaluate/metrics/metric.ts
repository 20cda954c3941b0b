import { knownNames, MillraceError, type Plugin } from "#kernel";
import type { Direction, Task } from "../model.ts";

export interface MetricTraits {
  readonly tasks: readonly Task[];
  /** `up`: more is better. */
  readonly direction: Direction;
  /** The sum of parts gives the whole (so that windows can be merged). */
  readonly decomposable: boolean;
  /** Name for people. */
  readonly title: string;
  /** Other names under which it is found. */
  readonly aliases: readonly string[];
}
export interface Metric extends Plugin<"metric", MetricTraits> {
  /** Reading of a value, for people. */
  readonly meaning: string;
}

const metric = (
  name: string,
  tasks: readonly Task[],
  direction: Direction,
  decomposable: boolean,
  title: string,
  meaning: string,
  ...aliases: string[]
): Metric => ({
  kind: "metric",
  name,
  version: "1",
  traits: { tasks, direction, decomposable, title, aliases },
  meaning,
});

const binary: readonly Task[] = ["binary"];
const classes: readonly Task[] = ["binary", "multiclass"];
const several: readonly Task[] = ["multiclass"];
const numbers: readonly Task[] = ["regression"];

/** Every metric: what it measures, for which tasks, and which way is better. */
export const metrics: readonly Metric[] = [
  metric(
    "rocAucScore",
    classes,
    "up",
    false,
    "ROC AUC",
    "chance that a positive row is ranked above a negative one",
    "rocAuc",
    "auc",
  ),
  metric(
    "prAucScore",
    binary,
    "up",
    false,
    "PR AUC",
    "average precision over all recalls",
    "prAuc",
    "averagePrecision",
  ),
  metric("logLoss", classes, "down", true, "Log loss", "mean surprise at the truth, in nats", "crossEntropy"),
  metric("brierLoss", binary, "down", true, "Brier", "mean squared error of the probability", "brier", "brierScore"),
  metric("accuracyScore", classes, "up", true, "Accuracy", "share of right decisions", "accuracy"),
  metric(
    "balancedAccuracyScore",
    classes,
    "up",
    true,
    "Balanced accuracy",
    "mean recall of the classes",
    "balancedAccuracy",
  ),
  metric("precisionScore", binary, "up", true, "Precision", "share of alarms that are right", "precision"),
  metric("recallScore", binary, "up", true, "Recall", "share of positives that are found", "recall"),
  metric("f1Score", binary, "up", true, "F1", "harmonic mean of precision and recall", "f1"),
  metric("mccScore", binary, "up", true, "MCC", "correlation of decision and truth", "mcc"),
  metric("ksScore", binary, "up", false, "KS", "greatest gap between true and false positive rate", "ks"),
  metric(
    "liftScore",
    binary,
    "up",
    false,
    "Lift at 10 %",
    "positives among the top tenth, against chance",
    "lift",
    "liftAt10",
  ),
  metric(
    "calibrationError",
    binary,
    "down",
    true,
    "Calibration error",
    "mean gap of promised and real share, ten bins",
    "ece",
    "expectedCalibrationError",
  ),
  metric("macroF1Score", several, "up", true, "Macro F1", "mean F1 of the classes", "macroF1"),
  metric("weightedF1Score", several, "up", true, "Weighted F1", "mean F1 of the classes by their size", "weightedF1"),
  metric("rmseError", numbers, "down", true, "RMSE", "root of the mean squared error", "rmse", "rootMeanSquaredError"),
  metric("maeError", numbers, "down", true, "MAE", "mean absolute error", "mae", "meanAbsoluteError"),
  metric(
    "mapeError",
    numbers,
    "down",
    true,
    "MAPE",
    "mean absolute error as a share of the truth",
    "mape",
    "meanAbsolutePercentageError",
  ),
  metric("r2Score", numbers, "up", true, "R²", "share of the variance explained", "r2"),
];

const plain = (name: string) => name.toLowerCase().replaceAll(/[_\-\s]/g, "");

/**
 * The metric of that name, or of one of its other names (`auc`, `roc_auc`, `rmse` …), for the task if one is given.
 *
 * Errors: EVALUATE_METRIC_UNKNOWN · EVALUATE_METRIC_WRONG_TASK.
 */
export function metricNamed(name: string, task?: Task): Metric {
  const found = metrics.find(({ name: own, traits }) =>
    [own, ...traits.aliases].some((known) => plain(known) === plain(name)),
  );
  const known = metrics
    .filter(({ traits }) => task === undefined || traits.tasks.includes(task))
    .map((candidate) => candidate.name);
  if (found === undefined)
    throw new MillraceError("EVALUATE_METRIC_UNKNOWN", {
      message: `There is no metric "${name}" (${knownNames(name, known)}).`,
      next: `Name one of: ${known.join(", ")}.`,
      facts: { metric: name, known },
    });
  if (task !== undefined && !found.traits.tasks.includes(task))
    throw new MillraceError("EVALUATE_METRIC_WRONG_TASK", {
      message: `The metric ${found.name} does not measure a ${task} task.`,
      next: `Name one of: ${known.join(", ")}.`,
      facts: { metric: found.name, task, known },
    });
  return found;
}

/** The names of a task's metrics, in the order in which they are shown. */
export function metricNames(task: Task): string[] {
  return metrics.filter(({ traits }) => traits.tasks.includes(task)).map(({ name }) => name);
}
