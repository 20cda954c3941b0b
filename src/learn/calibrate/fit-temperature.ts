import { log } from "@millrace/program";
import { exponential } from "../kernels/twin-numbers.ts";
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
  const rows = labels.length;
  const classes = Math.max(1, Math.round(margins.length / rows));
  const loss = (logarithm: number) => {
    const by = exponential(logarithm);
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      const own = labels[i]!;
      // of two classes the first one's margin is 0
      const margin = (c: number) => by * (classes === 1 ? (c === 1 ? margins[i]! : 0) : margins[c * rows + i]!);
      const count = Math.max(classes, 2);
      let most = margin(0);
      for (let c = 1; c < count; c++) most = Math.max(most, margin(c));
      let total = 0;
      for (let c = 0; c < count; c++) total += exponential(margin(c) - most);
      sum += (weights?.[i] ?? 1) * (most + log(total) - margin(own));
    }
    return sum;
  };
  let [low, high] = [log(0.01), log(100)];
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
  return { kind: "temperature", value: 1 / exponential((low + high) / 2) };
}
