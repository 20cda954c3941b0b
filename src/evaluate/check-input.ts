import { MillraceError } from "#kernel";
import { refuseTotal } from "./measures/measure-set.ts";
import type { EvaluationInput, Task } from "./model.ts";

/** An evaluation's input that was checked, with every default filled in. */
export interface CheckedInput {
  readonly task: Task;
  readonly rows: number;
  readonly scores: Float64Array;
  readonly labels: ArrayLike<number>;
  readonly weights: Float64Array;
  readonly weighted: boolean;
  readonly predictions: ArrayLike<number>;
  readonly classes: readonly string[];
  readonly threshold: number;
}

/**
 * Checks what a model said and what was true.
 *
 * Errors: EVALUATE_LENGTH_MISMATCH · EVALUATE_SCORE_INVALID · EVALUATE_LABEL_INVALID · EVALUATE_WEIGHT_INVALID ·
 * EVALUATE_CLASSES_MISSING; each names the count and the first row (rows count from 1).
 */
export function checkInput(task: Task, input: EvaluationInput): CheckedInput {
  const { scores, labels } = input;
  const rows = labels.length;
  const classes = input.classes ?? (task === "binary" ? ["negative", "positive"] : []);
  if (task === "multiclass" && classes.length < 2)
    throw new MillraceError("EVALUATE_CLASSES_MISSING", {
      message: `A multiclass evaluation needs the names of at least 2 classes, and ${classes.length} were given.`,
      next: "Give `classes` in the order of the scores.",
    });
  const width = task === "multiclass" ? classes.length : 1;
  sameLength("scores", scores.length, rows * width, width === 1 ? "" : ` (${width} a row)`);
  if (input.weights !== undefined) sameLength("weights", input.weights.length, rows);
  if (input.predictions !== undefined) sameLength("predictions", input.predictions.length, rows);
  refuse("EVALUATE_SCORE_INVALID", "scores", scores, width, (score) => Number.isFinite(score), "finite numbers");
  const isClass = (value: number) => Number.isInteger(value) && value >= 0 && value < classes.length;
  const [fits, expected] =
    task === "regression"
      ? [(value: number) => Number.isFinite(value), "finite numbers"]
      : [isClass, `class indices 0 … ${classes.length - 1}`];
  refuse("EVALUATE_LABEL_INVALID", "labels", labels, 1, fits, expected);
  if (input.predictions !== undefined && task !== "regression")
    refuse(
      "EVALUATE_LABEL_INVALID",
      "predictions",
      input.predictions,
      1,
      isClass,
      `class indices 0 … ${classes.length - 1}`,
    );
  const weights = input.weights === undefined ? new Float64Array(rows).fill(1) : Float64Array.from(input.weights);
  refuse(
    "EVALUATE_WEIGHT_INVALID",
    "weights",
    weights,
    1,
    (weight) => weight >= 0 && weight < Infinity,
    "finite and not negative",
  );
  if (rows > 0 && weights.every((weight) => weight === 0))
    throw new MillraceError("EVALUATE_WEIGHT_INVALID", {
      message: `All ${rows} weights are 0.`,
      next: "Give at least one row a positive weight.",
    });
  refuseTotal(weights);
  const threshold = input.threshold ?? 0.5;
  return {
    task,
    rows,
    scores,
    labels,
    weights,
    weighted: input.weights !== undefined,
    predictions: input.predictions ?? decide(task, scores, rows, width, threshold),
    classes,
    threshold,
  };
}

function sameLength(what: string, length: number, expected: number, note = ""): void {
  if (length === expected) return;
  throw new MillraceError("EVALUATE_LENGTH_MISMATCH", {
    message: `There are ${length} ${what} where the labels need ${expected}${note}.`,
    next: `Give one of the ${what} for each label.`,
    facts: { what, length, expected },
  });
}

function refuse(
  code: "EVALUATE_SCORE_INVALID" | "EVALUATE_LABEL_INVALID" | "EVALUATE_WEIGHT_INVALID",
  what: string,
  values: ArrayLike<number>,
  width: number,
  fits: (value: number) => boolean,
  expected: string,
): void {
  let wrong = 0;
  let first = -1;
  for (let i = 0; i < values.length; i++) {
    if (fits(values[i]!)) continue;
    if (first < 0) first = i;
    wrong++;
  }
  if (wrong === 0) return;
  const row = Math.floor(first / width) + 1;
  throw new MillraceError(code, {
    message: `${wrong} of ${values.length} ${what} are not ${expected}; the first is ${values[first]} in row ${row}.`,
    next: `Correct or leave out the rows whose ${what} are wrong.`,
    facts: { what, wrong, row },
  });
}

function decide(task: Task, scores: Float64Array, rows: number, width: number, threshold: number): ArrayLike<number> {
  if (task === "regression") return scores;
  const decided = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    if (task === "binary") {
      decided[row] = scores[row]! >= threshold ? 1 : 0;
      continue;
    }
    let best = 0;
    for (let k = 1; k < width; k++) if (scores[row * width + k]! > scores[row * width + best]!) best = k;
    decided[row] = best;
  }
  return decided;
}
