import { normalQuantile } from "./normal.ts";

/**
 * The interval of a share of k in n rows.
 *
 * ```ts
 * wilsonInterval(5, 5, 0.95).low; // 0.5655…
 * ```
 *
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", J. Am. Stat. Assoc. 22, 1927.
 */
export function wilsonInterval(k: number, n: number, confidence: number): { low: number; high: number } {
  const z = normalQuantile((1 + confidence) / 2);
  const p = k / n;
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { low: Math.max(0, Math.min(p, middle - half)), high: Math.min(1, Math.max(p, middle + half)) };
}
