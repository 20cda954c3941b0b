import type { Frame } from "@millrace/program";
import { z } from "zod";
import { parseOptions } from "#kernel";
import { compareModels } from "../compare-models.ts";
import type { ScoredModel } from "../explain/model.ts";
import type { EvaluationInput, Task } from "../model.ts";
import { addNoise, changeUnit, loseValues, mistype, type PerturbationKind, type Perturbed } from "./perturb.ts";

export const robustnessOptionsSchema = z.strictObject({
  metric: z.string().describe("The metric whose loss is told."),
  noise: z.number().min(0).max(10).default(0.01).describe("Spread of the noise in standard deviations of each number."),
  missing: z.number().min(0).max(1).default(0.05).describe("Share of the values that are lost."),
  typo: z.number().min(0).max(1).default(0.05).describe("Share of the texts with two letters swapped."),
  units: z.array(z.string()).max(20).default([]).describe("Numbers that come a thousand times too great."),
  draws: z.int().min(20).max(100_000).default(200).describe("Draws of the paired bootstrap."),
  seed: z.int().default(0).describe("Seed of faults and draws."),
});
export type RobustnessOptions = z.input<typeof robustnessOptionsSchema>;

/** What a fault in the rows does to a metric and to the decisions. */
export interface RobustnessResult {
  readonly kind: PerturbationKind;
  /** The fault in plain words. */
  readonly fault: string;
  readonly inputs: readonly string[];
  readonly before: number;
  readonly after: number;
  /** How much the metric loses (positive: worse), with the interval of the paired difference. */
  readonly loss: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Share of rows that are decided in another way; `null` for a regression. */
  readonly changedDecisions: number | null;
}

/**
 * How much a metric loses when rows come with faults: noise in the numbers, values lost, a number in another unit, typing
 * errors. The same rows with and without the fault are compared, so the interval is of the fault alone.
 *
 * Shapes: `frame` has the rows of the labels. Missing: only inputs that may be missing lose values. A fault that no input can
 * have is left out. Random: keyed by the seed.
 * Errors: EVALUATE_METRIC_UNDEFINED, EVALUATE_INPUT_UNKNOWN, and those of `evaluate`.
 */
export function measureRobustness(
  model: ScoredModel,
  task: Task,
  frame: Frame,
  input: Omit<EvaluationInput, "scores" | "predictions">,
  options: RobustnessOptions,
): RobustnessResult[] {
  const { metric, noise, missing, typo, units, draws, seed } = parseOptions(
    robustnessOptionsSchema,
    options,
    "robustness",
  );
  const { labels, ...shared } = input;
  const scores = model.score(frame);
  const percent = (share: number) => `${Number((100 * share).toFixed(2))} %`;
  const faults: readonly (readonly [PerturbationKind, string, () => Perturbed | null])[] = [
    ["noise", `noise of ${percent(noise)} of each number's spread`, () => addNoise(model, frame, noise, seed)],
    ["missing", `${percent(missing)} of the values lost`, () => loseValues(model, frame, missing, seed)],
    ["typo", `two letters swapped in ${percent(typo)} of the texts`, () => mistype(model, frame, typo, seed)],
    ...units.map((one) => ["unit", `${one} a thousand times too great`, () => changeUnit(frame, one, 1000)] as const),
  ];
  return faults.flatMap(([kind, fault, perturb]): RobustnessResult[] => {
    const perturbed = perturb();
    if (perturbed === null || perturbed.inputs.length === 0) return [];
    const after = model.score(perturbed.frame);
    const found = compareModels(task, labels, scores, after, metric, { ...shared, draws, seed });
    const sign = found.direction === "up" ? 1 : -1;
    const ends = [found.low, found.high].map((end) => (end === null ? null : sign * end));
    const [low, high] = sign === 1 ? ends : ends.toReversed();
    return [
      {
        kind,
        fault,
        inputs: perturbed.inputs,
        before: found.first,
        after: found.second,
        loss: sign * found.difference + 0,
        low: low ?? null,
        high: high ?? null,
        changedDecisions: changedShare(task, scores, after, frame.rows, input.threshold ?? 0.5),
      },
    ];
  });
}

function changedShare(task: Task, before: Float64Array, after: Float64Array, rows: number, threshold: number) {
  if (task === "regression" || rows === 0) return null;
  const width = before.length / rows;
  const decide = (scores: Float64Array, row: number) => {
    if (width === 1) return scores[row]! >= threshold ? 1 : 0;
    let best = 0;
    for (let k = 1; k < width; k++) if (scores[row * width + k]! > scores[row * width + best]!) best = k;
    return best;
  };
  let changed = 0;
  for (let row = 0; row < rows; row++) if (decide(before, row) !== decide(after, row)) changed++;
  return changed / rows;
}
