/** The axes along which rows spread most, as rows of `axes`, with the variance along each. */
export interface PrincipalAxes {
  readonly variances: Float64Array;
  readonly axes: readonly Float64Array[];
}

const SWEEPS = 60;

/**
 * Eigenvectors of a symmetric matrix (rows of `width` numbers), by falling eigenvalue.
 *
 * Source: Jacobi's cyclic rotations; Golub & Van Loan, "Matrix Computations", 4th ed., § 8.5.
 */
export function principalAxes(matrix: Float64Array, width: number): PrincipalAxes {
  const a = matrix.slice();
  const vectors = new Float64Array(width * width);
  for (let k = 0; k < width; k++) vectors[k * width + k] = 1;
  for (let sweep = 0; sweep < SWEEPS && offDiagonal(a, width) > 0; sweep++)
    for (let p = 0; p < width - 1; p++) for (let q = p + 1; q < width; q++) rotate(a, vectors, width, p, q);
  const order = [...Array(width).keys()].sort((i, j) => a[j * width + j]! - a[i * width + i]!);
  return {
    variances: Float64Array.from(order, (k) => a[k * width + k]!),
    axes: order.map((k) => Float64Array.from({ length: width }, (_, row) => vectors[row * width + k]!)),
  };
}

/** What is left beside the diagonal, put to 0 once it is below the doubles' own noise. */
function offDiagonal(a: Float64Array, width: number): number {
  let beside = 0;
  let all = 0;
  for (let p = 0; p < width; p++)
    for (let q = 0; q < width; q++) {
      const square = a[p * width + q]! ** 2;
      all += square;
      if (p !== q) beside += square;
    }
  return beside <= 1e-30 * all ? 0 : beside;
}

function rotate(a: Float64Array, vectors: Float64Array, width: number, p: number, q: number): void {
  const apq = a[p * width + q]!;
  if (apq === 0) return;
  const theta = (a[q * width + q]! - a[p * width + p]!) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const turn = (values: Float64Array, i: number, j: number) => {
    const [x, y] = [values[i]!, values[j]!];
    values[i] = c * x - s * y;
    values[j] = s * x + c * y;
  };
  for (let k = 0; k < width; k++) turn(a, k * width + p, k * width + q);
  for (let k = 0; k < width; k++) turn(a, p * width + k, q * width + k);
  for (let k = 0; k < width; k++) turn(vectors, k * width + p, k * width + q);
}
