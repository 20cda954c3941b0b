import type { Frame, JsonObject, Program, Tensors } from "@millrace/program";
import { z } from "zod";
import type { Executor } from "#kernel";
import { declaredFeaturesSchema } from "#transform";
import { calibrationKinds } from "../calibrate/model.ts";
import type { GuardrailReport } from "../screen/model.ts";
import { waiverSchema } from "../screen/waiver.ts";
import { learnerChoices } from "../selection/choose-learners.ts";
import type { Advice } from "./advice.ts";
import type { SegmentResult } from "./segments/learn-segments.ts";
import { exportTargets } from "./trial/exportable.ts";
import type { TrialRecord } from "./trial/trial-record.ts";

/** What the program is to give beside its score, and where it must run. */
export const outputOptions = {
  coverage: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe("share of rows whose true value the interval (regression) or the set of classes is to hold"),
  outOfDomain: z
    .number()
    .gt(0)
    .max(0.5)
    .optional()
    .describe("gives an out-of-domain score; the share of rows like the training rows that may be called so"),
  abstain: z
    .strictObject({
      maxError: z.number().gt(0).lt(1).optional().describe("share of the decisions that may be wrong"),
      cost: z.number().gt(0).optional().describe("of a row left open, in the unit of `costs` (each 1 where none)"),
    })
    .optional()
    .describe("rows may get no prediction: out of domain, and where the score is unsure by one of these rules"),
  invalid: z
    .record(z.string(), z.enum(["refuse", "impute", "abstain"]))
    .default({})
    .describe("what becomes of a value that cannot be read, by column; * is every other one"),
  calibration: z
    .enum(calibrationKinds)
    .optional()
    .describe(
      "how margins become probabilities; auto: Platt's or isotonic where that helps, else drawn in as few rows ask for",
    ),
  explanations: z
    .boolean()
    .default(false)
    .describe(
      "keep how many training rows reach each leaf, or 25 made-up usual rows, so that the model can be explained without data",
    ),
  learners: learnerChoices.optional(),
  segments: z
    .strictObject({
      column: z.string().describe("a store, a group of customers: text, truth values or whole numbers"),
      leastRows: z.int().min(40).default(200).describe("rows below which a segment uses the model of all rows"),
      most: z.int().min(1).max(200).default(30).describe("most segments that are tried, the largest first"),
    })
    .optional()
    .describe("models of their own for segments of the rows, where that is better; the others fall back to the whole"),
  exportTo: z.array(z.enum(exportTargets)).default([]).describe("targets that must be able to express the model"),
};

/** What every model of the search must hold to. */
export const constraintsSchema = z.strictObject({
  maxScoreMicros: z.number().gt(0).optional().describe("most work of scoring one row, in microseconds (estimated)"),
  maxSizeBytes: z.number().gt(0).optional().describe("most bytes of the program"),
  interpretable: z.boolean().default(false).describe("only what a person can read: linear models, curves and one tree"),
  monotone: z
    .record(z.string(), z.union([z.literal(1), z.literal(-1)]))
    .default({})
    .describe("numeric columns in which the score may only rise (1) or only fall (-1)"),
  maxColumns: z.int().min(1).optional().describe("most columns that are learned from"),
  maxColumnCost: z.number().gt(0).optional().describe("most that the columns may cost together, by `columnCosts`"),
  maxFairnessGap: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe("binary: most difference of the share of positive decisions between groups of a sensitive column"),
});

