/** So little is known of a direction in which points hardly differ. */
const ridge = 0.1;
const sweeps = 30;

/** What a point is probably worth: a line through points of [0, 1] and their values, by ridge regression around the mean. */
export function lineThrough(
  points: readonly (readonly number[])[],
  values: readonly number[],
): (point: readonly number[]) => number {
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const centre = points[0]!.map((_, d) => mean(points.map((point) => point[d]!)));
  const slopes = centre.map(() => 0);
  const left = values.map((value) => value - mean(values));
  for (let sweep = 0; sweep < sweeps; sweep++)
    for (const [d, middle] of centre.entries()) {
      const along = points.map((point) => point[d]! - middle);
      const squares = along.reduce((sum, x) => sum + x * x, ridge);
      const slope = along.reduce((sum, x, k) => sum + x * (left[k]! + slopes[d]! * x), 0) / squares;
      for (const [k, x] of along.entries()) left[k]! -= (slope - slopes[d]!) * x;
      slopes[d] = slope;
    }
  return (point) => point.reduce((sum, x, d) => sum + slopes[d]! * (x - centre[d]!), mean(values));
}
