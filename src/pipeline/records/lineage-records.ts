import { createHash } from "node:crypto";
import type { JsonObject } from "@millrace/program";
import type { Context, Id, LineageType, MetadataWrite } from "#kernel";
import type { Plan } from "../plan/model.ts";

/** The id of a context that everybody finds without asking: from its type and name. */
export function contextId(type: string, name: string): Id<"ctx"> {
  return `ctx_${createHash("sha256").update(`${type}\u0000${name}`).digest("hex").slice(0, 32)}`;
}

/** The context of all executions of one node, over all runs of its pipeline. */
export function nodeContext(pipeline: string, instance: string): Pick<Context, "id" | "name"> {
  const name = `${pipeline}/${instance}`;
  return { id: contextId("node", name), name };
}

export function putContext(
  type: string,
  name: string,
  properties: JsonObject,
  createdMs: number,
  id: Id = contextId(type, name),
): MetadataWrite {
  return { put: "context", value: { id, type, name, properties, createdMs } };
}

const executionProperties: LineageType["properties"] = {
  run: "string",
  pipeline: "string",
  pipelineVersion: "integer",
  node: "string",
  kind: "string",
  version: "integer",
  attempt: "integer",
  reason: "string",
  key: "struct",
  code: "struct",
  packages: "struct",
  options: "struct",
  seed: "integer",
  idempotencyKey: "string",
  executor: "string",
  host: "string",
  git: "struct",
  environment: "struct",
  notes: "struct",
  outputs: "struct",
  values: "struct",
  metrics: "struct",
  cost: "struct",
  error: "struct",
  cachedFrom: "string",
};

/** The types that a plan's records use, its contexts, and how they belong together. */
export function planRecords(plan: Plan, runId: Id<"run">, seed: number, nowMs: number): readonly MetadataWrite[] {
  const types: LineageType[] = [
    { kind: "context", name: "pipeline", properties: {} },
    { kind: "context", name: "node", properties: {} },
    {
      kind: "context",
      name: "run",
      properties: { pipeline: "string", state: "string", seed: "integer", endedMs: "integer" },
    },
    { kind: "artifact", name: "code", properties: { packages: "struct" } },
  ];
  for (const name of new Set(plan.nodes.flatMap((node) => Object.values(node.outputs))))
    types.push({ kind: "artifact", name, properties: {} });
  for (const name of new Set(plan.nodes.map((node) => node.step.name)))
    types.push({ kind: "execution", name, properties: executionProperties });
  return [
    ...types.map((value): MetadataWrite => ({ put: "type", value })),
    putContext("pipeline", plan.pipeline, { version: plan.version }, nowMs),
    ...plan.nodes
      .filter((node) => node.map === null)
      .map((node) => putContext("node", nodeContext(plan.pipeline, node.id).name, {}, nowMs)),
    runContext(plan, runId, seed, "running", nowMs, null),
    { put: "membership", contextId: contextId("pipeline", plan.pipeline), memberId: runId },
  ];
}

export function runContext(
  plan: Plan,
  runId: Id<"run">,
  seed: number,
  state: "running" | "complete" | "failed" | "waiting" | "stopped",
  createdMs: number,
  endedMs: number | null,
): MetadataWrite {
  return putContext("run", runId, { pipeline: plan.pipeline, state, seed, endedMs }, createdMs, runId);
}
