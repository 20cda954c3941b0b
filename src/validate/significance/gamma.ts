import { exp, log } from "@millrace/program";

const lanczos = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** The logarithm of Γ(x) for x > 0. Source: C. Lanczos, SIAM J. Numer. Anal. B 1, 1964 (g = 7, nine terms). */
export function logGamma(x: number): number {
  if (x < 0.5) return log(Math.PI / sinPi(x)) - logGamma(1 - x);
  let sum = lanczos[0]!;
  for (let i = 1; i < 9; i++) sum += lanczos[i]! / (x - 1 + i);
  const t = x + 6.5;
  return 0.5 * log(2 * Math.PI) + (x - 0.5) * log(t) - t + log(sum);
}

function sinPi(x: number): number {
  // x lies in (0, 0.5): the series of the sine converges at once.
  const y = Math.PI * x;
  let term = y;
  let sum = y;
  for (let k = 1; Math.abs(term) > 1e-18; k++) {
    term *= (-y * y) / (2 * k * (2 * k + 1));
    sum += term;
  }
  return sum;
}

/**
 * The share of the gamma distribution (shape a, scale 1) above x: Q(a, x).
 *
 * Source: W. H. Press et al., "Numerical Recipes", §6.2 (series below a + 1, continued fraction above).
 */
export function gammaTail(a: number, x: number): number {
  if (!(x > 0)) return 1;
  if (x === Infinity) return 0;
  const scale = exp(a * log(x) - x - logGamma(a));
  return x < a + 1 ? Math.max(0, 1 - scale * lowerSeries(a, x)) : scale * upperFraction(a, x);
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < 100_000 && term > sum * 1e-17; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

function upperFraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 100_000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = an * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + an / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const delta = d * c;
    h *= delta;
    if (Math.abs(delta - 1) < 1e-16) break;
  }
  return h;
}

/** The share of the chi-square distribution above x; the degrees of freedom need not be whole. */
export function chiSquareTail(x: number, degrees: number): number {
  return degrees > 0 ? gammaTail(degrees / 2, x / 2) : 1;
}
