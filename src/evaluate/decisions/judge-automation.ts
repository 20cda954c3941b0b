import { wilsonInterval } from "#validate";
import { type CheckedInput, checkInput } from "../check-input.ts";
import type { EvaluationInput, Task } from "../model.ts";
import { type CoveragePoint, coverageCurve } from "./coverage-curve.ts";

/** A degree of automation that some rows chose, and what it does to others. */
export interface JudgedAutomation {
  readonly maxError: number;
  /** Rows that chose, and rows that it is judged on. */
  readonly chosenOn: number;
  readonly rows: number;
  /** What deciding every row that is at least so sure does to the judged rows; `null`: nothing can be automated. */
  readonly automate: CoveragePoint | null;
  /** Whether the judged rows keep the promise: their errors are surely below the limit. */
  readonly kept: boolean | null;
}

/**
 * The most that can be automated with the error surely below the limit, chosen on some rows and judged on others; `null` where
 * scores are no probabilities.
 *
 * Errors: those of `evaluate`.
 */
export function judgeAutomation(
  task: Task,
  chooseOn: EvaluationInput,
  judgeOn: EvaluationInput,
  maxError: number,
): JudgedAutomation | null {
  if (task === "regression") return null;
  const [checkedFirst, checked] = [checkInput(task, chooseOn), checkInput(task, judgeOn)];
  if (![checkedFirst, checked].every(({ scores }) => scores.every((score) => score >= 0 && score <= 1))) return null;
  const [chooses, judges] = [surenessOf(checkedFirst), surenessOf(checked)];
  const rows = judges.wrong.length;
  const known = { maxError, chosenOn: chooses.wrong.length, rows };
  const chosen = coverageCurve(chooses.sureness, chooses.wrong, { maxError, ...weightsIn(checkedFirst) }).automate;
  if (chosen === null) return { ...known, automate: null, kept: null };
  const { weights } = checked;
  let [all, decided, squares, errors] = [0, 0, 0, 0];
  judges.sureness.forEach((sure, row) => {
    const weight = weights[row]!;
    all += weight;
    if (sure < chosen.confidence) return;
    decided += weight;
    squares += weight * weight;
    errors += weight * judges.wrong[row]!;
  });
  if (decided === 0) return { ...known, automate: null, kept: null };
  const error = Math.min(1, errors / decided);
  const effective = (decided * decided) / squares;
  const interval = wilsonInterval(error * effective, effective, 0.95);
  const automate = { confidence: chosen.confidence, coverage: decided / all, error, ...interval };
  return { ...known, automate, kept: interval.high <= maxError };
}

const weightsIn = ({ weighted, weights }: CheckedInput) => (weighted ? { weights } : {});

/** How sure each decision of a classification is (the probability of its class), and 1 where it is wrong. */
export function surenessOf({ task, scores, labels, predictions, classes, rows }: CheckedInput) {
  const width = task === "binary" ? 1 : classes.length;
  const ofClass = (row: number) => scores[row * width + (width === 1 ? 0 : predictions[row]!)]!;
  return {
    sureness: Float64Array.from({ length: rows }, (_, row) =>
      width === 1 && predictions[row] !== 1 ? 1 - scores[row]! : ofClass(row),
    ),
    wrong: Uint8Array.from({ length: rows }, (_, row) => (predictions[row] === labels[row] ? 0 : 1)),
  };
}

const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`;

/** The same in plain words. */
export function describeAutomation({ maxError, chosenOn, rows, automate, kept }: JudgedAutomation): string {
  const limit = `surely fewer than ${percent(maxError)} wrong decisions`;
  if (automate === null)
    return `On ${chosenOn} validation rows no share of the decisions could be automated with ${limit}; people decide every case.`;
  const { confidence, coverage, error, low, high } = automate;
  const verdict = kept
    ? "These rows keep the promise; people decide the others."
    : "These rows do not prove the promise: widen the limit, or let people decide more.";
  return `Deciding where the model is at least ${percent(confidence)} sure, as ${chosenOn} validation rows chose for ${limit}, automates ${percent(coverage)} of ${rows} other rows, and ${percent(error)} of these decisions are wrong (${percent(low)} to ${percent(high)}). ${verdict}`;
}
