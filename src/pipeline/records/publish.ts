import type { JsonObject, JsonValue } from "@millrace/program";
import {
  type Artifact,
  type Execution,
  type ExecutionState,
  type Id,
  type MetadataWrite,
  newId,
  type TaskCost,
} from "#kernel";
import type { CodeClosure } from "../code/code-digest.ts";
import { moduleName } from "../code/module-names.ts";
import { sourceBytes } from "../code/source-file.ts";
import type { NodeCost, RecordedError } from "../model.ts";
import type { PlanNode } from "../plan/model.ts";
import type { CostRates, Drive, ExecutionId } from "../run/model.ts";
import type { Prepared } from "../run/prepare-instance.ts";
import type { ArtifactDraft } from "../task-host.ts";
import { nodeContext, putContext } from "./lineage-records.ts";

/** One attempt at one instance, as its records tell it. */
export interface Attempt {
  readonly node: PlanNode;
  readonly instance: string;
  readonly execution: ExecutionId;
  readonly attempt: number;
  readonly startedMs: number;
  readonly reason: string;
  readonly prepared: Prepared;
}

export interface Ending {
  readonly state: ExecutionState;
  readonly endedMs: number | null;
  readonly cost?: NodeCost | null;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly outputs?: Readonly<Record<string, Id>>;
  readonly values?: Readonly<Record<string, JsonValue>>;
  readonly error?: RecordedError;
  readonly cachedFrom?: string;
  /** A result that must not serve another run has no key. */
  readonly keyless?: boolean;
}

/** The execution of an attempt, with its memberships. Put again, it replaces what was recorded at the start. */
export async function executionRecords(
  attempt: Attempt,
  ending: Ending,
  drive: Drive,
): Promise<readonly MetadataWrite[]> {
  const { node, instance, execution, prepared } = attempt;
  const { git, host, environment } = await drive.provenance;
  const properties: JsonObject = {
    run: drive.runId,
    pipeline: drive.plan.pipeline,
    pipelineVersion: drive.plan.version,
    node: instance,
    kind: node.kind,
    version: node.step.version,
    attempt: attempt.attempt,
    reason: attempt.reason,
    key: prepared.parts,
    code: {
      digest: prepared.code.digest,
      artifact: codeArtifactId(prepared.code),
      module: node.step.module,
      export: node.step.export,
    },
    packages: prepared.code.packages,
    options: prepared.options,
    seed: drive.seed,
    idempotencyKey: prepared.idempotencyKey,
    executor: drive.executor.name,
    host,
    git,
    environment,
    notes: drive.notes,
    outputs: ending.outputs ?? {},
    values: ending.values ?? {},
    metrics: ending.metrics ?? {},
    cost: ending.cost === undefined || ending.cost === null ? null : { ...ending.cost },
    ...(ending.error === undefined ? {} : { error: ending.error }),
    ...(ending.cachedFrom === undefined ? {} : { cachedFrom: ending.cachedFrom }),
  };
  const value: Execution = {
    id: execution,
    type: node.step.name,
    state: ending.state,
    cacheKey: ending.keyless ? null : prepared.key,
    properties,
    startedMs: attempt.startedMs,
    endedMs: ending.endedMs,
  };
  const context = nodeContext(drive.plan.pipeline, instance);
  return [
    ...(node.map === null ? [] : [putContext("node", context.name, {}, attempt.startedMs)]),
    { put: "execution", value },
    { put: "membership", contextId: drive.runId, memberId: execution },
    { put: "membership", contextId: context.id, memberId: execution },
  ];
}

/** What the attempt read and wrote. A list's elements carry their index. */
export function eventRecords(
  attempt: Attempt,
  outputs: Readonly<Record<string, Id>>,
  drive: Drive,
  atMs: number,
): readonly MetadataWrite[] {
  const event = (type: "input" | "output", path: string, artifactId: Id): MetadataWrite => ({
    put: "event",
    value: { executionId: attempt.execution, artifactId: artifactId as Artifact["id"], type, path, atMs },
  });
  const inputs = Object.entries(attempt.prepared.inputs).flatMap(([name, value]) => {
    if (value === null) return [];
    if (!Array.isArray(value)) return [event("input", name, (value as Artifact).id)];
    return value.map((artifact: Artifact, index) => event("input", `${name}/${index}`, artifact.id));
  });
  return [
    ...inputs,
    ...Object.entries(outputs).map(([name, id]) => event("output", name, id)),
    ...Object.values(outputs).map(
      (memberId): MetadataWrite => ({ put: "membership", contextId: drive.runId, memberId }),
    ),
  ];
}

/** Records of new artifacts, by output. */
export function artifactRecords(
  node: PlanNode,
  drafts: Readonly<Record<string, ArtifactDraft>>,
  createdMs: number,
): Readonly<Record<string, Artifact>> {
  return Object.fromEntries(
    Object.entries(drafts).map(([name, draft]) => [
      name,
      { id: newId("art", createdMs), type: node.outputs[name] ?? name, ...draft, createdMs },
    ]),
  );
}

function codeArtifactId(code: CodeClosure): Artifact["id"] {
  return `art_${code.digest.slice("sha256:".length, "sha256:".length + 32)}`;
}

/**
 * Keeps the sources behind a code digest, so that a model can be made again and a later run can say which file changed.
 *
 * Returns the record to write with the execution; nothing when it is recorded already.
 */
export async function codeRecords(code: CodeClosure, drive: Drive): Promise<readonly MetadataWrite[]> {
  const id = codeArtifactId(code);
  if (drive.artifacts.has(id)) return [];
  const [recorded] = await drive.metadata.read({ find: "artifacts", ids: [id] });
  if (recorded !== undefined) {
    drive.artifacts.set(id, recorded);
    return [];
  }
  const files = await Promise.all(
    code.sources.map(async (source) => {
      const { digest, sizeBytes } = await drive.objects.put(sourceBytes(source.path));
      return [moduleName(source.path, drive.project), { object: digest, sizeBytes }] as const;
    }),
  );
  const value: Artifact = {
    id,
    type: "code",
    content: code.digest,
    files: Object.fromEntries(files),
    properties: { packages: code.packages },
    createdMs: drive.clock.nowMs(),
  };
  return [{ put: "artifact", value }];
}

/** A task's cost with money and energy by the configured rates. */
export function nodeCost(cost: TaskCost, rates: CostRates): NodeCost {
  const cpuHours = cost.cpuSeconds / 3600;
  return {
    ...cost,
    ...(rates.perCpuHour === undefined ? {} : { money: cpuHours * rates.perCpuHour }),
    ...(rates.wattsPerCpu === undefined ? {} : { energyWattHours: cpuHours * rates.wattsPerCpu }),
  };
}
