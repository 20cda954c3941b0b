import { jsonObject, metricSchema, orNull, time, z } from "./answer-parts.ts";

export const modelSummarySchema = z
  .object({
    name: z.string(),
    versions: z.number(),
    latest: z.number().nullable(),
    aliases: z.record(z.string(), z.number()),
    task: z.string().nullable(),
    metric: orNull(metricSchema).describe("The main metric of the champion, or of the latest version"),
    updatedMs: time.nullable(),
    endpoints: z.array(z.string()),
  })
  .openapi("ModelSummary");

export const modelListSchema = z.object({ models: z.array(modelSummarySchema) }).openapi("ModelList");

export const versionSummarySchema = z
  .object({
    version: z.number(),
    aliases: z.array(z.string()),
    createdMs: time.nullable(),
    digest: z.string().nullable(),
    runId: z.string().nullable(),
    stage: z.string().nullable(),
    approval: z.enum(["approved", "pending", "rejected"]),
    riskTier: z.string(),
    owner: z.string(),
    metrics: z.array(metricSchema),
    mainMetric: z.string().nullable(),
  })
  .openapi("VersionSummary");

export const modelEventSchema = z
  .object({ sequence: z.number(), type: z.string(), atMs: time, data: jsonObject })
  .openapi("ModelEvent");

export const modelDetailSchema = z
  .object({
    model: modelSummarySchema,
    versions: z.array(versionSummarySchema).describe("Newest first"),
    history: z.array(modelEventSchema).describe("Newest first"),
  })
  .openapi("ModelDetail");

const projected = { version: z.number(), value: z.number(), low: z.number().nullable(), high: z.number().nullable() };

export const modelProgressSchema = z
  .object({
    progress: orNull(
      z.object({
        metric: z.string(),
        points: z
          .array(z.object({ ...projected, best: z.number().describe("The best value up to this version") }))
          .describe("Oldest first, each on its own test rows"),
        projected: z
          .array(z.object(projected))
          .describe("Where the best value would be if versions went on as they did"),
        said: z.string().describe("What that says, or why nothing is projected"),
      }),
    ).describe("null where no version was judged by true values"),
  })
  .openapi("ModelProgress");

export const leaderboardRowSchema = z
  .object({
    rank: z.number(),
    learner: z.string(),
    options: jsonObject,
    score: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    trainSeconds: z.number().nullable(),
    scoreMicros: z.number().nullable(),
    sizeBytes: z.number().nullable(),
    front: z.boolean().describe("Nothing else is as good in quality, time a row and size, and better in one of them"),
    chosen: z.boolean().describe("The model that was taken"),
    lost: z.array(z.string()).describe("Why it may not be taken"),
  })
  .openapi("LeaderboardRow");

export const guardrailSchema = z
  .object({
    name: z.string(),
    column: z.string().nullable(),
    verdict: z.enum(["pass", "warn", "block"]),
    evidence: z.unknown(),
  })
  .openapi("Guardrail");

export const gateCheckSchema = z
  .object({
    name: z.string(),
    passed: z.boolean(),
    value: z.unknown(),
    limit: z.unknown(),
    evidence: z.unknown(),
    next: z.string().nullable(),
  })
  .openapi("GateCheck");

export const evaluationSchema = z
  .object({
    title: z.string().describe("What was evaluated on what"),
    rows: z.number().nullable(),
    metrics: z.array(metricSchema),
    curves: jsonObject.nullable(),
    confusion: z.unknown().nullable(),
  })
  .openapi("Evaluation");

export const comparisonSchema = z
  .object({
    other: z.string().describe("The model that it was compared with on the same rows"),
    metric: z.string(),
    difference: z.number().nullable().describe("This version's metric minus the other's"),
    low: z.number().nullable(),
    high: z.number().nullable(),
    pBetter: z.number().nullable(),
  })
  .openapi("ModelComparison");

export const sliceSchema = z
  .object({
    name: z.string(),
    rows: z.number(),
    metric: orNull(metricSchema),
    gap: z.number().nullable().describe("How much worse than all rows"),
    clearlyWorse: z.boolean(),
  })
  .openapi("Slice");

export const inputColumnSchema = z
  .object({
    name: z.string(),
    type: z.string(),
    missingAllowed: z.boolean(),
    levels: z.array(z.string()).nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    pattern: z.string().nullable(),
  })
  .openapi("InputColumn");

export const versionDetailSchema = z
  .object({
    model: z.string(),
    version: versionSummarySchema,
    task: z.string().nullable(),
    target: z.string().nullable(),
    classes: z.array(z.string()).nullable(),
    threshold: z.number().nullable(),
    card: z.unknown().nullable(),
    evaluation: orNull(evaluationSchema),
    validation: orNull(evaluationSchema),
    comparisons: z.array(evaluationSchema).describe("The baseline and the champion on the same rows"),
    against: z.array(comparisonSchema),
    slices: z.array(sliceSchema).describe("Worst first"),
    alarms: z.array(z.string()).describe("What a good-looking metric may hide"),
    reasons: z.array(z.string()).describe("Why the search chose this model"),
    leaderboard: z.array(leaderboardRowSchema),
    leaderboardMetric: z.string().nullable(),
    guardrails: z.array(guardrailSchema),
    gate: z.object({ passed: z.boolean(), checks: z.array(gateCheckSchema) }).nullable(),
    inputs: z.array(inputColumnSchema),
    assumptions: z.array(z.unknown()),
    files: z.array(z.object({ name: z.string(), sizeBytes: z.number() })),
    modelFile: z.boolean().describe("Whether …/file gives the model as a file, to score with"),
    artifacts: z.record(z.string(), z.string()).describe("Artifact ids by type"),
    endpoints: z.array(z.string()),
    facts: jsonObject,
  })
  .openapi("VersionDetail");

export type ModelSummaryView = z.output<typeof modelSummarySchema>;
export type VersionSummaryView = z.output<typeof versionSummarySchema>;
export type VersionDetailView = z.output<typeof versionDetailSchema>;
export type EvaluationView = z.output<typeof evaluationSchema>;
