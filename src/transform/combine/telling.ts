const most = 16;

/**
 * How much a feature alone tells of the target: the share of the target's variance between 16 ranges of the feature with as
 * many rows each (missing is a range of its own), 0 to 1; of several classes the mean over classes.
 *
 * Missing: rows whose target is NaN count nowhere. Source: the correlation ratio, Pearson, 1905.
 */
export function tellingShare(
  values: ArrayLike<number>,
  missing: Uint8Array | undefined,
  target: Float64Array,
  classes: number,
): number {
  const ranges = rangesOf(values, missing, target);
  if (classes <= 2) return share(ranges, target);
  let sum = 0;
  for (let c = 0; c < classes; c++)
    sum += share(
      ranges,
      target.map((value) => (Number.isNaN(value) ? value : value === c ? 1 : 0)),
    );
  return sum / classes;
}

function rangesOf(values: ArrayLike<number>, missing: Uint8Array | undefined, target: Float64Array): Int8Array {
  const known = Float64Array.from(values)
    .filter((_, i) => missing?.[i] !== 1 && !Number.isNaN(target[i]!))
    .sort();
  const edges = Array.from({ length: most - 1 }, (_, k) => known[Math.floor(((k + 1) * known.length) / most)]!);
  return Int8Array.from({ length: values.length }, (_, i) => {
    if (missing?.[i] === 1) return most;
    let range = 0;
    while (range < edges.length && values[i]! >= edges[range]!) range++;
    return range;
  });
}

function share(ranges: Int8Array, target: Float64Array): number {
  const sums = new Float64Array(most + 1);
  const counts = new Float64Array(most + 1);
  let [sum, squares, rows] = [0, 0, 0];
  for (let i = 0; i < target.length; i++) {
    const value = target[i]!;
    if (Number.isNaN(value)) continue;
    sums[ranges[i]!]! += value;
    counts[ranges[i]!]! += 1;
    sum += value;
    squares += value * value;
    rows++;
  }
  if (rows === 0) return 0;
  const mean = sum / rows;
  const whole = squares / rows - mean * mean;
  let between = 0;
  for (let k = 0; k <= most; k++)
    if (counts[k]! > 0) between += (counts[k]! / rows) * (sums[k]! / counts[k]! - mean) ** 2;
  return whole > 1e-12 * Math.max(1, mean * mean) ? Math.min(1, between / whole) : 0;
}
