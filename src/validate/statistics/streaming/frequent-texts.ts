import type { CountedTexts } from "../partial/model.ts";

const most = 20_000;

/**
 * The texts that may be among the most frequent ones of a column with too many to count them all: whatever occurs more than
 * `lost` times is among the candidates.
 *
 * Source: J. Misra, D. Gries, Finding Repeated Elements, 1982, taking parts at a time.
 */
export class FrequentTexts {
  #counts = new Map<string, number>();
  lost = 0;

  add({ values, counts }: CountedTexts): void {
    for (const [k, value] of values.entries()) this.#counts.set(value, (this.#counts.get(value) ?? 0) + counts[k]!);
    if (this.#counts.size <= most) return;
    const sorted = Float64Array.from(this.#counts.values()).sort();
    const cut = sorted[sorted.length - most - 1]!;
    this.lost += cut;
    const kept = [...this.#counts].filter(([, count]) => count > cut);
    this.#counts = new Map(kept.map(([value, count]) => [value, count - cut]));
  }

  candidates(): ReadonlySet<string> {
    return new Set(this.#counts.keys());
  }
}
