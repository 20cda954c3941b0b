// Gradients and losses. The exponential and logarithm here are the kernels' own: good to about 2^-50, the same bits in the
// TypeScript twin, and much cheaper than @millrace/program's, which every score goes through. They only steer training.

const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
const INVERSE_LN2: f64 = 1.4426950408889634;

/** e^x for |x| ≤ 700 (clamped): Cody-Waite reduction and the Taylor polynomial of degree 13. */
// @ts-ignore: decorator
@inline
function exponential(value: f64): f64 {
  const x = Math.max(-700.0, Math.min(700.0, value));
  const k = Math.floor(x * INVERSE_LN2 + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let p = 1.6059043836821613e-10;
  p = p * r + 2.08767569878681e-9;
  p = p * r + 2.505210838544172e-8;
  p = p * r + 2.755731922398589e-7;
  p = p * r + 2.7557319223985893e-6;
  p = p * r + 2.48015873015873e-5;
  p = p * r + 1.984126984126984e-4;
  p = p * r + 1.3888888888888889e-3;
  p = p * r + 8.333333333333333e-3;
  p = p * r + 4.1666666666666664e-2;
  p = p * r + 0.16666666666666666;
  p = p * r + 0.5;
  p = p * r + 1.0;
  p = p * r + 1.0;
  return p * reinterpret<f64>((<i64>k + 1023) << 52);
}

/** The natural logarithm of a normal number ≥ 1: log 2^k m = k ln 2 + 2 atanh((m − 1) / (m + 1)), m in [√½, √2). */
// @ts-ignore: decorator
@inline
function logarithm(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  let k = <i32>(bits >>> 52) - 1023;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m >= 1.4142135623730951) {
    m *= 0.5;
    k++;
  }
  const s = (m - 1.0) / (m + 1.0);
  const z = s * s;
  let p = 0.09523809523809523;
  p = p * z + 0.10526315789473684;
  p = p * z + 0.11764705882352941;
  p = p * z + 0.13333333333333333;
  p = p * z + 0.15384615384615385;
  p = p * z + 0.18181818181818182;
  p = p * z + 0.2222222222222222;
  p = p * z + 0.2857142857142857;
  p = p * z + 0.4;
  p = p * z + 0.6666666666666666;
  p = p * z + 2.0;
  return <f64>k * LN2_HIGH + (p * s + <f64>k * LN2_LOW);
}

/** Gradient and hessian of the binary log loss at the margins (target 0 or 1); greatest |gradient|, hessian to `out`. */
export function binaryGradients(
  margins: usize, target: usize, weights: usize, gradients: usize, hessians: usize, start: i32, end: i32, out: usize,
): void {
  let mostGradient = 0.0;
  let mostHessian = 0.0;
  for (let i = start; i < end; i++) {
    const at = <usize>i << 3;
    const p = 1.0 / (1.0 + exponential(-load<f64>(margins + at)));
    const weight = weights == 0 ? 1.0 : load<f64>(weights + at);
    const g = (p - load<f64>(target + at)) * weight;
    const h = p * (1.0 - p) * weight;
    store<f64>(gradients + at, g);
    store<f64>(hessians + at, h);
    if (Math.abs(g) > mostGradient) mostGradient = Math.abs(g);
    if (h > mostHessian) mostHessian = h;
  }
  store<f64>(out, mostGradient);
  store<f64>(out, mostHessian, 8);
}

/** As `binaryGradients` for half the squared error. */
export function squaredGradients(
  margins: usize, target: usize, weights: usize, gradients: usize, hessians: usize, start: i32, end: i32, out: usize,
): void {
  let mostGradient = 0.0;
  let mostHessian = 0.0;
  for (let i = start; i < end; i++) {
    const at = <usize>i << 3;
    const weight = weights == 0 ? 1.0 : load<f64>(weights + at);
    const g = (load<f64>(margins + at) - load<f64>(target + at)) * weight;
    store<f64>(gradients + at, g);
    store<f64>(hessians + at, weight);
    if (Math.abs(g) > mostGradient) mostGradient = Math.abs(g);
    if (weight > mostHessian) mostHessian = weight;
  }
  store<f64>(out, mostGradient);
  store<f64>(out, mostHessian, 8);
}

