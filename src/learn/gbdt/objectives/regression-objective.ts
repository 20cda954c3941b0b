import { exp, log } from "@millrace/program";
import type { LearningData } from "../../model.ts";
import type { GbdtOptions } from "../options.ts";
import { rankObjective } from "./rank.ts";
import { weightedQuantile } from "./weighted-quantile.ts";

/** A regression objective beside the squared error: what the margin starts at, its slopes, and the loss that stops early. */
export interface Objective {
  start(train: LearningData): number;
  /** Gradient and hessian of one row's loss at its margin. */
  slopes(margin: number, target: number): readonly [gradient: number, hessian: number];
  loss(margin: number, target: number): number;
  /** Instead of `slopes` and `loss`, where a row's loss hangs on other rows. */
  slopesOf?(data: LearningData, margins: Float64Array, gradients: Float32Array, hessians: Float32Array): void;
  lossOf?(data: LearningData, margins: Float64Array): number;
  /** Leaf values are this quantile of the leaf's residuals, because the gradients carry signs only. */
  readonly leafQuantile?: number;
  /** Holds a leaf's Newton step back where the loss is far from a parabola. */
  boundStep?(step: number): number;
  /** The margin is the logarithm of the prediction. */
  readonly logLink: boolean;
  /** The least target that the loss is defined for, and whether it may be reached. */
  /** Targets are whole grades up to this one. */
  readonly grades?: number;
  readonly least?: { readonly value: number; readonly allowed: boolean };
}

/** The step that LightGBM adds to a Poisson margin in the hessian, which keeps the first steps small. */
const poissonStep = 0.7;

/**
 * The objective that the options name; undefined for the squared error, whose gradients the kernels compute.
 *
 * Source: LightGBM, src/objective/regression_objective.hpp (the formulas and the renewal of leaves).
 */
export function regressionObjective(options: GbdtOptions): Objective | undefined {
  switch (options.objective) {
    case "auto":
    case "squared":
      return undefined;
    case "absolute":
      return { ...quantileObjective(0.5, 2), slopes: (margin, target) => [Math.sign(margin - target), 1] };
    case "quantile":
      return quantileObjective(options.quantile, 1);
    case "huber":
      return huberObjective(options.huberDelta);
    case "poisson": {
      const stretch = exp(poissonStep);
      return {
        start: (train) => log(Math.max(meanTarget(train), 1e-9)),
        slopes: (margin, target) => {
          const mean = exp(margin);
          return [mean - target, mean * stretch];
        },
        loss: (margin, target) => exp(margin) - target * margin,
        logLink: true,
        least: { value: 0, allowed: true },
      };
    }
    case "gamma":
      return {
        start: (train) => log(meanTarget(train)),
        slopes: (margin, target) => {
          const ratio = target * exp(-margin);
          return [1 - ratio, ratio];
        },
        loss: (margin, target) => target * exp(-margin) + margin,
        // The loss of a leaf is least at log x, where Newton's step is 1 − 1/x: too far below 0, not far enough above.
        boundStep: (step) => -log(1 - step),
        logLink: true,
        least: { value: 0, allowed: false },
      };
    case "tweedie":
      return tweedieObjective(options.tweediePower);
    case "lambdarank":
      return rankObjective(options.rankedRows);
  }
}

function quantileObjective(quantile: number, factor: number): Objective {
  return {
    start: ({ target, weights, rows }) => weightedQuantile(target.slice(0, rows), weights, quantile),
    slopes: (margin, target) => [factor * (margin >= target ? 1 - quantile : -quantile), 1],
    loss: (margin, target) => factor * (target >= margin ? quantile : quantile - 1) * (target - margin),
    leafQuantile: quantile,
    logLink: false,
  };
}

function huberObjective(delta: number): Objective {
  return {
    start: meanTarget,
    slopes: (margin, target) => [Math.max(-delta, Math.min(delta, margin - target)), 1],
    loss: (margin, target) => {
      const error = Math.abs(margin - target);
      return error <= delta ? 0.5 * error * error : delta * (error - 0.5 * delta);
    },
    logLink: false,
  };
}

function tweedieObjective(power: number): Objective {
  return {
    start: (train) => log(Math.max(meanTarget(train), 1e-9)),
    slopes: (margin, target) => {
      const one = target * exp((1 - power) * margin);
      const two = exp((2 - power) * margin);
      return [two - one, (2 - power) * two - (1 - power) * one];
    },
    loss: (margin, target) =>
      exp((2 - power) * margin) / (2 - power) - (target * exp((1 - power) * margin)) / (1 - power),
    logLink: true,
    least: { value: 0, allowed: true },
  };
}

function meanTarget({ target, weights, rows }: LearningData): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < rows; i++) {
    const weight = weights?.[i] ?? 1;
    sum += weight * target[i]!;
    total += weight;
  }
  return sum / total;
}
