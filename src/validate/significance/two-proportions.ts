import { exp } from "@millrace/program";
import { logGamma } from "./gamma.ts";
import { normalTail } from "./normal.ts";

export interface ProportionTest {
  /** Second share minus first. */
  readonly difference: number;
  readonly z: number;
  readonly pValue: number;
  readonly method: "z" | "exact";
}

/**
 * Whether two shares differ (k of n rows against l of m).
 *
 * The pooled two-proportion z test; where a cell expects fewer than 10 rows, whose normal approximation would cry wolf,
 * the exact conditional (hypergeometric) test, doubled for both sides.
 */
export function compareProportions(
  k: number,
  n: number,
  l: number,
  m: number,
  sides: "both" | "greater",
): ProportionTest {
  const pooled = (k + l) / (n + m);
  const difference = l / m - k / n;
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
  const z = error === 0 ? 0 : difference / error;
  const leastExpected = Math.min(pooled, 1 - pooled) * Math.min(n, m);
  if (leastExpected >= 10) {
    const pValue = sides === "greater" ? normalTail(z) : Math.min(1, 2 * normalTail(Math.abs(z)));
    return { difference, z, pValue, method: "z" };
  }
  const upper = hypergeometricTail(l, k + l, n + m, m);
  if (sides === "greater") return { difference, z, pValue: upper, method: "exact" };
  const lower = hypergeometricTail(k, k + l, n + m, n);
  return { difference, z, pValue: Math.min(1, 2 * Math.min(upper, lower)), method: "exact" };
}

/** P(at least x marked among `draws` rows drawn from `total`, of which `marked` are). */
function hypergeometricTail(x: number, marked: number, total: number, draws: number): number {
  const most = Math.min(marked, draws);
  if (x <= Math.max(0, draws - (total - marked))) return 1;
  let term = exp(logChoose(marked, x) + logChoose(total - marked, draws - x) - logChoose(total, draws));
  let sum = 0;
  for (let i = x; i <= most; i++) {
    sum += term;
    term *= ((marked - i) * (draws - i)) / ((i + 1) * (total - marked - draws + i + 1));
    if (term < sum * 1e-17) break;
  }
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