/** How to search, and what the search must hold to. */
export const searchOptions = {
  search: z
    .enum(["bayesian", "random", "grid"])
    .optional()
    .describe("how trials after the portfolio are proposed; default: bayesian"),
  accept: z.number().optional().describe("a value of the metric that is good enough: the search ends there"),
  columnCosts: z
    .record(z.string(), z.number().min(0))
    .optional()
    .describe("what the value of a column costs to get, in any unit; others cost nothing"),
  constraints: constraintsSchema.optional().describe("what every model of the search must hold to"),
};

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
  waive: z.array(waiverSchema).default([]).describe("guardrail findings to let through"),
  patterns: z.record(z.string(), z.string()).default({}).describe("how the text of a timestamp column reads"),
  metric: z.string().optional().describe("what is optimised; default: rocAucScore, logLoss or rmseError by task"),
  budgetTrials: z.int().min(1).max(10_000).default(12).describe("how many models are tried"),
  passOver: z
    .array(z.int().min(1))
    .default([])
    .describe("plans of the search that are not made, by their number in its order: those there was no time for"),
  budgetSeconds: z
    .number()
    .gt(0)
    .optional()
    .describe("most seconds, learning from all rows and writing included; a fit that would overrun is stopped inside"),
  folds: z
    .union([z.literal("auto"), z.literal(0), z.int().min(2).max(20)])
    .default(0)
    .describe("what judges a trial: 0 the validation rows, k out-of-fold predictions, auto by the number of rows"),
  warmStart: z
    .array(z.object({ learner: z.string(), options: z.record(z.string(), z.unknown()) }))
    .max(20)
    .default([])
    .describe("settings that did well in earlier searches: tried right after the baseline, where they fit this search"),
  search: searchOptions.search.default("bayesian"),
  accept: searchOptions.accept,
  columnCosts: searchOptions.columnCosts.default({}),
  constraints: searchOptions.constraints.default({ interpretable: false, monotone: {} }),
  seed: z.int().default(0),
  threads: z.int().min(1).max(64).default(1).describe("worker threads of one fit; the result does not depend on it"),
  refit: z.boolean().default(true).describe("learn the chosen model again from training and validation rows together"),
  ensemble: z.boolean().default(true).describe("average the best models where that is better beyond noise"),
  costs: z
    .object({ falsePositive: z.number().min(0), falseNegative: z.number().min(0) })
    .optional()
    .describe("cost of a false alarm and of a miss; the threshold minimises it"),
  draws: z.int().min(20).max(10_000).default(200).describe("draws of the bootstrap behind each interval"),
  group: z.string().optional().describe("rows of one group stay together where validation rows are set aside"),
  ...outputOptions,
  transform: z.record(z.string(), z.unknown()).default({}).describe("options of the feature engineering"),
  features: declaredFeaturesSchema.default({}).describe("features that a person wrote, by name"),
  networks: z
    .array(
      z.strictObject({
        columns: z.array(z.string()).describe("what it makes"),
        scoreMicros: z.number().min(0),
        sizeBytes: z.number().min(0),
      }),
    )
    .default([])
    .describe(
      "networks that make columns of others when a row is scored: a part of each model that reads one of these",
    ),
});

export type AutomlOptions = z.output<typeof automlOptionsSchema>;

/** What to search on. */
export interface AutomlRequest extends z.input<typeof automlOptionsSchema> {
  readonly train: Frame;
  /** Not needed where folds judge. */
  readonly validation?: Frame;
  /** Of an earlier search of the same request, in their order: they are not run again. */
  readonly recorded?: readonly TrialRecord[];
  /** Called after every trial, with the board so far. */
  readonly onTrial?: (board: LiveBoard) => void;
  /** True once the search should end with what it has. */
  readonly enough?: () => boolean;
  /** What whoever asks does with the model within the same seconds: they are kept back, more of them where the machine is busy. */
  readonly afterwards?: { readonly seconds: number; readonly rowsScored: number };
  /** Makes several trials at once in other processes, where that pays; the result does not depend on it. */
  readonly executor?: Executor;
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
  /** Why it may not be chosen: a target that cannot express it, or a constraint that it breaks. */
  readonly lost?: readonly string[];
  /** No other entry is as good in quality, latency and size and better in one of them. */
  readonly front: boolean;
  /** It is the model that was taken. */
  readonly chosen: boolean;
  /** Folds that judged it, and all of them; it was dropped early where they differ. */
  readonly folds: readonly [number, number];
};

/** The state of a search while it runs. */
export interface LiveBoard {
  readonly trial: TrialRecord;
  readonly done: number;
  readonly total: number | undefined;
  readonly metric: string;
  /** The best trials so far, best first. */
  readonly best: readonly Pick<LeaderboardEntry, "learner" | "score" | "interval" | "trainSeconds" | "scoreMicros">[];
}

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
  /** What ended the search; `memory`: a trial needed more than there was. */
  readonly ended: "trials" | "seconds" | "accepted" | "stopped" | "exhausted" | "memory";
  /** The clock left out a part of the work beside trials: a budget of as many trials need not give the same model. */
  readonly cutShort: boolean;
  /** Plans before the last trial that were not made, by their number: with them a budget of as many trials is the same search. */
  readonly passedOver: readonly number[];
  /** What became of the segments, where some were asked for. */
  readonly segments: readonly SegmentResult[];
  /** Trials as they can be given to a later search that goes on. */
  readonly records: readonly TrialRecord[];
  readonly advice: Advice;
  /** Why this model, in sentences. */
  readonly reasons: readonly string[];
}
