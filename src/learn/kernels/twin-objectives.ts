import type { Views } from "./twin.ts";
import { exponential, logarithm } from "./twin-numbers.ts";

/** Twins of wasm/objectives.ts. */
export function twinObjectives({ f64 }: Views) {
  const plain =
    (gradientAt: (margin: number, label: number) => readonly [number, number]) =>
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
        const [gradient, hessian] = gradientAt(f64[(margins >> 3) + i]!, f64[(target >> 3) + i]!);
        const g = gradient * weight;
        const h = hessian * weight;
        f64[(gradients >> 3) + i] = g;
        f64[(hessians >> 3) + i] = h;
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
    binaryGradients: plain((margin, label) => {
      const p = 1 / (1 + exponential(-margin));
      return [p - label, p * (1 - p)];
    }),
    squaredGradients: plain((margin, label) => [margin - label, 1]),
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
      const factor = classes / (classes - 1);
      f64.fill(0, out >> 3, (out >> 3) + 2 * classes);
      for (let i = start; i < end; i++) {
        const most = greatestMargin(f64, margins, n, classes, i);
        let sum = 0;
        for (let c = 0; c < classes; c++) {
          const e = exponential(f64[(margins >> 3) + c * n + i]! - most);
          f64[(gradients >> 3) + c * n + i] = e;
          sum += e;
        }
        const weight = weights === 0 ? 1 : f64[(weights >> 3) + i]!;
        const label = f64[(target >> 3) + i]!;
        for (let c = 0; c < classes; c++) {
          const p = f64[(gradients >> 3) + c * n + i]! / sum;
          const g = (c === label ? p - 1 : p) * weight;
          const h = p * (1 - p) * factor * weight;
          f64[(gradients >> 3) + c * n + i] = g;
          f64[(hessians >> 3) + c * n + i] = h;
          const at = (out >> 3) + 2 * c;
          if (Math.abs(g) > f64[at]!) f64[at] = Math.abs(g);
          if (h > f64[at + 1]!) f64[at + 1] = h;
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
