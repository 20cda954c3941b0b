import type { Digest, JsonObject, JsonValue } from "@millrace/program";
import {
  type Artifact,
  digestJson,
  type Execution,
  type Id,
  invariant,
  isMillraceError,
  type MetadataStore,
  MillraceError,
  type ObjectStore,
  parseOptions,
} from "#kernel";
import type { CodeClosure, CodeReader } from "../code/code-digest.ts";
import { moduleUrl } from "../code/module-names.ts";
import { cacheKey, type KeyParts, keyParts } from "../key/cache-key.ts";
import { type CodeParts, explainChange } from "../key/explain.ts";
import type { StepDefinition } from "../model.ts";
import type { CommandInputs } from "../next.ts";
import type { Plan, PlanNode } from "../plan/model.ts";
import { portableOptions } from "../plan/portable-options.ts";
import { nodeContext } from "../records/lineage-records.ts";

export type InputRecords = Readonly<Record<string, Artifact | readonly Artifact[] | null>>;

export interface Prepared {
  readonly key: Digest;
  readonly parts: KeyParts;
  readonly options: JsonObject;
  readonly code: CodeClosure;
  readonly inputs: InputRecords;
  /** Why it runs, or as which earlier run it is cached. */
  readonly reason: string;
  readonly hit: { readonly execution: Execution; readonly outputs: readonly Artifact[] } | null;
  readonly idempotencyKey: string;
}

export interface PrepareContext {
  readonly plan: Plan;
  readonly seed: number;
  readonly forced: ReadonlyMap<string, string>;
  readonly metadata: MetadataStore;
  readonly objects: ObjectStore;
  readonly project: string;
  readonly code: CodeReader;
  /** Artifact records that this process has seen; they never change. */
  readonly artifacts: Map<string, Artifact>;
}

/** An instance's key, whether an earlier execution serves for it, and why it runs if none does. */
export async function prepareInstance(
  node: PlanNode,
  instance: string,
  item: { readonly value: JsonValue } | null,
  given: CommandInputs,
  context: PrepareContext,
): Promise<Prepared> {
  const { metadata, project } = context;
  const inputs = await inputRecords(given, context);
  const options = item === null ? node.options : await instanceOptions(node, item.value, project);
  const modules = [node.step.module, ...node.references.map((reference) => reference.split("#")[0]!)];
  const code = context.code.closureOf(modules);
  const contents = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      name,
      value === null
        ? null
        : Array.isArray(value)
          ? value.map((one: Artifact) => one.content)
          : (value as Artifact).content,
    ]),
  );
  const watermark =
    node.watermarkAt === "inputs" ? await lateWatermark(node, options, contents, context) : node.watermark;
  const parts = keyParts(node, options, code.digest, context.seed, contents, watermark);
  const key = cacheKey(parts);
  const nodeId = nodeContext(context.plan.pipeline, instance).id;
  const newest = (await metadata.read({ find: "executions", contextId: nodeId, limit: 1 }))[0];
  const forced = context.forced.get(node.id);
  const hit = forced === undefined ? await findHit(node, key, newest, context) : null;
  const reason =
    hit !== null
      ? `cached: same inputs, options and code as ${hit.execution.properties.run}`
      : (forced ?? (await whyAgain(parts, code, newest, metadata)));
  const idempotencyKey = node.kind === "effect" ? await effectKey(key, nodeId, metadata) : key;
  return { key, parts, options, code, inputs, reason, hit, idempotencyKey };
}

async function lateWatermark(
  node: PlanNode,
  options: JsonObject,
  inputs: KeyParts["inputs"],
  context: PrepareContext,
): Promise<JsonValue> {
  const step = await loadStep(node, context.project);
  try {
    return (await step.watermark?.(options as never, context, inputs)) ?? null;
  } catch (error) {
    if (isMillraceError(error)) throw error;
    throw new MillraceError("PIPELINE_STEP_FAILED", {
      message: `The watermark of "${node.id}" failed: ${error instanceof Error ? error.message : String(error)}`,
      next: "Correct the step's `watermark`, then run again: finished steps are kept.",
      facts: error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {},
      cause: error,
    });
  }
}

async function inputRecords(given: CommandInputs, context: PrepareContext): Promise<InputRecords> {
  const ids = Object.values(given).flatMap((value) => value ?? []);
  const byId = new Map((await artifactsOf(ids, context)).map((artifact) => [artifact.id as string, artifact]));
  const record = (id: string): Artifact => {
    const artifact = byId.get(id);
    invariant(artifact !== undefined, `The artifact ${id} of a finished step is not recorded.`, { artifact: id });
    return artifact;
  };
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      value === null ? null : typeof value === "string" ? record(value) : value.map(record),
    ]),
  );
}

