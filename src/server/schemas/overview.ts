import { time, z } from "./answer-parts.ts";
import { modelSummarySchema } from "./models.ts";
import { alertSchema, endpointSchema, factorySummarySchema } from "./monitoring.ts";
import { runSummarySchema } from "./runs.ts";

export const overviewSchema = z
  .object({
    version: z.string(),
    nowMs: time,
    runs: z.object({
      recent: z.number().describe("How many of the newest runs the counts are over"),
      more: z.boolean().describe("Whether there are older ones"),
      running: z.number(),
      waiting: z.number(),
      stopped: z.number(),
      failed: z.number(),
      complete: z.number(),
    }),
    lastRuns: z.array(runSummarySchema),
    models: z.array(modelSummarySchema),
    endpoints: z.array(endpointSchema),
    factories: z.array(factorySummarySchema),
    alerts: z.array(alertSchema).describe("Open alerts, most urgent first"),
  })
  .openapi("Overview");

export type OverviewView = z.output<typeof overviewSchema>;
