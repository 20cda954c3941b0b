import type { JsonObject } from "@millrace/program";
import type { Artifact, Context, Execution, Id, LineageEvent, MetadataStore } from "#kernel";
import type { Plan } from "#pipeline";
import type { RunDetailView, RunNodeView } from "../schemas/runs.ts";
import { artifactRef } from "./artifact-ref.ts";
import { first, number, numbers, object, text, without } from "./json-fields.ts";
import type { NodeFold, RunFold } from "./run-fold.ts";
import type { RunSummary } from "./run-reader.ts";

/** One run with its steps and what flowed between them. */
export async function runDetail(
  metadata: MetadataStore,
  run: RunFold,
  context: Context,
  summary: RunSummary,
): Promise<RunDetailView> {
  const nodes = [...run.nodes.values()];
  const executionIds = nodes.flatMap((node) => (node.execution === null ? [] : [node.execution as Id<"exe">]));
  const [executions, events] =
    executionIds.length === 0
      ? [[], []]
      : await Promise.all([
          metadata.read({ find: "executions", ids: executionIds }),
          metadata.read({ find: "events", executionIds }),
        ]);
  const taken = await takenFrom(metadata, executions);
  const artifactIds = [...new Set(events.map((event) => event.artifactId))];
  const artifacts = artifactIds.length === 0 ? [] : await metadata.read({ find: "artifacts", ids: artifactIds });
  const records = new Map(executions.map((execution) => [execution.id as string, execution]));
  const byId = new Map(artifacts.map((artifact) => [artifact.id as string, artifact]));
  const byExecution = Map.groupBy(events, (event) => event.executionId as string);
  return {
    run: summary,
    properties: without(context.properties, "trigger"),
    nodes: nodes.map((node) =>
      nodeView(
        node,
        records.get(node.execution ?? ""),
        byExecution.get(node.execution ?? "") ?? [],
        byId,
        summary.state,
        taken.get(node.execution ?? "") ?? null,
      ),
    ),
    edges: run.plan === null ? [] : edgesOf(run.plan, run),
    errors: nodes.flatMap((node) => (node.error === null ? [] : [failureView(node)!])),
    lastSequence: run.lastSequence,
  };
}

function nodeView(
  node: NodeFold,
  execution: Execution | undefined,
  events: readonly LineageEvent[],
  artifacts: ReadonlyMap<string, Artifact>,
  runState: string,
  cachedFrom: string | null,
): RunNodeView {
  const recorded = execution?.properties ?? {};
  const refs = (type: LineageEvent["type"]) =>
    events.flatMap((event) => {
      const artifact = artifacts.get(event.artifactId);
      return event.type === type && artifact !== undefined ? [artifactRef(event.path, artifact)] : [];
    });
  const running = node.state === "running" && runState !== "running";
  return {
    id: node.id,
    step: first(node.plan?.step.name, execution?.type) ?? node.id,
    version: node.plan?.step.version ?? null,
    kind: node.plan?.kind ?? null,
    state: running ? ("stopped" as const) : node.state,
    reason: node.reason === "" ? null : node.reason,
    cachedFrom: cachedFrom,
    startedMs: node.startedMs,
    endedMs: node.endedMs,
    seconds: node.seconds,
    attempts: node.attempts,
    cost: costView(node),
    options: optionsOf(node, recorded),
    metrics: numbers(recorded, "metrics"),
    inputs: refs("input"),
    outputs: refs("output"),
    executionId: node.execution,
    cacheKey: execution?.cacheKey ?? null,
    facts: without(recorded, ...shownElsewhere),
    error: failureView(node),
  };
}

/** The runs whose results were taken, by the execution that took them. */
async function takenFrom(
  metadata: MetadataStore,
  executions: readonly Execution[],
): Promise<ReadonlyMap<string, string>> {
  const makers = new Map(executions.map((execution) => [execution.id, text(execution.properties, "cachedFrom")]));
  const ids = [...new Set(makers.values())].filter((id) => id !== null) as Id<"exe">[];
  const found = ids.length === 0 ? [] : await metadata.read({ find: "executions", ids });
  const runs = new Map(found.map((execution) => [execution.id as string, text(execution.properties, "run")]));
  return new Map(
    [...makers].flatMap(([id, maker]) => {
      const run = maker === null ? undefined : runs.get(maker);
      return run === undefined || run === null ? [] : [[id, run] as const];
    }),
  );
}

function optionsOf(node: NodeFold, recorded: JsonObject): JsonObject {
  const options = object(recorded, "options");
  return Object.keys(options).length > 0 ? options : (node.plan?.options ?? {});
}

function costView(node: NodeFold) {
  const { cost } = node;
  if (cost === null) return null;
  return {
    cpuSeconds: number(cost, "cpuSeconds"),
    wallSeconds: number(cost, "wallSeconds"),
    peakMemoryBytes: number(cost, "peakMemoryBytes"),
    money: number(cost, "money"),
    energyWattHours: number(cost, "energyWattHours"),
  };
}

function failureView(node: NodeFold) {
  if (node.error === null) return null;
  return {
    node: node.id,
    code: text(node.error, "code") ?? "KERNEL_INVARIANT_BROKEN",
    message: text(node.error, "message") ?? "",
    next: text(node.error, "next") ?? "",
  };
}

const shownElsewhere = [
  "attempt",
  "cachedFrom",
  "cost",
  "error",
  "kind",
  "metrics",
  "node",
  "options",
  "outputs",
  "pipeline",
  "reason",
  "run",
  "values",
  "version",
];

interface Edge {
  readonly source: string;
  readonly target: string;
  readonly label: string;
  readonly kind: "data" | "condition" | "order";
}

/** The plan's references as edges between instances; several outputs of one step to another make one edge. */
function edgesOf(plan: Plan, run: RunFold): Edge[] {
  const instances = Map.groupBy(run.nodes.keys(), (id) => run.nodes.get(id)?.plan?.id ?? id);
  const of = (id: string) => instances.get(id) ?? [];
  const labels = new Map<string, { source: string; target: string; kind: Edge["kind"]; names: Set<string> }>();
  const add = (from: string, to: string, kind: Edge["kind"], name: string) => {
    for (const source of of(from))
      for (const target of of(to)) {
        const key = `${source}\n${target}`;
        const known = labels.get(key);
        if (known === undefined) labels.set(key, { source, target, kind, names: new Set([name]) });
        else if (kind === "data") {
          if (known.kind !== "data") known.names.clear();
          known.kind = "data";
          known.names.add(name);
        }
      }
  };
  for (const node of plan.nodes) {
    for (const input of Object.values(node.inputs))
      for (const ref of input.refs) add(ref.node, node.id, "data", ref.output);
    if (node.map !== null) add(node.map.node, node.id, "data", node.map.output);
    for (const guard of node.when) add(guard.node, node.id, "condition", guard.label);
    for (const before of node.after) add(before, node.id, "order", "after");
  }
  return [...labels.values()].map(({ source, target, kind, names }) => ({
    source,
    target,
    kind,
    label: [...names].join(", "),
  }));
}
