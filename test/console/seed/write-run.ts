import type { JsonObject, JsonValue } from "@millrace/program";
import {
  type Artifact,
  digestBytes,
  digestJson,
  type Id,
  type MetadataStore,
  type MetadataWrite,
  newId,
  type ObjectStore,
} from "#kernel";
import type { JournalData, JournalType, Plan, PlanNode } from "#pipeline";

export interface Stores {
  readonly metadata: MetadataStore;
  readonly objects: ObjectStore;
}

/** What a node's outputs hold: a JSON value, or files with the digest of their meaning. */
export interface Written {
  readonly value?: JsonValue;
  readonly files?: Readonly<Record<string, Uint8Array>>;
  readonly content?: Artifact["content"];
  readonly properties?: JsonObject;
}

export interface RunScript {
  readonly plan: Plan;
  readonly startedMs: number;
  /** Output values by `node.output`; what is not named gets a small value of its own. */
  readonly outputs: Readonly<Record<string, Written>>;
  /** Seconds by node. */
  readonly seconds?: Readonly<Record<string, number>>;
  readonly metrics?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Nodes that take the result of this run, with the reason. */
  readonly cachedFrom?: { readonly run: SeededRun; readonly nodes: ReadonlySet<string> };
  /** Why nodes ran that are not first runs. */
  readonly reasons?: Readonly<Record<string, string>>;
  readonly skipped?: Readonly<Record<string, string>>;
  readonly fails?: { readonly node: string; readonly error: JournalData["node-failed"]["error"] };
  /** The run stops being written after this node has begun: it is under way. */
  readonly runningAt?: string;
  readonly waitingAt?: { readonly node: string; readonly question: string };
}

export interface SeededRun {
  readonly id: Id<"run">;
  readonly artifacts: ReadonlyMap<string, Artifact>;
  readonly executions: ReadonlyMap<string, Id<"exe">>;
  readonly endedMs: number;
}

/** Writes a run as the pipeline's driver records one: journal, executions, artifacts, events, contexts. */
export async function writeRun(stores: Stores, script: RunScript): Promise<SeededRun> {
  const { plan } = script;
  const id = newId("run", script.startedMs);
  const session = "seed";
  const writes: MetadataWrite[] = [];
  const artifacts = new Map<string, Artifact>();
  const executions = new Map<string, Id<"exe">>();
  const holder = { host: "workshop", pid: 4242, startedTicks: null, session };
  let nowMs = script.startedMs;
  const note = <K extends JournalType>(type: K, data: JournalData[K]) =>
    writes.push({ put: "entry", stream: `run/${id}`, type, data: data as unknown as JsonObject, atMs: nowMs });
  const context = (state: string, endedMs: number | null): MetadataWrite => ({
    put: "context",
    value: {
      id,
      type: "run",
      name: id,
      properties: { pipeline: plan.pipeline, state, seed: 1, endedMs },
      createdMs: script.startedMs,
    },
  });
  const untilMs = script.runningAt === undefined ? nowMs + 30_000 : Date.now() + 86_400_000;
  writes.push(context("running", null));
  note("run-started", { pipeline: plan.pipeline, plan, seed: 1, from: null, holder, untilMs });

  const failedAt = script.fails?.node;
  let blocked = false;
  for (const node of plan.nodes) {
    const skip = script.skipped?.[node.id] ?? (blocked ? `${failedAt ?? script.waitingAt?.node} failed` : undefined);
    if (skip !== undefined) {
      if (script.waitingAt === undefined) note("node-skipped", { node: node.id, reason: skip, blocked });
      continue;
    }
    const seconds = script.seconds?.[node.id] ?? (node.weight === "heavy" ? 1.4 : 0.02);
    const cached = script.cachedFrom?.nodes.has(node.id) === true;
    const reason = cached
      ? `cached: same inputs, options and code as ${script.cachedFrom!.run.id}`
      : (script.reasons?.[node.id] ?? "first run of this step with these inputs");
    if (script.waitingAt?.node === node.id) {
      note("node-waiting", { node: node.id, question: script.waitingAt.question, of: [] });
      blocked = true;
      continue;
    }
    const execution = newId("exe", nowMs);
    note("node-started", { node: node.id, execution, attempt: 1, reason, session });
    const startedMs = nowMs;
    const attempt = { run: id, plan, node, execution, reason, startedMs };
    executions.set(node.id, execution);
    if (script.runningAt === node.id) {
      writes.push(...executionRecords({ ...attempt, state: "running", endedMs: null }));
      break;
    }
    nowMs += Math.round((cached ? 0.003 : seconds) * 1000);
    const cost = {
      cpuSeconds: seconds * 1.3,
      wallSeconds: seconds,
      peakMemoryBytes: (node.weight === "heavy" ? 310 : 95) * 2 ** 20,
      energyWattHours: seconds * 0.004,
    };
    if (failedAt === node.id) {
      note("node-failed", {
        node: node.id,
        execution,
        attempt: 2,
        retryable: false,
        error: script.fails!.error,
        seconds,
      });
      writes.push(...executionRecords({ ...attempt, state: "failed", endedMs: nowMs, cost }));
      blocked = true;
      continue;
    }
    const outputs: Record<string, string> = {};
    for (const [name, type] of Object.entries(node.outputs)) {
      const key = `${node.id}.${name}`;
      const artifact = cached
        ? script.cachedFrom!.run.artifacts.get(key)!
        : await store(stores.objects, type, script.outputs[key] ?? { value: { of: key } }, nowMs);
      if (!cached) writes.push({ put: "artifact", value: artifact });
      artifacts.set(key, artifact);
      outputs[name] = artifact.id;
      writes.push(
        { put: "membership", contextId: id, memberId: artifact.id },
        {
          put: "event",
          value: { executionId: execution, artifactId: artifact.id, type: "output", path: name, atMs: nowMs },
        },
      );
    }
    for (const [name, input] of Object.entries(node.inputs))
      for (const ref of input.refs) {
        const artifact = artifacts.get(`${ref.node}.${ref.output}`);
        if (artifact !== undefined)
          writes.push({
            put: "event",
            value: { executionId: execution, artifactId: artifact.id, type: "input", path: name, atMs: startedMs },
          });
      }
    const state = cached ? "cached" : "done";
    note("node-finished", {
      node: node.id,
      execution,
      state,
      reason,
      outputs,
      values: {},
      seconds: cached ? 0.003 : seconds,
      cost: cached ? null : cost,
    });
    writes.push(
      ...executionRecords({
        ...attempt,
        state: cached ? "cached" : "complete",
        endedMs: nowMs,
        outputs,
        metrics: script.metrics?.[node.id] ?? {},
        cost: cached ? null : cost,
        ...(cached ? { cachedFrom: script.cachedFrom!.run.executions.get(node.id)! } : {}),
      }),
    );
  }
  if (script.waitingAt !== undefined) note("run-waiting", { session, nodes: [script.waitingAt.node] });
  else if (script.runningAt === undefined)
    note("run-finished", { session, state: failedAt === undefined ? "complete" : "failed" });
  if (script.runningAt === undefined)
    writes.push(
      context(script.waitingAt !== undefined ? "waiting" : failedAt === undefined ? "complete" : "failed", nowMs),
    );
  await stores.metadata.write(writes);
  return { id, artifacts, executions, endedMs: nowMs };
}

