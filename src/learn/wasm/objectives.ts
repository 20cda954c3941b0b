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

/** Four rows of doubles as floats; past `end` the last row again, which no maximum notices. */
// @ts-ignore: decorator
@inline
function loadFour(values: usize, i: i32, end: i32): v128 {
  const at = values + (<usize>i << 3);
  if (i + 4 <= end)
    return v128.shuffle<f32>(
      f32x4.demote_f64x2_zero(v128.load(at)), f32x4.demote_f64x2_zero(v128.load(at, 16)), 0, 1, 4, 5,
    );
  const last = values + (<usize>(end - 1) << 3);
  let four = f32x4.splat(<f32>load<f64>(last));
  four = f32x4.replace_lane(four, 0, <f32>load<f64>(at));
  if (i + 1 < end) four = f32x4.replace_lane(four, 1, <f32>load<f64>(at, 8));
  if (i + 2 < end) four = f32x4.replace_lane(four, 2, <f32>load<f64>(at, 16));
  return four;
}

// @ts-ignore: decorator
@inline
function storeFour(floats: usize, i: i32, end: i32, four: v128): void {
  const at = floats + (<usize>i << 2);
  if (i + 4 <= end) {
    v128.store(at, four);
    return;
  }
  store<f32>(at, f32x4.extract_lane(four, 0));
  if (i + 1 < end) store<f32>(at, f32x4.extract_lane(four, 1), 4);
  if (i + 2 < end) store<f32>(at, f32x4.extract_lane(four, 2), 8);
}

/** e^x of four floats, for |x| ≤ 87 (clamped): Cody-Waite reduction and the Taylor polynomial of degree 7; good to 2^-22. */
// @ts-ignore: decorator
@inline
function exponentialFour(value: v128): v128 {
  const x = f32x4.pmax(f32x4.splat(-87.0), f32x4.pmin(f32x4.splat(87.0), value));
  const k = f32x4.floor(f32x4.add(f32x4.mul(x, f32x4.splat(1.4426950216293335)), f32x4.splat(0.5)));
  let r = f32x4.sub(x, f32x4.mul(k, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(k, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.984127e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3888889e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.333334e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1666668e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.16666667));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(k), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

// @ts-ignore: decorator
@inline
function greatestOfFour(four: v128): f64 {
  const a = Math.max(<f64>f32x4.extract_lane(four, 0), <f64>f32x4.extract_lane(four, 1));
  return Math.max(a, Math.max(<f64>f32x4.extract_lane(four, 2), <f64>f32x4.extract_lane(four, 3)));
}

/**
 * Gradient and hessian of the binary log loss at the margins (target 0 or 1), as floats; greatest |gradient| and hessian to
 * `out`. With q the probability of the wrong class they are ±q and q (1 − q), so that small ones keep their digits.
 */
export function binaryGradients(
  margins: usize, target: usize, weights: usize, gradients: usize, hessians: usize, start: i32, end: i32, out: usize,
): void {
  const one = f32x4.splat(1.0);
  let mostGradient = f32x4.splat(0.0);
  let mostHessian = f32x4.splat(0.0);
  for (let i = start; i < end; i += 4) {
    const label = loadFour(target, i, end);
    const sign = f32x4.sub(one, f32x4.add(label, label));
    const e = exponentialFour(f32x4.neg(f32x4.mul(sign, loadFour(margins, i, end))));
    const q = f32x4.div(one, f32x4.add(one, e));
    let g = f32x4.mul(sign, q);
    let h = f32x4.mul(q, f32x4.sub(one, q));
    if (weights != 0) {
      const weight = loadFour(weights, i, end);
      g = f32x4.mul(g, weight);
      h = f32x4.mul(h, weight);
    }
    storeFour(gradients, i, end, g);
    storeFour(hessians, i, end, h);
    mostGradient = f32x4.pmax(mostGradient, f32x4.abs(g));
    mostHessian = f32x4.pmax(mostHessian, h);
  }
  store<f64>(out, greatestOfFour(mostGradient));
  store<f64>(out, greatestOfFour(mostHessian), 8);
}

/** As `binaryGradients` for half the squared error; the difference is taken in doubles. */
export function squaredGradients(
  margins: usize, target: usize, weights: usize, gradients: usize, hessians: usize, start: i32, end: i32, out: usize,
): void {
  let mostGradient: f32 = 0.0;
  let mostHessian: f32 = 0.0;
  for (let i = start; i < end; i++) {
    const at = <usize>i << 3;
    const weight = weights == 0 ? 1.0 : load<f64>(weights + at);
    const g = <f32>((load<f64>(margins + at) - load<f64>(target + at)) * weight);
    const h = <f32>weight;
    store<f32>(gradients + (<usize>i << 2), g);
    store<f32>(hessians + (<usize>i << 2), h);
    const size = g < 0.0 ? -g : g;
    if (size > mostGradient) mostGradient = size;
    if (h > mostHessian) mostHessian = h;
  }
  store<f64>(out, <f64>mostGradient);
  store<f64>(out, <f64>mostHessian, 8);
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
  const half = <usize>n << 2;
  const one = f32x4.splat(1.0);
  const factor = f32x4.splat(<f32>classes / <f32>(classes - 1));
  for (let c = 0; c < classes * 2; c++) store<f64>(out + (<usize>c << 3), 0.0);
  for (let i = start; i < end; i += 4) {
    let most = loadFour(margins, i, end);
    for (let c = 1; c < classes; c++) most = f32x4.pmax(most, loadFour(margins + <usize>c * size, i, end));
    let sum = f32x4.splat(0.0);
    for (let c = 0; c < classes; c++) {
      const e = exponentialFour(f32x4.sub(loadFour(margins + <usize>c * size, i, end), most));
      storeFour(gradients + <usize>c * half, i, end, e);
      sum = f32x4.add(sum, e);
    }
    const label = loadFour(target, i, end);
    const share = f32x4.div(one, sum);
    const weight = weights == 0 ? one : loadFour(weights, i, end);
    for (let c = 0; c < classes; c++) {
      const p = f32x4.mul(loadFloats(gradients + <usize>c * half, i, end), share);
      const own = v128.and(f32x4.eq(label, f32x4.splat(<f32>c)), one);
      const g = f32x4.mul(f32x4.sub(p, own), weight);
      const h = f32x4.mul(f32x4.mul(f32x4.mul(p, f32x4.sub(one, p)), factor), weight);
      storeFour(gradients + <usize>c * half, i, end, g);
      storeFour(hessians + <usize>c * half, i, end, h);
      const to = out + (<usize>c << 4);
      store<f64>(to, Math.max(load<f64>(to), greatestOfFour(f32x4.abs(g))));
      store<f64>(to, Math.max(load<f64>(to, 8), greatestOfFour(h)), 8);
    }
  }
}

/** Four floats; past `end` the last of them again. */
// @ts-ignore: decorator
@inline
function loadFloats(floats: usize, i: i32, end: i32): v128 {
  const at = floats + (<usize>i << 2);
  if (i + 4 <= end) return v128.load(at);
  let four = f32x4.splat(load<f32>(floats + (<usize>(end - 1) << 2)));
  four = f32x4.replace_lane(four, 0, load<f32>(at));
  if (i + 1 < end) four = f32x4.replace_lane(four, 1, load<f32>(at, 4));
  if (i + 2 < end) four = f32x4.replace_lane(four, 2, load<f32>(at, 8));
  return four;
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
