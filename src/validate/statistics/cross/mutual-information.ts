import { exp, log } from "@millrace/program";
import type { JointCounts } from "./joint-counts.ts";

/** Mutual information in nats: Σ p(x, y) ln(p(x, y) / (p(x) p(y))). */
export function mutualInformation({ total, x, y, pairs }: JointCounts): number {
  let sum = 0;
  for (const [a, b, count] of pairs) sum += (count / total) * log((count * total) / (x[a]! * y[b]!));
  return Math.max(sum, 0);
}

/**
 * Mutual information beyond what two columns with these counts share by chance, over the mean of their entropies beyond
 * the same: 0 at chance, 1 where each says the other. Absent where both are constant.
 *
 * Source: N. X. Vinh, J. Epps, J. Bailey, Information Theoretic Measures for Clusterings Comparison, JMLR 11, 2010, § 4
 * (the mean of the entropies as the bound).
 */
export function adjustedMutualInformation(joint: JointCounts): number | undefined {
  const bound = (entropy(joint.x, joint.total) + entropy(joint.y, joint.total)) / 2;
  if (bound === 0) return undefined;
  const chance = expectedInformation(joint);
  if (chance === undefined) return undefined;
  const most = bound - chance;
  // Where every row is its own value, chance shares all there is.
  return Math.abs(most) < 1e-12 ? 0 : (mutualInformation(joint) - chance) / most;
}

function entropy(counts: Float64Array, total: number): number {
  let sum = 0;
  for (const count of counts) if (count > 0) sum -= (count / total) * log(count / total);
  return sum;
}

/** Terms of the expectation that are worth a sum; beyond it the figure is left out. */
const mostTerms = 20_000_000;

/** The expectation over all tables with these margins: hypergeometric counts. */
function expectedInformation({ total, x, y }: JointCounts): number | undefined {
  const rows = sizes(x);
  const columns = sizes(y);
  let terms = 0;
  for (const [a] of rows) for (const [b] of columns) terms += Math.min(a, b);
  if (terms > mostTerms) return undefined;
  const factorial = logFactorials(total);
  let sum = 0;
  for (const [a, many] of rows)
    for (const [b, times] of columns) {
      const fixed = factorial[a]! + factorial[b]! + factorial[total - a]! + factorial[total - b]! - factorial[total]!;
      let part = 0;
      for (let n = Math.max(1, a + b - total); n <= Math.min(a, b); n++) {
        const chance = exp(
          fixed - factorial[n]! - factorial[a - n]! - factorial[b - n]! - factorial[total - a - b + n]!,
        );
        part += (n / total) * log((total * n) / (a * b)) * chance;
      }
      sum += part * many * times;
    }
  return sum;
}

/** Sizes and how many have each, ascending: equal margins give equal terms. */
function sizes(counts: Float64Array): [number, number][] {
  const many = new Map<number, number>();
  for (const count of counts) if (count > 0) many.set(count, (many.get(count) ?? 0) + 1);
  return [...many].sort(([a], [b]) => a - b);
}

function logFactorials(n: number): Float64Array {
  const out = new Float64Array(n + 1);
  for (let k = 2; k <= n; k++) out[k] = out[k - 1]! + log(k);
  return out;
}
