import { log } from "@millrace/program";
import { exponential } from "../kernels/twin/numbers.ts";
import type { Calibration } from "./model.ts";

const golden = 0.6180339887498949;

/**
 * The temperature, between 1/100 and 100, by which margins are divided for the best log loss. Margins of several classes are
 * class-major, labels their numbers; of two classes margins are those of the second.
 *
 * Source: Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", ICML 2017, § 4.2; the loss has one least point
 * in 1 ÷ temperature, which golden sections find.
 */
export function fitTemperature(
  margins: Float64Array,
  labels: Float64Array,
  weights?: Float64Array,
): Extract<Calibration, { kind: "temperature" }> {
  const loss = coolingLoss(margins, labels, weights);
  return { kind: "temperature", value: 1 / exponential(leastPoint(loss, log(0.01), log(100))) };
}

/**
 * The temperature of at least 1, up to 100, under which margins claim no more certainty than so many rows bear: that of best
 * log loss where, beside the n rows, one more is reckoned with whose class is drawn by the classes' shares. It is 1 where the
 * margins are no bolder than that. Rows that stand there `repeats` times count once.
 *
 * Source: Laplace's rule of succession with one row in place of one a class, as Platt draws in his targets (1999, § 2.2).
 */
export function fitSoftening(
  margins: Float64Array,
  labels: Float64Array,
  weights?: Float64Array,
  repeats = 1,
): Extract<Calibration, { kind: "temperature" }> {
  const loss = coolingLoss(margins, labels, weights, repeats);
  return { kind: "temperature", value: 1 / exponential(leastPoint(loss, log(0.01), 0)) };
}

/** The log loss of margins times e^`logarithm`, of the labels as they are or, with `repeats`, as `fitSoftening` says. */
function coolingLoss(margins: Float64Array, labels: Float64Array, weights?: Float64Array, repeats?: number) {
  const rows = labels.length;
  const classes = Math.max(1, Math.round(margins.length / rows));
  const count = Math.max(classes, 2);
  const rowsOf = new Float64Array(count);
  for (let i = 0; i < rows; i++) rowsOf[labels[i]!]! += weights?.[i] ?? 1;
  const total = rowsOf.reduce((sum, own) => sum + own, 0);
  const drawn = repeats === undefined ? 0 : 1 / (total / repeats + 1);
  const shares = rowsOf.map((own) => own / total);
  const loss = (logarithm: number) => {
    const by = exponential(logarithm);
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      const own = labels[i]!;
      // of two classes the first one's margin is 0
      const margin = (c: number) => by * (classes === 1 ? (c === 1 ? margins[i]! : 0) : margins[c * rows + i]!);
      let most = margin(0);
      for (let c = 1; c < count; c++) most = Math.max(most, margin(c));
      let [sumOfAll, ofAnother] = [0, 0];
      for (let c = 0; c < count; c++) {
        sumOfAll += exponential(margin(c) - most);
        ofAnother += shares[c]! * margin(c);
      }
      const told = (1 - drawn) * margin(own) + drawn * ofAnother;
      sum += (weights?.[i] ?? 1) * (most + log(sumOfAll) - told);
    }
    return sum;
  };
  return loss;
}

/** Where a function of one least point between two has it, to 1e-7. */
function leastPoint(loss: (at: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)];
  let [ofLeft, ofRight] = [loss(left), loss(right)];
  while (high - low > 1e-7)
    if (ofLeft <= ofRight) {
      [high, right, ofRight] = [right, left, ofLeft];
      left = high - golden * (high - low);
      ofLeft = loss(left);
    } else {
      [low, left, ofLeft] = [left, right, ofRight];
      right = low + golden * (high - low);
      ofRight = loss(right);
    }
  return (low + high) / 2;
}
