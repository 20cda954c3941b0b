import { jsonObject, time, z } from "./answer-parts.ts";

export const alertSchema = z
  .object({
    key: z.string().describe("The same whenever the same thing is found again"),
    factory: z.string(),
    severity: z.enum(["alert", "warning", "info"]),
    state: z.enum(["open", "acknowledged", "snoozed", "resolved"]),
    sentence: z.string(),
    openedMs: time,
    changedMs: time,
    snoozedUntilMs: time.nullable(),
    seen: z.number().describe("Windows in which it was found since it was opened"),
    by: z.string(),
    reason: z.string().nullable(),
  })
  .openapi("Alert");

export const factorySummarySchema = z
  .object({
    factory: z.string(),
    endpoint: z.string().nullable(),
    windows: z.number(),
    lastFromMs: time.nullable(),
    lastToMs: time.nullable(),
    verdict: z.string().nullable().describe("Of the last window: steady, drifted, worse or too few rows"),
    drifted: z.number().nullable().describe("Columns that drifted in the last window"),
    columns: z.number().nullable(),
    openAlerts: z.number(),
  })
  .openapi("FactorySummary");

export const monitoringListSchema = z.object({ factories: z.array(factorySummarySchema) }).openapi("MonitoringList");

export const driftTestSchema = z
  .object({
    test: z.string(),
    value: z.number().nullable(),
    threshold: z.number().nullable().describe("What chance alone rarely exceeds at these sample sizes"),
    drifted: z.boolean(),
  })
  .openapi("DriftTest");

export const columnDriftSchema = z
  .object({ name: z.string(), important: z.boolean(), drifted: z.boolean(), tests: z.array(driftTestSchema) })
  .openapi("ColumnDrift");

const figure = z.object({ value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() });

export const realisedMetricSchema = z
  .object({
    name: z.string(),
    value: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    reference: figure.nullable().describe("When the model was evaluated"),
    drop: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
    verdict: z.enum(["worse", "better", "same", "unknown"]),
    reason: z.string().nullable(),
  })
  .openapi("RealisedMetric");

export const windowSchema = z
  .object({
    sequence: z.number(),
    recordedMs: time,
    champion: z.string().nullable().describe("The version that served"),
    trigger: z
      .object({ fire: z.boolean(), reasons: z.array(z.string()), heldBack: z.string().nullable() })
      .nullable()
      .describe("Whether the loop was asked to turn again, and why"),
    fromMs: time,
    toMs: time,
    rows: z.number(),
    referenceRows: z.number(),
    enoughRows: z.boolean(),
    verdict: z.string(),
    share: z.number().nullable().describe("Drifted columns / columns"),
    columns: z.array(columnDriftSchema),
    prediction: z.object({
      drifted: z.boolean(),
      tests: z.array(driftTestSchema),
      positiveRate: z.object({ reference: z.number(), current: z.number() }).nullable(),
    }),
    labels: z.object({
      labelled: z.number(),
      unlabelled: z.number(),
      coverage: z.number().describe("Rows whose outcome is known / rows"),
      medianDelayMs: z.number().nullable(),
      metrics: z.array(realisedMetricSchema),
    }),
    software: jsonObject,
    findings: z
      .array(z.object({ key: z.string(), severity: z.string(), importance: z.number(), sentence: z.string() }))
      .describe("Most important first"),
  })
  .openapi("MonitoredWindow");

export const monitoringDetailSchema = z
  .object({
    factory: z.string(),
    endpoint: z.string().nullable(),
    windows: z.array(windowSchema).describe("Oldest first; of a window that was judged again, the last judgement"),
    alerts: z.array(alertSchema).describe("Newest first"),
  })
  .openapi("MonitoringDetail");

export const endpointSchema = z
  .object({
    name: z.string(),
    model: z.string(),
    alias: z.string().nullable().describe("The alias that it follows"),
    routes: z.array(z.object({ version: z.number(), share: z.number() })),
    shadow: z.number().nullable().describe("A version that is scored beside, never answered with"),
    revision: z.string(),
    by: z.string(),
    reason: z.string(),
    updatedMs: time,
  })
  .openapi("Endpoint");

export const endpointListSchema = z.object({ endpoints: z.array(endpointSchema) }).openapi("EndpointList");

export type WindowView = z.output<typeof windowSchema>;
export type AlertView = z.output<typeof alertSchema>;
export type EndpointView = z.output<typeof endpointSchema>;
export type FactorySummaryView = z.output<typeof factorySummarySchema>;
export type MonitoringDetailView = z.output<typeof monitoringDetailSchema>;
