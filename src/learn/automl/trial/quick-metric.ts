import { log } from "@millrace/program";
import { metricNamed, metricValue } from "#evaluate";
import type { LearningData } from "../../model.ts";
import { rankAuc } from "../../screen/power/column-power.ts";
import type { Settings } from "./run-trial.ts";
import { scoresOf } from "./scores.ts";

type Judged = Pick<LearningData, "target" | "weights">;

/**
 * The metric of margins, turned so that more is better; the usual metrics without the others that `evaluate` computes.
 * −∞ where these rows do not define it.
 */
export function quickMetric(judged: Judged, settings: Settings, classes: readonly string[]) {
  const { metric, task } = settings;
  const { name, traits } = metricNamed(metric, task);
  const sign = traits.direction === "up" ? 1 : -1;
  const count = Math.max(classes.length, 1);
  const { target, weights } = judged;
  return (margins: Float64Array): number => {
    if (name === "rocAucScore" && weights === undefined) return rankAuc(margins, target).auc;
    if (name === "logLoss" || name === "rmseError") {
      const losses = rowLosses(margins, judged, settings, classes);
      let [sum, total] = [0, 0];
      for (let i = 0; i < losses.length; i++) {
        sum += (weights?.[i] ?? 1) * losses[i]!;
        total += weights?.[i] ?? 1;
      }
      return total > 0 ? -(name === "logLoss" ? sum / total : Math.sqrt(sum / total)) : Number.NEGATIVE_INFINITY;
    }
    const value = metricValue(name, task, {
      scores: scoresOf(task, count, margins),
      labels: target,
      ...(weights === undefined ? {} : { weights }),
      ...(classes.length > 0 ? { classes } : {}),
    });
    return value === null ? Number.NEGATIVE_INFINITY : sign * value;
  };
}

/** Each row's loss: the squared error, or minus the logarithm of its class's probability. */
export function rowLosses(
  margins: Float64Array,
  { target }: Judged,
  { task }: Settings,
  classes: readonly string[],
): Float64Array {
  const count = Math.max(classes.length, 1);
  const scores = scoresOf(task, count, margins);
  const surely = (p: number) => -log(Math.min(Math.max(p, 1e-15), 1));
  return Float64Array.from(target, (label, i) => {
    if (task === "regression") return (scores[i]! - label) ** 2;
    if (task === "binary") return surely(label === 1 ? scores[i]! : 1 - scores[i]!);
    return surely(scores[i * count + label]!);
  });
}
