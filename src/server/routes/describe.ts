import { createRoute } from "@hono/zod-openapi";
import { json, problems, z } from "../schemas/answer-parts.ts";
import { artifactDetailSchema } from "../schemas/artifacts.ts";
import { modelDetailSchema, modelListSchema, modelProgressSchema, versionDetailSchema } from "../schemas/models.ts";
import { endpointListSchema, monitoringDetailSchema, monitoringListSchema } from "../schemas/monitoring.ts";
import { overviewSchema } from "../schemas/overview.ts";
import { runDetailSchema, runEventsSchema, runListSchema } from "../schemas/runs.ts";

const id = (what: string) => z.object({ id: z.string().min(1).max(200).openapi({ description: what }) });
const name = z.object({ name: z.string().min(1).max(200) });
const nameAndVersion = name.extend({ version: z.coerce.number().int().min(1) });

/** Every address of the API with what it takes and gives: the one source of the OpenAPI document and of the checks. */
export const routes = {
  overview: createRoute({
    method: "get",
    path: "/api/v1/overview",
    operationId: "getOverview",
    summary: "What stands where: runs, models, endpoints, monitoring, alerts",
    responses: { 200: json(overviewSchema, "The overview") },
  }),
  runs: createRoute({
    method: "get",
    path: "/api/v1/runs",
    operationId: "listRuns",
    summary: "Runs, newest first",
    request: {
      query: z.object({
        limit: z.coerce.number().int().min(1).max(200).default(50),
        cursor: z.string().max(200).optional().openapi({ description: "`next` of the page before" }),
      }),
    },
    responses: { 200: json(runListSchema, "One page of runs"), 400: problems[400] },
  }),
  run: createRoute({
    method: "get",
    path: "/api/v1/runs/{id}",
    operationId: "getRun",
    summary: "One run: its steps, why each ran or was cached, and what flowed between them",
    request: { params: id("Id of the run") },
    responses: { 200: json(runDetailSchema, "The run"), 404: problems[404] },
  }),
  runEvents: createRoute({
    method: "get",
    path: "/api/v1/runs/{id}/events",
    operationId: "listRunEvents",
    summary: "The run's journal after a sequence number; with `Accept: text/event-stream` as it grows",
    request: {
      params: id("Id of the run"),
      query: z.object({
        after: z.coerce.number().int().min(0).default(0),
        limit: z.coerce.number().int().min(1).max(1000).default(500),
      }),
    },
    responses: {
      200: {
        description: "Entries in order",
        content: { "application/json": { schema: runEventsSchema }, "text/event-stream": { schema: z.string() } },
      },
      404: problems[404],
    },
  }),
  artifact: createRoute({
    method: "get",
    path: "/api/v1/artifacts/{id}",
    operationId: "getArtifact",
    summary: "One artifact: its record, its value where it is small, and one hop of its lineage",
    request: { params: id("Id of the artifact") },
    responses: { 200: json(artifactDetailSchema, "The artifact"), 404: problems[404] },
  }),
  models: createRoute({
    method: "get",
    path: "/api/v1/models",
    operationId: "listModels",
    summary: "Models with their aliases and main metric",
    responses: { 200: json(modelListSchema, "The models") },
  }),
  model: createRoute({
    method: "get",
    path: "/api/v1/models/{name}",
    operationId: "getModel",
    summary: "One model: versions, aliases, approvals and history",
    request: { params: name },
    responses: { 200: json(modelDetailSchema, "The model"), 404: problems[404] },
  }),
  modelProgress: createRoute({
    method: "get",
    path: "/api/v1/models/{name}/progress",
    operationId: "getModelProgress",
    summary: "The best value over a model's versions, and where it would go",
    request: { params: name },
    responses: { 200: json(modelProgressSchema, "The progress"), 404: problems[404] },
  }),
  modelVersion: createRoute({
    method: "get",
    path: "/api/v1/models/{name}/versions/{version}",
    operationId: "getModelVersion",
    summary: "One version: card, evaluation, leaderboard, guardrails, gate and inputs",
    request: { params: nameAndVersion },
    responses: { 200: json(versionDetailSchema, "The version"), 404: problems[404] },
  }),
  modelFile: createRoute({
    method: "get",
    path: "/api/v1/models/{name}/versions/{version}/file",
    operationId: "getModelFile",
    summary: "The version as a `.millrace` file: one zip with its program, tensors and signature",
    request: { params: nameAndVersion },
    responses: {
      200: {
        description: "The model file",
        content: { "application/zip": { schema: z.string().openapi({ format: "binary" }) } },
      },
      404: problems[404],
    },
  }),
  monitoring: createRoute({
    method: "get",
    path: "/api/v1/monitoring",
    operationId: "listMonitoring",
    summary: "Factories that are watched",
    responses: { 200: json(monitoringListSchema, "The factories") },
  }),
  factoryMonitoring: createRoute({
    method: "get",
    path: "/api/v1/monitoring/{factory}",
    operationId: "getMonitoring",
    summary: "Monitored windows over time, and alerts",
    request: {
      params: z.object({ factory: z.string().min(1).max(200) }),
      query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(60) }),
    },
    responses: { 200: json(monitoringDetailSchema, "Windows and alerts"), 404: problems[404] },
  }),
  endpoints: createRoute({
    method: "get",
    path: "/api/v1/endpoints",
    operationId: "listEndpoints",
    summary: "Endpoints and what they should serve",
    responses: { 200: json(endpointListSchema, "The endpoints") },
  }),
} as const;
