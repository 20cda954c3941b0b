import { fitStopped } from "../../fit-stopped.ts";
import type { TrialPlan } from "../search/portfolio.ts";
import { joinFolds } from "./fold-margins.ts";
import { fitModel, learnerOf, matrixOf, shapeOf, type TrialGround } from "./run-trial.ts";

/**
 * Margins of each fold's test rows by models of its training rows, fold after fold. Nothing is decided by the test rows.
 *
 * Errors: KERNEL_STOPPED.
 */
export async function foldMargins(
  plan: TrialPlan,
  { rows, matrices, settings, classes }: TrialGround,
  stopping: () => boolean,
): Promise<Float64Array> {
  const shape = shapeOf(settings, classes);
  const kind = matrixOf(plan);
  const parts: Float64Array[] = [];
  for (const fold of rows.folds.keys()) {
    const model = await fitModel(plan, { ...shape, train: matrices.train(fold, kind, stopping) }, settings, {
      stopping,
    });
    if (stopping()) throw fitStopped(`in fold ${fold + 1}`);
    const test = matrices.test(fold, kind, stopping);
    parts.push(learnerOf(plan).predict(model, test.features, test.rows));
  }
  return joinFolds(parts, shape.classes, settings.task);
}
