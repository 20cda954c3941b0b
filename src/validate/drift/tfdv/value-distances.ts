import { compareBytes } from "../../statistics/compare-bytes.ts";
import { divergence } from "./histogram-distance.ts";

/** How often each ranked value occurs: the reference sees the first 1,000 only. */
export type ValueCounts = ReadonlyMap<string, number>;

export interface ValueDistance {
  readonly distance: number;
  /** The value whose counts lie furthest apart; of equals the last by bytes. */
  readonly value: string | null;
}

/** Greatest difference of two shares, each of its own sum of ranked counts (TFDV's `infinity_norm`). */
export function infinityNorm(a: ValueCounts, b: ValueCounts): ValueDistance {
  const n = sum(a);
  const m = sum(b);
  return furthest(a, b, (x, y) => Math.abs((n > 0 ? x / n : 0) - (m > 0 ? y / m : 0)));
}

/**
 * Greatest difference of two counts as a share of all counts of both sides (TFDV's `normalized_abs_difference`). It grows
 * with the difference of sizes: equal distributions of 10 and 100 rows are 0.409 apart.
 */
export function normalizedAbsoluteDifference(a: ValueCounts, b: ValueCounts): ValueDistance {
  const all = sum(a) + sum(b);
  return furthest(a, b, (x, y) => (all > 0 ? Math.abs(x - y) / all : 0));
}

/** Jensen–Shannon divergence in bits over ranked values; `null` where a side has none. */
export function valueDivergence(a: ValueCounts, b: ValueCounts): number | null {
  const values = valuesOf(a, b);
  return divergence(
    Float64Array.from(values, (value) => a.get(value) ?? 0),
    Float64Array.from(values, (value) => b.get(value) ?? 0),
  );
}

function furthest(a: ValueCounts, b: ValueCounts, differ: (x: number, y: number) => number): ValueDistance {
  let found: ValueDistance = { distance: 0, value: null };
  for (const value of valuesOf(a, b)) {
    const distance = differ(a.get(value) ?? 0, b.get(value) ?? 0);
    if (distance >= found.distance) found = { distance, value };
  }
  return found;
}

function valuesOf(a: ValueCounts, b: ValueCounts): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].sort(compareBytes);
}

function sum(counts: ValueCounts): number {
  let all = 0;
  for (const count of counts.values()) all += count;
  return all;
}
