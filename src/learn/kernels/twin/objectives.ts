import { exponential, exponentialFloat, logarithm } from "./numbers.ts";
import type { Views } from "./twin-kernels.ts";

const { fround } = Math;

/** Twins of wasm/objectives.ts: gradients and hessians are floats, rounded after each step as the module does. */
export function twinObjectives({ f32, f64 }: Views) {
  const plain =
    (gradientAt: (margin: number, label: number, weight: number) => readonly [number, number]) =>
    (
      margins: number,
      target: number,
      weights: number,
      gradients: number,
      hessians: number,
      start: number,
      end: number,
      out: number,
    ) => {
      let mostGradient = 0;
      let mostHessian = 0;
      for (let i = start; i < end; i++) {
        const weight = weights === 0 ? 1 : f64[(weights >> 3) + i]!;
        const [g, h] = gradientAt(f64[(margins >> 3) + i]!, f64[(target >> 3) + i]!, weight).map(fround) as [
          number,
          number,
        ];
        f32[(gradients >> 2) + i] = g;
        f32[(hessians >> 2) + i] = h;
        if (Math.abs(g) > mostGradient) mostGradient = Math.abs(g);
        if (h > mostHessian) mostHessian = h;
      }
      f64[out >> 3] = mostGradient;
      f64[(out >> 3) + 1] = mostHessian;
    };

  const summed =
    (lossAt: (margin: number, label: number) => number) =>
    (margins: number, target: number, weights: number, n: number) => {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const loss = lossAt(f64[(margins >> 3) + i]!, f64[(target >> 3) + i]!);
        sum += weights === 0 ? loss : loss * f64[(weights >> 3) + i]!;
      }
      return sum;
    };

  return {
    binaryGradients: plain((margin, label, weight) => {
      const sign = 1 - 2 * label;
      const q = fround(1 / fround(1 + exponentialFloat(-sign * fround(margin))));
      return [fround(sign * q) * fround(weight), fround(q * fround(1 - q)) * fround(weight)];
    }),
    squaredGradients: plain((margin, label, weight) => [(margin - label) * weight, weight]),
    binaryLoss: summed((margin, label) => {
      const wrong = label > 0.5 ? -margin : margin;
      return logarithm(1 + exponential(-Math.abs(wrong))) + Math.max(wrong, 0);
    }),
    squaredLoss: summed((margin, label) => (margin - label) * (margin - label)),
    softmaxGradients(
      margins: number,
      target: number,
      weights: number,
      gradients: number,
      hessians: number,
      n: number,
      classes: number,
      start: number,
      end: number,
      out: number,
    ) {
      const factor = fround(classes / (classes - 1));
      f64.fill(0, out >> 3, (out >> 3) + 2 * classes);
      for (let i = start; i < end; i++) {
        const most = fround(greatestMargin(f64, margins, n, classes, i));
        let sum = 0;
        for (let c = 0; c < classes; c++) {
          const e = exponentialFloat(fround(fround(f64[(margins >> 3) + c * n + i]!) - most));
          f32[(gradients >> 2) + c * n + i] = e;
          sum = fround(sum + e);
        }
        const weight = fround(weights === 0 ? 1 : f64[(weights >> 3) + i]!);
        const label = f64[(target >> 3) + i]!;
        const share = fround(1 / sum);
        for (let c = 0; c < classes; c++) {
          const p = fround(f32[(gradients >> 2) + c * n + i]! * share);
          const g = fround(fround(p - Number(c === label)) * weight);
          const h = fround(fround(fround(p * fround(1 - p)) * factor) * weight);
          f32[(gradients >> 2) + c * n + i] = g;
          f32[(hessians >> 2) + c * n + i] = h;
          const at = (out >> 3) + 2 * c;
          f64[at] = Math.max(f64[at]!, Math.abs(g));
          f64[at + 1] = Math.max(f64[at + 1]!, h);
        }
      }
    },
    softmaxLoss(margins: number, target: number, weights: number, n: number, classes: number) {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const most = greatestMargin(f64, margins, n, classes, i);
        let total = 0;
        for (let c = 0; c < classes; c++) total += exponential(f64[(margins >> 3) + c * n + i]! - most);
        const own = f64[(margins >> 3) + f64[(target >> 3) + i]! * n + i]!;
        const loss = logarithm(total) + most - own;
        sum += weights === 0 ? loss : loss * f64[(weights >> 3) + i]!;
      }
      return sum;
    },
  };
}

function greatestMargin(f64: Float64Array, margins: number, n: number, classes: number, i: number): number {
  let most = f64[(margins >> 3) + i]!;
  for (let c = 1; c < classes; c++) {
    const margin = f64[(margins >> 3) + c * n + i]!;
    if (margin > most) most = margin;
  }
  return most;
}
