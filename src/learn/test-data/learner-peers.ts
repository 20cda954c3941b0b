import { readFileSync } from "node:fs";
import type { FitContext, FitInput, LearningData, LearningFeature, LearningTask } from "../model.ts";

/** What scikit-learn and interpret give on the same rows, by oracle/freeze-learners.py. */
export const frozen = JSON.parse(readFileSync(new URL("../oracle/learners.golden.json", import.meta.url), "utf8")) as {
  readonly x: readonly (readonly number[])[];
  readonly level: readonly number[];
  readonly value: readonly number[];
  readonly label: readonly number[];
  readonly kind: readonly number[];
  /** Probabilities of the judged rows, row by row. */
  readonly gaussian: readonly (readonly number[])[];
  readonly categorical: readonly number[];
  readonly mixed: readonly number[];
  readonly nearest: { readonly kind: readonly (readonly number[])[]; readonly value: readonly number[] };
  readonly kmeans: Readonly<Record<string, number>>;
  /** Mean and deviation over five seeds. */
  readonly network: { readonly logLoss: readonly [number, number]; readonly rmse: readonly [number, number] };
  readonly gam: { readonly auc: number; readonly logLoss: number; readonly rmse: number };
};

export const plain: FitContext = { seed: 1, threads: 1, stopping: () => false, progress: () => undefined };

const targets = { binary: frozen.label, multiclass: frozen.kind, regression: frozen.value } as const;
const isJudge = (i: number) => i % 3 === 2;

const pick = (values: readonly number[], judges: boolean) =>
  Float64Array.from(values.filter((_, i) => isJudge(i) === judges));

/** The frozen rows that train, or that judge: numbers, and the level as codes or not at all. */
export function frozenRows(task: LearningTask, judges: boolean, withLevel: boolean): LearningData {
  const numbers = frozen.x.map(
    (column, j): LearningFeature => ({ name: `x${j}`, kind: "numeric", values: pick(column, judges) }),
  );
  const level: LearningFeature = {
    name: "level",
    kind: "categorical",
    levels: 5,
    values: pick(frozen.level, judges),
  };
  const target = pick(targets[task], judges);
  return { rows: target.length, features: withLevel ? [...numbers, level] : numbers, target };
}

export function frozenInput(task: LearningTask, withLevel: boolean): FitInput {
  const classes = { binary: 2, multiclass: 3, regression: 1 }[task];
  return { task, classes, train: frozenRows(task, false, withLevel) };
}

export function worst(actual: ArrayLike<number>, expected: readonly number[]): number {
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i]!)), 0);
}
