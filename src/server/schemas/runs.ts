import { artifactRefSchema, jsonObject, orNull, time, z } from "./answer-parts.ts";

export const runState = z.enum(["running", "waiting", "complete", "failed", "stopped"]);
export const nodeState = z.enum([
  "pending",
  "running",
  "waiting",
  "complete",
  "cached",
  "failed",
  "skipped",
  "stopped",
]);

export const runSummarySchema = z
  .object({
    id: z.string(),
    pipeline: z.string(),
    state: runState,
    startedMs: time,
    endedMs: time.nullable(),
    counts: z.object({
      total: z.number(),
      cached: z.number(),
      done: z.number(),
      failed: z.number(),
      running: z.number(),
    }),
    trigger: z.string().nullable().describe("What started it, where that was recorded"),
  })
  .openapi("RunSummary");

export const runListSchema = z
  .object({
    runs: z.array(runSummarySchema),
    next: z.string().nullable().describe("Cursor of the page of older runs"),
  })
  .openapi("RunList");

export const failureSchema = z
  .object({ node: z.string().nullable(), code: z.string(), message: z.string(), next: z.string() })
  .openapi("Failure");

export const costSchema = z
  .object({
    cpuSeconds: z.number().nullable(),
    wallSeconds: z.number().nullable(),
    peakMemoryBytes: z.number().nullable(),
    money: z.number().nullable(),
    energyWattHours: z.number().nullable(),
  })
  .openapi("Cost");

export const runNodeSchema = z
  .object({
    id: z.string(),
    step: z.string(),
    version: z.number().nullable(),
    kind: z.string().nullable(),
    state: nodeState,
    reason: z.string().nullable().describe("Why it ran, was cached or was left out"),
    cachedFrom: z.string().nullable().describe("The run whose result was taken"),
    startedMs: time.nullable(),
    endedMs: time.nullable(),
    seconds: z.number().nullable(),
    attempts: z.number(),
    cost: orNull(costSchema),
    options: jsonObject,
    metrics: z.record(z.string(), z.number()),
    inputs: z.array(artifactRefSchema),
    outputs: z.array(artifactRefSchema),
    executionId: z.string().nullable(),
    cacheKey: z.string().nullable(),
    facts: jsonObject.describe("Everything else that was recorded: code digest, seed, host, environment, commit"),
    error: orNull(failureSchema),
  })
  .openapi("RunNode");

export const runEdgeSchema = z
  .object({
    source: z.string(),
    target: z.string(),
    label: z.string().describe("Outputs that flow along it, or why the order is so"),
    kind: z.enum(["data", "condition", "order"]),
  })
  .openapi("RunEdge");

export const runDetailSchema = z
  .object({
    run: runSummarySchema,
    properties: jsonObject,
    nodes: z.array(runNodeSchema),
    edges: z.array(runEdgeSchema),
    errors: z.array(failureSchema).describe("What made steps fail, oldest first"),
    lastSequence: z.number().describe("Where to go on reading events"),
  })
  .openapi("RunDetail");

export const runEventSchema = z
  .object({ sequence: z.number(), type: z.string(), atMs: time, data: jsonObject })
  .openapi("RunEvent");

export const runEventsSchema = z
  .object({ events: z.array(runEventSchema), next: z.number().describe("Pass as `after` to go on") })
  .openapi("RunEvents");

export type RunSummaryView = z.output<typeof runSummarySchema>;
export type RunNodeView = z.output<typeof runNodeSchema>;
export type RunDetailView = z.output<typeof runDetailSchema>;
export type RunEventView = z.output<typeof runEventSchema>;