async function store(objects: ObjectStore, type: string, written: Written, createdMs: number): Promise<Artifact> {
  const contents = written.files ?? { "value.json": new TextEncoder().encode(JSON.stringify(written.value ?? null)) };
  const files = await Promise.all(
    Object.entries(contents).map(async ([name, bytes]) => {
      const { digest, sizeBytes } = await objects.put(bytes);
      return [name, { object: digest, sizeBytes }] as const;
    }),
  );
  const content = written.content ?? digestBytes(files.map(([name, file]) => `${name} ${file.object}`).join("\n"));
  return {
    id: newId("art", createdMs),
    type,
    content,
    files: Object.fromEntries(files),
    properties: written.properties ?? {},
    createdMs,
  };
}

interface Recorded {
  readonly run: Id<"run">;
  readonly plan: Plan;
  readonly node: PlanNode;
  readonly execution: Id<"exe">;
  readonly reason: string;
  readonly startedMs: number;
  readonly endedMs: number | null;
  readonly state: "running" | "complete" | "cached" | "failed";
  readonly outputs?: JsonObject;
  readonly metrics?: JsonObject;
  readonly cost?: JsonObject | null;
  readonly cachedFrom?: string;
}

function executionRecords(recorded: Recorded): MetadataWrite[] {
  const { run, plan, node, execution: id, reason, startedMs, endedMs, state } = recorded;
  const properties: JsonObject = {
    run,
    pipeline: plan.pipeline,
    pipelineVersion: plan.version,
    node: node.id,
    kind: node.kind,
    version: node.step.version,
    attempt: 1,
    reason,
    code: { digest: digestBytes(node.id), module: node.step.module, export: node.step.export },
    options: node.options,
    seed: 1,
    executor: "local",
    host: "workshop",
    git: { commit: "4f1c9aa20be1", dirty: false },
    environment: { node: "24.21.0", platform: "linux", cpus: 2 },
    outputs: recorded.outputs ?? {},
    metrics: recorded.metrics ?? {},
    cost: recorded.cost ?? null,
    ...(recorded.cachedFrom === undefined ? {} : { cachedFrom: recorded.cachedFrom }),
  };
  const cacheKey = digestJson({ node: node.id, reason });
  return [
    { put: "execution", value: { id, type: node.step.name, state, cacheKey, properties, startedMs, endedMs } },
    { put: "membership", contextId: run, memberId: id },
  ];
}
