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
  let point = Float64Array.from(start);
  let gradient = new Float64Array(size);
  const penalty = (x: Float64Array) => (l1 === undefined ? 0 : sumOf(size, (j) => l1[j]! * Math.abs(x[j]!)));
  let value = objective(point, gradient) + penalty(point);
  const steps: Float64Array[] = [];
  const changes: Float64Array[] = [];
  for (let iteration = 0; iteration < options.iterations; iteration++) {
    if (options.stopping?.()) break;
    const slope = l1 === undefined ? gradient : pseudoGradient(point, gradient, l1);
    if (Math.sqrt(dot(slope, slope)) < 1e-10) break;
    const direction = twoLoop(slope, steps, changes);
    if (l1 !== undefined) for (let j = 0; j < size; j++) if (direction[j]! * slope[j]! >= 0) direction[j] = 0;
    const descent = dot(direction, slope);
    if (!(descent < 0)) break;
    let length = steps.length === 0 ? 1 / Math.max(1, Math.sqrt(dot(direction, direction))) : 1;
    const nextGradient = new Float64Array(size);
    let next = point;
    let nextValue = Number.POSITIVE_INFINITY;
    for (let trial = 0; trial < 40; trial++) {
      next = Float64Array.from(point, (x, j) => x + length * direction[j]!);
      if (l1 !== undefined) projectToOrthant(next, point, slope);
      nextValue = objective(next, nextGradient) + penalty(next);
      if (nextValue <= value + 1e-4 * length * descent) break;
      length *= 0.5;
    }
    if (!(nextValue < value)) break;
    const step = Float64Array.from(next, (x, j) => x - point[j]!);
    const change = Float64Array.from(nextGradient, (g, j) => g - gradient[j]!);
    if (dot(step, change) > 1e-12 * dot(change, change)) {
      steps.push(step);
      changes.push(change);
      if (steps.length > memory) {
        steps.shift();
        changes.shift();
      }
    }
    const improvement = value - nextValue;
    point = next;
    gradient = nextGradient;
    value = nextValue;
    if (improvement <= options.tolerance * Math.max(Math.abs(value), 1e-12)) break;
  }
  return point;
}

function twoLoop(slope: Float64Array, steps: Float64Array[], changes: Float64Array[]): Float64Array {
  const q = Float64Array.from(slope, (g) => -g);
  const alphas = new Float64Array(steps.length);
  for (let k = steps.length - 1; k >= 0; k--) {
    alphas[k] = dot(steps[k]!, q) / dot(steps[k]!, changes[k]!);
    for (let j = 0; j < q.length; j++) q[j]! -= alphas[k]! * changes[k]![j]!;
  }
  const last = steps.length - 1;
  if (last >= 0) {
    const scale = dot(steps[last]!, changes[last]!) / dot(changes[last]!, changes[last]!);
    for (let j = 0; j < q.length; j++) q[j]! *= scale;
  }
  for (let k = 0; k < steps.length; k++) {
    const beta = dot(changes[k]!, q) / dot(steps[k]!, changes[k]!);
    for (let j = 0; j < q.length; j++) q[j]! += (alphas[k]! - beta) * steps[k]![j]!;
  }
  return q;
}

function pseudoGradient(point: Float64Array, gradient: Float64Array, l1: Float64Array): Float64Array {
  return Float64Array.from(gradient, (g, j) => {
    if (point[j]! > 0) return g + l1[j]!;
    if (point[j]! < 0) return g - l1[j]!;
    if (g + l1[j]! < 0) return g + l1[j]!;
    if (g - l1[j]! > 0) return g - l1[j]!;
    return 0;
  });
}

/** Sets to 0 what left the orthant of the point (at 0: of the way down). */
function projectToOrthant(next: Float64Array, point: Float64Array, slope: Float64Array): void {
  for (let j = 0; j < next.length; j++) {
    const sign = point[j] !== 0 ? Math.sign(point[j]!) : -Math.sign(slope[j]!);
    if (next[j]! * sign < 0 || sign === 0) next[j] = 0;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}

function sumOf(size: number, at: (j: number) => number): number {
  let sum = 0;
  for (let j = 0; j < size; j++) sum += at(j);
  return sum;
}
