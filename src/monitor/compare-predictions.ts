import type { Column, Frame } from "@millrace/program";
import type { Task } from "#evaluate";
import { compareWindows } from "#validate";
import { testResult } from "./compare-inputs.ts";
import type { PredictionsReport, TestResult } from "./model.ts";
import type { ReferenceWindow, ResolvedMonitorOptions } from "./monitor-window.ts";
import type { CurrentWindow } from "./window-evidence.ts";

/** Whether the scores, and the classes that follow from them, are spread as they were on the reference. */
export function comparePredictions(
  task: Task,
  reference: ReferenceWindow,
  current: CurrentWindow,
  { alpha, thresholds, seed }: ResolvedMonitorOptions,
): PredictionsReport {
  const { scores, predicted } = reference;
  if (scores === undefined || scores.length === 0 || current.scores.length === 0)
    return { drifted: false, tests: [], positiveRate: null };
  const compare = (tests: readonly string[], a: Column, b: Column): readonly TestResult[] =>
    compareWindows(frameOf(scores.length, a), frameOf(current.scores.length, b), {
      tests: [...tests],
      alpha,
      thresholds,
      seed,
    }).columns.map(testResult);
  const tests = [...compare(["psi", "ks"], numbers(scores), numbers(current.scores))];
  if (predicted !== undefined && current.predicted !== undefined)
    tests.push(
      ...compare(["psi"], classes(predicted), classes(current.predicted)).map((one) => ({
        ...one,
        test: "psi of classes",
      })),
    );
  const positiveRate =
    task === "binary" && predicted !== undefined && current.predicted !== undefined
      ? { reference: shareOfPositive(predicted), current: shareOfPositive(current.predicted) }
      : null;
  return { drifted: tests.some((one) => one.drifted), tests, positiveRate };
}

function frameOf(rows: number, column: Column): Frame {
  return { rows, columns: new Map([["prediction", column]]) };
}

function numbers(scores: Float64Array): Column {
  const missing = Uint8Array.from(scores, (score) => (Number.isNaN(score) ? 1 : 0));
  const values = Float64Array.from(scores, (score) => (Number.isNaN(score) ? 0 : score));
  return missing.includes(1) ? { type: "number", values, missing } : { type: "number", values };
}

function classes(indices: ArrayLike<number>): Column {
  const codes = Int32Array.from(indices);
  const count = codes.reduce((most, code) => Math.max(most, code + 1), 0);
  return { type: "string", codes, levels: Array.from({ length: count }, (_, index) => String(index)) };
}

/** Of the rows with a prediction: where the model abstains, nobody was predicted to be anything. */
function shareOfPositive(predicted: ArrayLike<number>): number {
  let [positive, decided] = [0, 0];
  for (let row = 0; row < predicted.length; row++) {
    if (predicted[row]! >= 0) decided++;
    if (predicted[row] === 1) positive++;
  }
  return decided === 0 ? 0 : positive / decided;
}