/**
 * As `binaryGradients` for the softmax of `classes` margins, class-major (`margins[c * n + i]`), for all classes at once;
 * hessian p (1 − p) classes / (classes − 1). `out` gets one pair a class.
 */
export function softmaxGradients(
  margins: usize, target: usize, weights: usize, gradients: usize, hessians: usize, n: i32, classes: i32,
  start: i32, end: i32, out: usize,
): void {
  const size = <usize>n << 3;
  const factor = <f64>classes / <f64>(classes - 1);
  for (let c = 0; c < classes * 2; c++) store<f64>(out + (<usize>c << 3), 0.0);
  for (let i = start; i < end; i++) {
    const at = <usize>i << 3;
    let most = load<f64>(margins + at);
    for (let c = 1; c < classes; c++) {
      const margin = load<f64>(margins + <usize>c * size + at);
      if (margin > most) most = margin;
    }
    let sum = 0.0;
    for (let c = 0; c < classes; c++) {
      const e = exponential(load<f64>(margins + <usize>c * size + at) - most);
      store<f64>(gradients + <usize>c * size + at, e);
      sum += e;
    }
    const weight = weights == 0 ? 1.0 : load<f64>(weights + at);
    const label = <i32>load<f64>(target + at);
    for (let c = 0; c < classes; c++) {
      const p = load<f64>(gradients + <usize>c * size + at) / sum;
      const g = (c == label ? p - 1.0 : p) * weight;
      const h = p * (1.0 - p) * factor * weight;
      store<f64>(gradients + <usize>c * size + at, g);
      store<f64>(hessians + <usize>c * size + at, h);
      const most = out + (<usize>c << 4);
      if (Math.abs(g) > load<f64>(most)) store<f64>(most, Math.abs(g));
      if (h > load<f64>(most, 8)) store<f64>(most, h, 8);
    }
  }
}

/** Weighted sum of the binary log loss, row by row. */
export function binaryLoss(margins: usize, target: usize, weights: usize, n: i32): f64 {
  let sum = 0.0;
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 3;
    const margin = load<f64>(margins + at);
    const wrong = load<f64>(target + at) > 0.5 ? -margin : margin;
    const loss = logarithm(1.0 + exponential(-Math.abs(wrong))) + Math.max(wrong, 0.0);
    sum += weights == 0 ? loss : loss * load<f64>(weights + at);
  }
  return sum;
}

/** Weighted sum of squared errors. */
export function squaredLoss(margins: usize, target: usize, weights: usize, n: i32): f64 {
  let sum = 0.0;
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 3;
    const error = load<f64>(margins + at) - load<f64>(target + at);
    sum += weights == 0 ? error * error : error * error * load<f64>(weights + at);
  }
  return sum;
}

/** Weighted sum of the softmax log loss; margins class-major. */
export function softmaxLoss(margins: usize, target: usize, weights: usize, n: i32, classes: i32): f64 {
  const size = <usize>n << 3;
  let sum = 0.0;
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 3;
    let most = load<f64>(margins + at);
    for (let c = 1; c < classes; c++) {
      const margin = load<f64>(margins + <usize>c * size + at);
      if (margin > most) most = margin;
    }
    let total = 0.0;
    for (let c = 0; c < classes; c++) total += exponential(load<f64>(margins + <usize>c * size + at) - most);
    const own = load<f64>(margins + <usize>(<i32>load<f64>(target + at)) * size + at);
    const loss = logarithm(total) + most - own;
    sum += weights == 0 ? loss : loss * load<f64>(weights + at);
  }
  return sum;
}
