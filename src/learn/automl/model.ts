import type { Frame, JsonObject, Program, Tensors } from "@millrace/program";
import { z } from "zod";
import type { GuardrailReport } from "../screen/model.ts";

export const automlOptionsSchema = z.object({
  target: z.string().describe("the target's column"),
  task: z.enum(["binary", "multiclass", "regression"]),
  positive: z
    .union([z.string(), z.boolean(), z.number()])
    .optional()
    .describe("binary: the value that is the positive class"),
  time: z.string().optional().describe("the time of a row; gives date parts as features"),
  weight: z.string().optional().describe("column of row weights"),
  leftOut: z.array(z.string()).default([]).describe("columns not to learn from"),
  targetSources: z.array(z.string()).default([]).describe("columns that the target was derived from"),
  knownAfter: z.array(z.string()).default([]).describe("columns known only after the moment of prediction"),
  sensitive: z.array(z.string()).default([]),
  waive: z.array(z.string()).default([]).describe("guardrail findings to let through, as name:column"),
  patterns: z.record(z.string(), z.string()).default({}).describe("how the text of a timestamp column reads"),
  metric: z.string().optional().describe("what is optimised; default: rocAucScore, logLoss or rmseError by task"),
  budgetTrials: z.int().min(1).max(1000).default(12).describe("how many models are tried"),
  seed: z.int().default(0),
  threads: z.int().min(1).max(64).default(1).describe("worker threads of one fit; the result does not depend on it"),
  refit: z.boolean().default(true).describe("learn the chosen model again from training and validation rows together"),
  ensemble: z.boolean().default(true).describe("average the best models where that is better beyond noise"),
  costs: z
    .object({ falsePositive: z.number().min(0), falseNegative: z.number().min(0) })
    .optional()
    .describe("cost of a false alarm and of a miss; the threshold minimises it"),
  draws: z.int().min(20).max(10_000).default(200).describe("draws of the bootstrap behind each interval"),
  transform: z.record(z.string(), z.unknown()).default({}).describe("options of the feature engineering"),
});

export type AutomlOptions = z.output<typeof automlOptionsSchema>;

/** What to search on. */
export interface AutomlRequest extends z.input<typeof automlOptionsSchema> {
  readonly train: Frame;
  readonly validation: Frame;
  /** Of an earlier screening of these rows; without one they are screened here. */
  readonly guardrails?: GuardrailReport;
}

/** One trial's result on the validation rows. */
export type LeaderboardEntry = {
  readonly rank: number;
  readonly learner: string;
  readonly options: JsonObject;
  readonly score: number | null;
  readonly interval: readonly [number, number] | null;
  /** Measured; not part of any digest. */
  readonly trainSeconds: number;
  /** Estimated work of scoring one row, in microseconds of a 2020s core. */
  readonly scoreMicros: number;
  readonly sizeBytes: number;
  readonly facts: JsonObject;
};

export interface AutomlResult {
  readonly program: Program;
  readonly tensors: Tensors;
  readonly task: AutomlOptions["task"];
  readonly classes: readonly string[];
  readonly metric: string;
  /** The chosen model's metric on the validation rows, before it was learned again from all rows. */
  readonly score: number | null;
  readonly interval: readonly [number, number] | null;
  /** The trivial baseline's metric on the same rows. */
  readonly baseline: number | null;
  readonly leaderboard: readonly LeaderboardEntry[];
  readonly guardrails: GuardrailReport;
  readonly trials: number;
  /** Why this model, in sentences. */
  readonly reasons: readonly string[];
}
