import { randomStream } from "#kernel";
import type { LearningData, LearningFeature } from "#learn";

interface Size {
  readonly rows: number;
  readonly numeric: number;
  readonly categorical: number;
}

/** Rows whose label hangs on sums, products and levels of the columns, with a fifth of one column missing. */
export function generatedRows({ rows, numeric, categorical }: Size, seed: number): LearningData {
  const random = randomStream(seed, "bench/learn");
  const features: LearningFeature[] = [];
  for (let f = 0; f < numeric; f++) {
    const values = Float64Array.from({ length: rows }, (_, i) => {
      const u = random.uint32At(f * rows + i) / 4294967296;
      return f % 3 === 0 ? Math.round(u * 1000) / 1000 : f % 3 === 1 ? Math.floor(u * u * 60) : u * 20 - 10;
    });
    const missing = f === 1 ? { missing: Uint8Array.from(values, (_, i) => (i % 5 === 0 ? 1 : 0)) } : {};
    features.push({ name: `x${f}`, kind: "numeric", values, ...missing });
  }
  for (let f = 0; f < categorical; f++) {
    const levels = [7, 40, 120][f % 3]!;
    const values = Float64Array.from({ length: rows }, (_, i) => random.uint32At((numeric + f) * rows + i) % levels);
    features.push({ name: `c${f}`, kind: "categorical", levels, values });
  }
  const at = (f: number, i: number) => features[f]!.values[i]!;
  const target = Float64Array.from({ length: rows }, (_, i) => {
    let margin = 3 * (at(0, i) - 0.5) * (at(3, i) + 0.3) + 0.1 * at(2, i) + (at(1, i) > 20 ? 0.7 : 0);
    if (categorical > 0) margin += ((at(numeric, i) * 37) % 11) / 6 - 0.8;
    return margin + 4 * (random.uint32At((numeric + categorical) * rows + i) / 4294967296 - 0.5) > 0 ? 1 : 0;
  });
  return { rows, features, target };
}
