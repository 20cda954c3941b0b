import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { JsonObject, JsonValue } from "@millrace/program";
import { knownNames, type MetadataStore, MillraceError, type ObjectStore, parseOptions } from "#kernel";
import { codeReader } from "../code/code-digest.ts";
import { moduleName } from "../code/module-names.ts";
import type { Pipeline, PipelineNode } from "../definition/model.ts";
import type { Plan, PlanNode } from "./model.ts";
import { codeReferences, portableOptions } from "./portable-options.ts";

export interface PlanContext {
  /** The project's folder; sources' relative paths count from it. */
  readonly project: string;
  readonly metadata: MetadataStore;
  readonly objects: ObjectStore;
  /** Changes of options: `{ "learn.budgetTrials": 16 }` is the option `budgetTrials` of the node `learn`. */
  readonly set?: Readonly<Record<string, JsonValue>>;
}

/** Retries of errors that may pass, where a step does not say otherwise. */
const usualRetries = 2;

/**
 * A pipeline as a plan: JSON, with resolved options and the watermarks of its sources.
 *
 * Errors: PIPELINE_OPTION_INVALID, PIPELINE_OPTION_NOT_PORTABLE, PIPELINE_STEP_NOT_EXPORTED, PIPELINE_MODULE_MISSING;
 * PIPELINE_STEP_UNKNOWN: when `set` names a node that there is none of.
 */
export async function planPipeline(pipeline: Pipeline, context: PlanContext): Promise<Plan> {
  const changes = changesByNode(pipeline.nodes, context.set ?? {});
  const code = await codeReader(context.project);
  const reported = reportedOutputs(pipeline);
  const nodes = await Promise.all(
    pipeline.nodes.map(async (node): Promise<PlanNode> => {
      const { step } = node;
      const module = moduleName(fileURLToPath(step.module), context.project);
      code.requireExport(module, step.export);
      const given = withChanges(portableOptions(node.options, node.id), changes.get(node.id) ?? []);
      const what = `the step "${node.id}"`;
      const parsed = node.map === null ? parseOptions(step.options, given, what, "PIPELINE_OPTION_INVALID") : given;
      const options = portableOptions(parsed, node.id);
      const references = referencesOf(options, context.project);
      for (const reference of references) {
        const [file = "", name = ""] = reference.split("#");
        code.requireExport(file, name);
      }
      return {
        id: node.id,
        step: { module, export: step.export, name: step.name, version: step.version },
        kind: node.wait === null ? step.kind : "wait",
        weight: step.weight,
        options,
        unkeyed: [...(step.unkeyed ?? [])],
        references,
        inputs: node.inputs,
        outputs: Object.fromEntries(Object.entries(step.outputs).map(([name, { type }]) => [name, type])),
        reports: [...(reported.get(node.id) ?? [])],
        when: node.when,
        after: node.after,
        map: node.map,
        wait: node.wait,
        watermarkAt: step.watermarkAt ?? "plan",
        watermark:
          step.watermarkAt === "inputs" ? null : ((await step.watermark?.(parsed as never, context, {})) ?? null),
        retries: node.retries ?? usualRetries,
        timeoutMs: node.timeoutMs ?? null,
        memoryLimitBytes: node.memoryLimitBytes ?? null,
      };
    }),
  );
  return { format: 1, pipeline: pipeline.name, version: pipeline.version, nodes };
}

/** Each `file#export` of the project among the options, with the file by its portable name. */
export function referencesOf(options: JsonObject, project: string): readonly string[] {
  return codeReferences(options).map((reference) => {
    const [file = "", name = ""] = reference.split("#");
    return `${moduleName(resolve(join(project, file)), project)}#${name}`;
  });
}

function reportedOutputs(pipeline: Pipeline): ReadonlyMap<string, ReadonlySet<string>> {
  const reported = new Map<string, Set<string>>();
  for (const node of pipeline.nodes)
    for (const { node: from, output } of [...node.when, ...(node.map === null ? [] : [node.map])])
      reported.set(from, (reported.get(from) ?? new Set()).add(output));
  return reported;
}

export type Change = readonly [path: readonly string[], value: JsonValue];

/** What `set` changes, node by node. Errors: PIPELINE_STEP_UNKNOWN. */
export function changesByNode(
  nodes: readonly Pick<PipelineNode, "id">[],
  set: Readonly<Record<string, JsonValue>>,
): ReadonlyMap<string, readonly Change[]> {
  const byNode = new Map<string, Change[]>();
  for (const [key, value] of Object.entries(set)) {
    const node = nodes.find(({ id }) => key.startsWith(`${id}.`));
    if (node === undefined) throw unknownStep(key, nodes);
    const path = key.slice(node.id.length + 1).split(".");
    byNode.set(node.id, [...(byNode.get(node.id) ?? []), [path, value]]);
  }
  return byNode;
}

export function withChanges(options: JsonObject, changes: readonly Change[]): JsonObject {
  return changes.reduce<JsonObject>((value, [path, change]) => changed(value, path, change) as JsonObject, options);
}

function changed(value: JsonValue | undefined, path: readonly string[], change: JsonValue): JsonValue {
  const [key, ...rest] = path;
  if (key === undefined) return change;
  if (Array.isArray(value)) return value.with(Number(key), changed(value[Number(key)], rest, change));
  const holder = typeof value === "object" && value !== null ? (value as JsonObject) : {};
  return { ...holder, [key]: changed(holder[key], rest, change) };
}

/** The error for a node's name that the pipeline does not have. */
export function unknownStep(name: string, nodes: readonly Pick<PipelineNode, "id">[]): MillraceError {
  const known = nodes.map(({ id }) => id);
  return new MillraceError("PIPELINE_STEP_UNKNOWN", {
    message: `The pipeline has no step "${name}" (${knownNames(name, known)}).`,
    next: "Name one of the pipeline's steps.",
    facts: { name },
  });
}
