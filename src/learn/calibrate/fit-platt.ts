import { exponential } from "../kernels/twin/numbers.ts";
import type { Calibration } from "./model.ts";

/**
 * The sigmoid of best log loss over margins, with targets drawn in a little; undefined where it would turn the order round.
 *
 * Source: Lin, Lin, Weng, "A note on Platt's probabilistic outputs for support vector machines", Machine Learning 68, 2007.
 */
export function fitPlatt(
  margins: Float64Array,
  labels: Float64Array,
  weights?: Float64Array,
): Extract<Calibration, { kind: "platt" }> | undefined {
  let positive = 0;
  let negative = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 1) positive += weights?.[i] ?? 1;
    else negative += weights?.[i] ?? 1;
  }
  const high = (positive + 1) / (positive + 2);
  const low = 1 / (negative + 2);
  let a = 1;
  let b = 0;
  for (let step = 0; step < 100; step++) {
    let [ga, gb, haa, hab, hbb] = [0, 0, 1e-12, 0, 1e-12];
    for (let i = 0; i < margins.length; i++) {
      const weight = weights?.[i] ?? 1;
      const m = margins[i]!;
      const p = 1 / (1 + exponential(-(a * m + b)));
      const g = weight * (p - (labels[i] === 1 ? high : low));
      const h = weight * p * (1 - p);
      ga += g * m;
      gb += g;
      haa += h * m * m;
      hab += h * m;
      hbb += h;
    }
    const determinant = haa * hbb - hab * hab;
    if (!(determinant > 1e-18)) break;
    let da = (hbb * ga - hab * gb) / determinant;
    let db = (haa * gb - hab * ga) / determinant;
    const length = Math.max(Math.abs(da), Math.abs(db));
    if (length > 2) {
      da *= 2 / length;
      db *= 2 / length;
    }
    a -= da;
    b -= db;
    if (length < 1e-10) break;
  }
  return a > 0 && Number.isFinite(a) && Number.isFinite(b) ? { kind: "platt", a, b } : undefined;
}
