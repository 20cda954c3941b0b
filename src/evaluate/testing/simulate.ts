import { randomStream } from "#kernel";

/** `n` rows of which 30 % are positive, with scores in 0 … 1 that know the label the better the greater `strength` is. */
export function simulate(n: number, seed: number, strength = 1) {
  const random = randomStream(seed, "rows");
  const labels = new Uint8Array(n);
  const scores = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    labels[i] = random.uniform() < 0.3 ? 1 : 0;
    scores[i] = Math.min(1, Math.max(0, 0.3 + strength * 0.15 * labels[i]! + (random.uniform() - 0.5) * 0.5));
  }
  return { labels, scores };
}
