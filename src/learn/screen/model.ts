import type { JsonObject } from "@millrace/program";
import { z } from "zod";
import { waiverSchema } from "./waiver.ts";

export type Verdict = "pass" | "warn" | "block";

/** Names of the guardrails; a waiver is `name:column`. */
export const guardrailNames = [
  "targetSource",
  "knownAfter",
  "leakagePower",
  "leakageMapping",
  "leakagePresence",
  "leakageLevel",
  "leakageCombination",
  "leakageTime",
  "identifier",
  "constant",
  "highCardinality",
  "duplicateColumn",
  "contamination",
  "imbalance",
  "fewRows",
  "drift",
  "extrapolation",
  "sensitive",
  "proxy",
  "shortcut",
  "labelNoise",
  "validationOverfit",
] as const;
export type GuardrailName = (typeof guardrailNames)[number];

/** One finding, with its evidence. */
export type Guardrail = {
  readonly name: GuardrailName;
  readonly column?: string;
  readonly verdict: Verdict;
  /** A sentence with figures. */
  readonly evidence: string;
  readonly facts: JsonObject;
};

export type GuardrailReport = {
  readonly guardrails: readonly Guardrail[];
  /** Columns that would tell the answer, in the data's order. */
  readonly blocked: readonly string[];
  /** Columns not to learn from: the blocked ones, ids and constants. */
  readonly leftOut: readonly string[];
};

/** What is known about the columns, and how strict to be. Columns with a role are not screened as features. */
export const screenRequestSchema = z.object({
  target: z.string().describe("the target's column"),
  task: z.enum(["binary", "multiclass", "regression"]),
  positive: z
    .union([z.string(), z.boolean(), z.number()])
    .optional()
    .describe("binary: the value that is the positive class"),
  targetSources: z
    .array(z.string())
    .default([])
    .describe("columns that the target was derived from: never learned from"),
  knownAfter: z.array(z.string()).default([]).describe("columns known only after the moment of prediction"),
  time: z.string().optional().describe("the time of a row"),
  group: z.string().optional(),
  leftOut: z.array(z.string()).default([]).describe("columns that are not learned from for another reason"),
  sensitive: z.array(z.string()).default([]).describe("columns to compare the model's scores between"),
  waive: z.array(waiverSchema).default([]).describe("findings to let through"),
  seed: z.int().default(0),
  minRows: z.int().min(2).default(20).describe("fewest labelled rows to learn from"),
  wideIntervalRows: z.int().min(2).default(200).describe("labelled rows below which intervals are called wide"),
  minClassRows: z.int().min(1).default(2).describe("fewest rows of each class"),
  powerBlock: z.number().gt(0.5).max(1).default(0.99).describe("AUC of one column alone from which it is blocked"),
  powerWarn: z.number().gt(0.5).max(1).default(0.95).describe("AUC of one column alone from which it is warned of"),
  levelsWarn: z.int().min(2).default(254).describe("levels of a text column from which it is warned of"),
  imbalanceWarn: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.05)
    .describe("share of the rarest class below which it is warned of"),
});

export type ScreenRequest = z.input<typeof screenRequestSchema>;
export type ScreenSettings = z.output<typeof screenRequestSchema>;
