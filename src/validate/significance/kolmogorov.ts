import { exp } from "@millrace/program";

/** How the values of one sample count: each for one or for its weight, out of `size`, with `below` under all of them. */
export interface SampleMass {
  readonly size: number;
  readonly below?: number;
  readonly weights?: Float64Array | undefined;
}

/** The greatest distance between the distribution functions of two ascending samples, weighted where masses are given. */
export function kolmogorovDistance(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  mass: { readonly a: SampleMass; readonly b: SampleMass } = {
    a: { size: a.length },
    b: { size: b.length },
  },
): number {
  let i = 0;
  let j = 0;
  let belowA = mass.a.below ?? 0;
  let belowB = mass.b.below ?? 0;
  const gap = () => Math.abs(belowA / mass.a.size - belowB / mass.b.size);
  let greatest = gap();
  while (i < a.length || j < b.length) {
    const x = i >= a.length ? b[j]! : j >= b.length ? a[i]! : Math.min(a[i]!, b[j]!);
    for (; i < a.length && a[i]! <= x; i++) belowA += mass.a.weights?.[i] ?? 1;
    for (; j < b.length && b[j]! <= x; j++) belowB += mass.b.weights?.[j] ?? 1;
    greatest = Math.max(greatest, gap());
  }
  return greatest;
}

const exactLimit = 10_000;

/**
 * The probability of a distance at least this great between two samples of one distribution: exact by counting lattice
 * paths up to 10,000 rows a side (as scipy's `ks_2samp`), else by Kolmogorov's limit with Stephens' correction.
 *
 * Source: P. J. Kim, R. I. Jennrich, "Tables of the exact sampling distribution of the two-sample Kolmogorov–Smirnov
 * criterion", 1970; M. A. Stephens, J. R. Stat. Soc. B 32, 1970.
 */
export function kolmogorovPValue(distance: number, n: number, m: number): number {
  if (Math.max(n, m) <= exactLimit) return outsidePaths(distance, Math.min(n, m), Math.max(n, m));
  const effective = Math.sqrt((n * m) / (n + m));
  const lambda = (effective + 0.12 + 0.11 / effective) * distance;
  if (lambda < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) {
    const term = exp(-2 * k * k * lambda * lambda);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-18) break;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}

/** The share of lattice paths from (0, 0) to (m, n) that leave the band; summed directly, so that small tails keep their digits. */
function outsidePaths(distance: number, m: number, n: number): number {
  const limit = (0.5 + Math.floor(distance * m * n - 1e-7)) / (m * n);
  const outside = new Float64Array(n + 1);
  for (let j = 0; j <= n; j++) outside[j] = j / n > limit ? 1 : 0;
  for (let j = 1; j <= n; j++) if (outside[j - 1] === 1) outside[j] = 1;
  for (let i = 1; i <= m; i++) {
    if (i / m > limit) outside[0] = 1;
    for (let j = 1; j <= n; j++) {
      const beyond = Math.abs(i / m - j / n) > limit;
      outside[j] = beyond ? 1 : (outside[j]! * i + outside[j - 1]! * j) / (i + j);
    }
  }
  return Math.min(1, outside[n]!);
}
