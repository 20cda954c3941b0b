/**
 * The step s that minimises gradient · s + ½ s · curvature · s + l1 Σ |point + s| (the last coordinate, the bias, without
 * penalty): solved by Cholesky without a penalty, else by coordinate descent.
 */
export function minimiseQuadratic(
  curvature: Float64Array,
  gradient: Float64Array,
  point: Float64Array,
  l1: number,
): Float64Array {
  return l1 > 0 ? byCoordinates(curvature, gradient, point, l1) : byCholesky(curvature, gradient);
}

const mostSweeps = 500;

function byCoordinates(curvature: Float64Array, gradient: Float64Array, point: Float64Array, l1: number): Float64Array {
  const size = gradient.length;
  const step = new Float64Array(size);
  const slope = gradient.slice();
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let most = 0;
    for (let j = 0; j < size; j++) {
      const own = curvature[j * size + j]!;
      const at = point[j]! + step[j]!;
      const free = at - slope[j]! / own;
      const bound = j + 1 < size ? l1 / own : 0;
      const next = free > bound ? free - bound : free < -bound ? free + bound : 0;
      const change = next - at;
      if (change === 0) continue;
      step[j]! += change;
      for (let k = 0; k < size; k++) slope[k]! += change * curvature[j * size + k]!;
      most = Math.max(most, own * change * change);
    }
    if (most < 1e-18) break;
  }
  return step;
}

/** A pivot that is not positive (columns that say the same) leaves its coordinate where it is. */
function byCholesky(curvature: Float64Array, gradient: Float64Array): Float64Array {
  const size = gradient.length;
  const lower = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = curvature[a * size + b]!;
      for (let k = 0; k < b; k++) sum -= lower[a * size + k]! * lower[b * size + k]!;
      if (a === b) lower[a * size + a] = sum > 1e-14 * curvature[a * size + a]! ? Math.sqrt(sum) : 0;
      else lower[a * size + b] = lower[b * size + b]! > 0 ? sum / lower[b * size + b]! : 0;
    }
  }
  const step = new Float64Array(size);
  for (let a = 0; a < size; a++) {
    let sum = -gradient[a]!;
    for (let k = 0; k < a; k++) sum -= lower[a * size + k]! * step[k]!;
    step[a] = lower[a * size + a]! > 0 ? sum / lower[a * size + a]! : 0;
  }
  for (let a = size - 1; a >= 0; a--) {
    let sum = step[a]!;
    for (let k = a + 1; k < size; k++) sum -= lower[k * size + a]! * step[k]!;
    step[a] = lower[a * size + a]! > 0 ? sum / lower[a * size + a]! : 0;
  }
  return step;
}
