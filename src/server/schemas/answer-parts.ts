import { z } from "@hono/zod-openapi";

export { z };

/** Milliseconds since 1970, UTC. */
export const time = z.number().describe("Milliseconds since 1970-01-01T00:00:00Z");
/** A named schema or null; `.nullable()` would make every use of the name nullable in the document. */
export const orNull = <S extends z.ZodType>(schema: S) => z.union([schema, z.null()]);
export const jsonObject = z.record(z.string(), z.unknown());

export const problemSchema = z
  .object({
    type: z.string(),
    status: z.number(),
    code: z.string(),
    title: z.string(),
    detail: z.string(),
    next: z.string().describe("One imperative sentence: what to do"),
  })
  .openapi("Problem");

export const artifactRefSchema = z
  .object({
    path: z.string().describe("The step's input or output name"),
    id: z.string(),
    type: z.string(),
    content: z.string().describe("Digest of its meaning"),
    sizeBytes: z.number(),
    properties: jsonObject,
  })
  .openapi("ArtifactRef");

/** A figure with its confidence interval. */
export const metricSchema = z
  .object({
    name: z.string(),
    value: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    direction: z.enum(["up", "down", "none"]).describe("Whether more is better"),
    reason: z.string().optional().describe("Why there is no value"),
  })
  .openapi("Metric");

export type ArtifactRefView = z.output<typeof artifactRefSchema>;

const problemResponse = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: problemSchema } },
});

export const problems = {
  400: problemResponse("The request does not match this description"),
  404: problemResponse("What was named does not exist"),
} as const;

export const json = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { "application/json": { schema } },
});
