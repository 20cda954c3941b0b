import { artifactRefSchema, jsonObject, time, z } from "./answer-parts.ts";

export const lineageHopSchema = z
  .object({
    executionId: z.string(),
    step: z.string(),
    runId: z.string().nullable(),
    path: z.string(),
    artifacts: z.array(artifactRefSchema),
  })
  .openapi("LineageHop");

export const artifactDetailSchema = z
  .object({
    id: z.string(),
    type: z.string(),
    content: z.string(),
    createdMs: time,
    properties: jsonObject,
    files: z.array(z.object({ name: z.string(), object: z.string(), sizeBytes: z.number() })),
    value: z.unknown().describe("The value of a small JSON artifact, else null"),
    valueOmitted: z.string().nullable().describe("Why `value` is not here"),
    madeBy: z.array(lineageHopSchema).describe("Executions that wrote it, with what they read"),
    usedBy: z.array(lineageHopSchema).describe("Executions that read it, with what they wrote"),
  })
  .openapi("ArtifactDetail");

export type LineageHopView = z.output<typeof lineageHopSchema>;
export type ArtifactDetailView = z.output<typeof artifactDetailSchema>;
