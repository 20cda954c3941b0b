import { z } from "zod";
import { parseOptions, randomStream } from "#kernel";
import { centralInterval } from "../intervals/bootstrap.ts";
import { isNumber, refuseUnless, sameLength } from "../measures/measure-set.ts";

export const trialOptionsSchema = z.strictObject({
  seed: z.int().default(0).describe("Seed of the draws."),
  draws: z.int().min(20).max(100_000).default(500).describe("Draws of the bootstrap."),
  confidence: z.number().gt(0.5).lt(1).default(0.95).describe("Coverage of the interval."),
});
export type TrialOptions = z.input<typeof trialOptionsSchema>;

/** What the best of many trials may claim. Losses: less is better. */
export interface HonestBest {
  /** Place of the trial with the least mean loss. */
  readonly best: number;
  readonly trials: number;
  readonly rows: number;
  /** Its mean loss on the rows that chose it. */
  readonly apparent: number;
  /** Its loss on rows that did not choose it, over the draws; `null` without rows enough to choose and to judge. */
  readonly corrected: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The loss that the best of many trials may claim: choosing by the same rows that judge flatters the winner. Every draw
 * chooses the best trial on the rows drawn and judges it on the rows left out.
 *
 * ```ts
 * const losses = [Float64Array.of(0, 1, 0, 1), Float64Array.of(1, 0, 0, 0)];
 * correctForTrials(losses).best; // 1
 * ```
 *
 * Shapes: each trial's loss on each row (out-of-fold or validation rows), the same rows for all. Random: keyed by the seed.
 * Errors: EVALUATE_LENGTH_MISMATCH · EVALUATE_SCORE_INVALID.
 * Source: I. Tsamardinos, E. Greasidou, G. Borboudakis, "Bootstrapping the out-of-sample predictions for efficient and
 * accurate cross-validation", Machine Learning 107, 2018.
 */
export function correctForTrials(losses: readonly Float64Array[], options: TrialOptions = {}): HonestBest {
  const { seed, draws, confidence } = parseOptions(trialOptionsSchema, options, "trials");
  const rows = losses[0]?.length ?? 0;
  for (const one of losses) {
    sameLength("losses of a trial", one.length, rows);
    refuseUnless("EVALUATE_SCORE_INVALID", "loss", one, isNumber, "a finite number");
  }
  const means = losses.map((one) => one.reduce((sum, loss) => sum + loss, 0) / rows);
  const best = leastAt(means);
  const random = randomStream(seed, "correctForTrials");
  const judged: number[] = [];
  const times = new Uint32Array(rows);
  for (let draw = 0; draw < draws && rows > 1 && losses.length > 0; draw++) {
    times.fill(0);
    for (let i = 0; i < rows; i++) times[Math.floor((random.uint32At(draw * rows + i) * rows) / 4294967296)]!++;
    const left = times.reduce((count, drawn) => count + (drawn === 0 ? 1 : 0), 0);
    if (left === 0) continue;
    const chosen = losses[leastAt(losses.map((one) => one.reduce((sum, loss, row) => sum + loss * times[row]!, 0)))]!;
    judged.push(chosen.reduce((sum, loss, row) => sum + (times[row] === 0 ? loss : 0), 0) / left);
  }
  const interval = centralInterval(Float64Array.from(judged).sort(), draws, confidence);
  return {
    best,
    trials: losses.length,
    rows,
    apparent: means[best] ?? Number.NaN,
    corrected: judged.length === 0 ? null : judged.reduce((sum, one) => sum + one, 0) / judged.length,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
  };
}

function leastAt(values: readonly number[]): number {
  return values.reduce((least, value, i) => (value < values[least]! ? i : least), 0);
}

/**
 * p-values adjusted so that among all of them even one false finding is as rare as asked for.
 *
 * ```ts
 * adjustHolm([0.01, 0.04]); // [0.02, 0.04]
 * ```
 *
 * Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Stat. 6, 1979.
 */
export function adjustHolm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]! || a - b);
  const adjusted = new Array<number>(pValues.length);
  let most = 0;
  order.forEach((index, place) => {
    most = Math.min(1, Math.max(most, pValues[index]! * (pValues.length - place)));
    adjusted[index] = most;
  });
  return adjusted;
}
