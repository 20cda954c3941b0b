/** Value of a function at a point; its gradient goes to `gradient`. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

export interface MinimiseOptions {
  readonly iterations: number;
  readonly tolerance: number;
  /** L1 strength of each coordinate (0: none). */
  readonly l1?: Float64Array;
  readonly stopping?: () => boolean;
}

const memory = 10;

/**
 * The minimum of a convex smooth function plus an L1 penalty, from a starting point. All sums in index order.
 *
 * Source: Nocedal, Wright, "Numerical Optimization", 2nd ed., algorithm 7.4 (L-BFGS); Andrew, Gao, "Scalable Training of
 * L1-Regularized Log-Linear Models", ICML 2007 (the orthant-wise changes where `l1` is given).
 */
export function minimise(start: Float64Array, objective: Objective, options: MinimiseOptions): Float64Array {
  const size = start.length;
  const { l1 } = options;
  let point = start.slice();
  let gradient = new Float64Array(size);
  let next = new Float64Array(size);
  let nextGradient = new Float64Array(size);
  let value = objective(point, gradient) + penaltyOf(point, l1);
  const history: Pair[] = [];
  for (let iteration = 0; iteration < options.iterations; iteration++) {
    if (options.stopping?.()) break;
    const slope = l1 === undefined ? gradient : pseudoGradient(point, gradient, l1);
    if (Math.sqrt(dot(slope, slope)) < 1e-10) break;
    const direction = twoLoop(slope, history);
    if (l1 !== undefined) for (let j = 0; j < size; j++) if (direction[j]! * slope[j]! >= 0) direction[j] = 0;
    const descent = dot(direction, slope);
    if (!(descent < 0)) break;
    let length = history.length === 0 ? 1 / Math.max(1, Math.sqrt(dot(direction, direction))) : 1;
    let nextValue = Number.POSITIVE_INFINITY;
    for (let trial = 0; trial < 40; trial++) {
      if (trial > 0 && options.stopping?.()) break;
      for (let j = 0; j < size; j++) next[j] = point[j]! + length * direction[j]!;
      if (l1 !== undefined) projectToOrthant(next, point, slope);
      nextValue = objective(next, nextGradient) + penaltyOf(next, l1);
      if (nextValue <= value + 1e-4 * length * descent) break;
      length *= 0.5;
    }
    if (!(nextValue < value)) break;
    remember(history, point, next, gradient, nextGradient);
    const improvement = value - nextValue;
    [point, next] = [next, point];
    [gradient, nextGradient] = [nextGradient, gradient];
    value = nextValue;
    if (improvement <= options.tolerance * Math.max(Math.abs(value), 1e-12)) break;
  }
  return point;
}

/** A step and how the gradient changed along it; `curvature` is their product. */
interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly curvature: number;
}

function remember(
  history: Pair[],
  point: Float64Array,
  next: Float64Array,
  gradient: Float64Array,
  nextGradient: Float64Array,
): void {
  const step = new Float64Array(point.length);
  const change = new Float64Array(point.length);
  for (let j = 0; j < step.length; j++) {
    step[j] = next[j]! - point[j]!;
    change[j] = nextGradient[j]! - gradient[j]!;
  }
  const curvature = dot(step, change);
  if (!(curvature > 1e-12 * dot(change, change))) return;
  if (history.length === memory) history.shift();
  history.push({ step, change, curvature });
}

function twoLoop(slope: Float64Array, history: readonly Pair[]): Float64Array {
  const q = slope.slice();
  for (let j = 0; j < q.length; j++) q[j] = -q[j]!;
  const alphas = new Float64Array(history.length);
  for (let k = history.length - 1; k >= 0; k--) {
    const { step, change, curvature } = history[k]!;
    alphas[k] = dot(step, q) / curvature;
    addTimes(q, -alphas[k]!, change);
  }
  const last = history.at(-1);
  if (last !== undefined) {
    const scale = last.curvature / dot(last.change, last.change);
    for (let j = 0; j < q.length; j++) q[j]! *= scale;
  }
  history.forEach(({ step, change, curvature }, k) => {
    addTimes(q, alphas[k]! - dot(change, q) / curvature, step);
  });
  return q;
}

function penaltyOf(point: Float64Array, l1: Float64Array | undefined): number {
  if (l1 === undefined) return 0;
  let sum = 0;
  for (let j = 0; j < point.length; j++) sum += l1[j]! * Math.abs(point[j]!);
  return sum;
}

function pseudoGradient(point: Float64Array, gradient: Float64Array, l1: Float64Array): Float64Array {
  const slope = new Float64Array(point.length);
  for (let j = 0; j < slope.length; j++) {
    const g = gradient[j]!;
    const strength = l1[j]!;
    if (point[j]! > 0) slope[j] = g + strength;
    else if (point[j]! < 0) slope[j] = g - strength;
    else if (g + strength < 0) slope[j] = g + strength;
    else if (g - strength > 0) slope[j] = g - strength;
  }
  return slope;
}

/** Sets to 0 what left the orthant of the point (at 0: of the way down). */
function projectToOrthant(next: Float64Array, point: Float64Array, slope: Float64Array): void {
  for (let j = 0; j < next.length; j++) {
    const sign = point[j] !== 0 ? Math.sign(point[j]!) : -Math.sign(slope[j]!);
    if (next[j]! * sign < 0 || sign === 0) next[j] = 0;
  }
}

function addTimes(out: Float64Array, factor: number, values: Float64Array): void {
  for (let j = 0; j < out.length; j++) out[j]! += factor * values[j]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}
