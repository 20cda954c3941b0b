import { MillraceError, randomStream } from "#kernel";
import { type EvaluationOptions, evaluate } from "../evaluate.ts";
import type { Evaluation, EvaluationInput, Task } from "../model.ts";
import type { Fold } from "./model.ts";

export interface CrossValidation {
  /** Scores of rows by models that had not seen them, one list a repeat; NaN where a row was never tested. */
  readonly outOfFold: readonly Float64Array[];
  /** Each repeat's out-of-fold scores against the labels. */
  readonly evaluations: readonly Evaluation[];
  readonly folds: readonly { readonly repeat: number; readonly fold: number; readonly evaluation: Evaluation }[];
  /** By metric: mean and standard deviation over the folds that define it, and how many those are. */
  readonly spread: Readonly<
    Record<string, { readonly mean: number | null; readonly deviation: number | null; readonly folds: number }>
  >;
}

export interface CrossValidationRequest extends Omit<EvaluationInput, "scores" | "predictions"> {
  readonly task: Task;
  readonly folds: readonly Fold[];
  /** Trains on the fold's training rows and scores its test rows, in their order (multiclass: one score a class). */
  readonly fit: (fold: Fold, seed: number) => Promise<Float64Array> | Float64Array;
  readonly seed?: number;
  readonly evaluation?: EvaluationOptions;
}

/**
 * Cross-validation with the out-of-fold scores kept.
 *
 * ```ts
 * const labels = [0, 1, 0, 1];
 * const folds = planFolds(4, { plan: { scheme: "stratified", folds: 2, labels } });
 * const fit = ({ test }: { test: Uint32Array }) => Float64Array.from(test, (row) => labels[row] ?? 0);
 * (await crossValidate({ task: "binary", labels, folds, fit })).evaluations[0]?.metrics.accuracyScore?.value; // 1
 * ```
 *
 * One evaluation a repeat: averaging the scores of repeats would judge an ensemble that nobody serves. Folds run in order.
 * Random: `fit` gets a seed of its own for each fold. Errors: EVALUATE_LENGTH_MISMATCH: when `fit` gives another number of
 * scores than there are test rows; and those of `evaluate`.
 */
export async function crossValidate(request: CrossValidationRequest): Promise<CrossValidation> {
  const { task, labels, folds, seed = 0, evaluation: options = {} } = request;
  const width = task === "multiclass" ? (request.classes?.length ?? 1) : 1;
  const repeats = folds.reduce((most, { repeat }) => Math.max(most, repeat + 1), 0);
  const outOfFold = Array.from({ length: repeats }, () => new Float64Array(labels.length * width).fill(Number.NaN));
  const seeds = randomStream(seed, "crossValidate");
  const judged: CrossValidation["folds"][number][] = [];
  for (const [index, fold] of folds.entries()) {
    const scores = await request.fit(fold, seeds.uint32At(index));
    if (scores.length !== fold.test.length * width)
      throw new MillraceError("EVALUATE_LENGTH_MISMATCH", {
        message: `Fold ${fold.fold + 1} gave ${scores.length} scores for ${fold.test.length} test rows${width > 1 ? ` of ${width} classes` : ""}.`,
        next: "Let `fit` score each test row, in order.",
        facts: { fold: fold.fold + 1, scores: scores.length, rows: fold.test.length },
      });
    const own = outOfFold[fold.repeat]!;
    fold.test.forEach((row, i) => {
      own.set(scores.subarray(i * width, (i + 1) * width), row * width);
    });
    const evaluation = evaluate(task, { ...selected(request, fold.test), scores }, { ...options, draws: 0 });
    judged.push({ repeat: fold.repeat, fold: fold.fold, evaluation });
  }
  const evaluations = outOfFold.map((scores, repeat) => {
    const tested = folds.filter((fold) => fold.repeat === repeat).flatMap(({ test }) => [...test]);
    const rows = Uint32Array.from(tested).sort();
    const picked = new Float64Array(rows.length * width);
    rows.forEach((row, i) => {
      picked.set(scores.subarray(row * width, (row + 1) * width), i * width);
    });
    return evaluate(task, { ...selected(request, rows), scores: picked }, { seed, ...options });
  });
  return { outOfFold, evaluations, folds: judged, spread: spreadOf(judged.map(({ evaluation }) => evaluation)) };
}

function selected({ labels, weights, classes, threshold }: CrossValidationRequest, rows: Uint32Array) {
  return {
    labels: Float64Array.from(rows, (row) => labels[row]!),
    ...(weights !== undefined && { weights: Float64Array.from(rows, (row) => weights[row]!) }),
    ...(classes !== undefined && { classes }),
    ...(threshold !== undefined && { threshold }),
  };
}

function spreadOf(evaluations: readonly Evaluation[]): CrossValidation["spread"] {
  const names = Object.keys(evaluations[0]?.metrics ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const values = evaluations.flatMap(({ metrics }) => metrics[name]!.value ?? []);
      const mean = values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - mean!) ** 2, 0);
      const deviation = values.length < 2 ? null : Math.sqrt(squares / (values.length - 1));
      return [name, { mean, deviation, folds: values.length }];
    }),
  );
}
