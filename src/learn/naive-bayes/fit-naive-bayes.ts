import { log } from "@millrace/program";
import { balanced } from "../balanced.ts";
import { fitStopped } from "../fit-stopped.ts";
import type { FitContext, FitInput, FittedModel, LearningData } from "../model.ts";
import { type StandardNumber, standardise, standardValues } from "../program/standard-number.ts";
import { startingMargins } from "../starting-margins.ts";
import type { FeatureTable } from "../tables/feature-table.ts";
import { stepBounds, stepsOf } from "../tables/feature-table.ts";
import type { NaiveBayesOptions } from "./options.ts";

/** A number's log density by output: square · z² + slope · z + constant, nothing of it where it is missing. */
export interface NormalFeature {
  readonly feature: number;
  readonly standard: StandardNumber;
  readonly square: Float64Array;
  readonly slope: Float64Array;
  readonly constant: Float64Array;
}

export interface NaiveBayesModel extends FittedModel {
  readonly learner: "naiveBayes";
  /** Log odds of the base rate, or log base rates. */
  readonly base: Float64Array;
  readonly normals: readonly NormalFeature[];
  /** By feature, then by output: log probabilities of levels. */
  readonly tables: readonly (readonly FeatureTable[])[];
  readonly featureCount: number;
}

/**
 * Naive Bayes of numbers (a normal distribution a class) and levels (their frequencies a class), together.
 *
 * Missing: such a feature says nothing of that row. Numbers beyond ten deviations count as ten.
 * Source: Hand, Yu, "Idiot's Bayes: not so stupid after all?", 2001; smoothing as in scikit-learn's GaussianNB and
 * CategoricalNB.
 */
export function fitNaiveBayes(
  given: FitInput,
  options: NaiveBayesOptions,
  { stopping }: Pick<FitContext, "stopping">,
): NaiveBayesModel {
  const input = options.balanced ? balanced(given) : given;
  const { train, classes, task } = input;
  const normals: NormalFeature[] = [];
  const tables: FeatureTable[][] = [];
  train.features.forEach((feature, f) => {
    if (stopping()) throw fitStopped(`after ${f} of ${train.features.length} features`);
    if (feature.kind === "categorical") {
      tables.push(asOutputs(levelTables(train, f, classes, options.pseudoCount), task));
      return;
    }
    const standard = standardise(feature, train.rows, train.weights);
    if (standard !== undefined) normals.push(normalFeature(train, f, standard, classes, options.smoothing, task));
  });
  return {
    learner: "naiveBayes",
    task,
    classes,
    base: startingMargins(input),
    normals,
    tables,
    featureCount: train.features.length,
    facts: { numbers: normals.length, levels: tables.length },
  };
}

function normalFeature(
  train: LearningData,
  feature: number,
  standard: StandardNumber,
  classes: number,
  smoothing: number,
  task: FitInput["task"],
): NormalFeature {
  const own = train.features[feature]!;
  const z = standardValues(own, train.rows, standard);
  const total = new Float64Array(classes);
  const mean = new Float64Array(classes);
  const variance = new Float64Array(classes);
  const each = (work: (c: number, weight: number, value: number) => void) => {
    for (let i = 0; i < train.rows; i++)
      if (own.missing?.[i] !== 1) work(train.target[i]!, train.weights?.[i] ?? 1, z[i]!);
  };
  each((c, weight, value) => {
    total[c]! += weight;
    mean[c]! += weight * value;
  });
  for (let c = 0; c < classes; c++) mean[c] = total[c]! > 0 ? mean[c]! / total[c]! : 0;
  each((c, weight, value) => {
    variance[c]! += weight * (value - mean[c]!) ** 2;
  });
  const square = new Float64Array(classes);
  const slope = new Float64Array(classes);
  const constant = new Float64Array(classes);
  for (let c = 0; c < classes; c++) {
    // A class without rows is taken to be like all rows: mean 0, variance 1.
    const spread = (total[c]! > 0 ? variance[c]! / total[c]! : 1) + smoothing;
    square[c] = -0.5 / spread;
    slope[c] = mean[c]! / spread;
    constant[c] = -0.5 * ((mean[c]! * mean[c]!) / spread + log(spread));
  }
  const odds = (values: Float64Array) => (task === "binary" ? Float64Array.of(values[1]! - values[0]!) : values);
  return { feature, standard, square: odds(square), slope: odds(slope), constant: odds(constant) };
}

function levelTables(train: LearningData, feature: number, classes: number, pseudoCount: number): FeatureTable[] {
  const own = train.features[feature]!;
  const bounds = stepBounds(own, train.rows, 0, 0);
  const steps = stepsOf(own, bounds, train.rows);
  return Array.from({ length: classes }, (_, c) => {
    const counts = new Float64Array(bounds.length).fill(pseudoCount);
    let total = pseudoCount * bounds.length;
    for (let i = 0; i < train.rows; i++) {
      if (train.target[i] !== c || steps[i] === bounds.length) continue;
      const weight = train.weights?.[i] ?? 1;
      counts[steps[i]!]! += weight;
      total += weight;
    }
    return { feature, bounds, values: counts.map((count) => log(count / total)), missing: 0 };
  });
}

/** Of two classes the difference. */
function asOutputs(tables: FeatureTable[], task: FitInput["task"]): FeatureTable[] {
  const [negative, positive] = tables;
  if (task !== "binary" || negative === undefined || positive === undefined) return tables;
  return [{ ...positive, values: positive.values.map((value, k) => value - negative.values[k]!) }];
}