/** The records of some artifacts; fewer than asked where some are no longer recorded. */
async function artifactsOf(
  ids: readonly string[],
  { metadata, artifacts }: PrepareContext,
): Promise<readonly Artifact[]> {
  const unknown = [...new Set(ids)].filter((id) => !artifacts.has(id)) as Id[];
  if (unknown.length > 0)
    for (const artifact of await metadata.read({ find: "artifacts", ids: unknown }))
      artifacts.set(artifact.id, artifact);
  return [...new Set(ids)].flatMap((id) => artifacts.get(id) ?? []);
}

async function instanceOptions(node: PlanNode, item: JsonValue, project: string): Promise<JsonObject> {
  const step = await loadStep(node, project);
  const given = { ...node.options, [node.map?.as ?? "item"]: item };
  return portableOptions(
    parseOptions(step.options, given, `the step "${node.id}"`, "PIPELINE_OPTION_INVALID"),
    node.id,
  );
}

/** The step's definition, from its module. */
export async function loadStep(node: PlanNode, project: string): Promise<StepDefinition> {
  const module = (await import(/* @vite-ignore */ moduleUrl(node.step.module, project))) as Record<
    string,
    StepDefinition
  >;
  const step = module[node.step.export];
  invariant(step !== undefined, `The module ${node.step.module} has no export ${node.step.export}.`);
  return step;
}

/**
 * Pure and source steps: any earlier execution with the key. Effects: only the newest of this node, because the outside is in
 * the state that the last one left it in; one that was cut off may have changed it.
 */
async function findHit(
  node: PlanNode,
  key: Digest,
  newest: Execution | undefined,
  context: PrepareContext,
): Promise<Prepared["hit"]> {
  const { metadata, objects } = context;
  if (node.kind === "effect" && (newest?.cacheKey !== key || !["complete", "cached"].includes(newest.state)))
    return null;
  const found = await metadata.read({ find: "executions", cacheKeys: [key], state: "complete", limit: 3 });
  for (const execution of found) {
    const ids = Object.values((execution.properties.outputs ?? {}) as Record<string, string>);
    const outputs = await artifactsOf(ids, context);
    if (outputs.length < new Set(ids).size) continue;
    if (await allStored(outputs, objects)) return { execution, outputs };
  }
  return null;
}

async function allStored(artifacts: readonly Artifact[], objects: ObjectStore): Promise<boolean> {
  for (const artifact of artifacts)
    for (const { object } of Object.values(artifact.files)) if (!(await objects.has(object))) return false;
  return true;
}

async function whyAgain(
  parts: KeyParts,
  code: CodeParts,
  newest: Execution | undefined,
  metadata: MetadataStore,
): Promise<string> {
  const before = newest?.properties.key as KeyParts | undefined;
  if (newest === undefined || before === undefined) return "first run";
  const changes = explainChange(
    before,
    parts,
    before.code === parts.code ? null : await codeBefore(newest, metadata),
    code,
  );
  if (changes.length > 0) return `runs again: ${changes.join("; ")}`;
  if (newest.state === "failed") return `runs again: it failed in ${newest.properties.run}`;
  if (newest.state === "complete" || newest.state === "cached")
    return `runs again: what it made in ${newest.properties.run} is no longer stored`;
  return `runs again: it was cut off in ${newest.properties.run}`;
}

async function codeBefore(newest: Execution, metadata: MetadataStore): Promise<CodeParts | null> {
  const recorded = newest.properties.code as { readonly artifact?: Id } | undefined;
  if (recorded?.artifact === undefined) return null;
  const [artifact] = await metadata.read({ find: "artifacts", ids: [recorded.artifact] });
  if (artifact === undefined) return null;
  const files = Object.fromEntries(Object.entries(artifact.files).map(([name, { object }]) => [name, object]));
  return { files, packages: (artifact.properties.packages ?? {}) as Record<string, string> };
}

/** The same for all attempts since the effect was last done: its key, and which execution was the last that ended well. */
async function effectKey(key: Digest, nodeId: Id, metadata: MetadataStore): Promise<string> {
  const [last] = await metadata.read({ find: "executions", contextId: nodeId, state: "complete", limit: 1 });
  return digestJson({ key, after: last?.id ?? null });
}
