import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { canonicalJson, type JsonValue } from "@millrace/program";
import { type Id, isMillraceError, MillraceError, newId, type Task, type TaskResult } from "#kernel";
import { moduleUrl } from "../code/module-names.ts";
import { codeGeneration } from "../code/source-file.ts";
import type { RecordedError } from "../model.ts";
import type { Command } from "../next.ts";
import type { PlanNode } from "../plan/model.ts";
import {
  type Attempt,
  artifactRecords,
  codeRecords,
  eventRecords,
  executionRecords,
  nodeCost,
} from "../records/publish.ts";
import { type StepTask, type StepTaskResult, taskHostModule } from "../task-host.ts";
import type { Drive } from "./model.ts";
import { loadStep, type Prepared, prepareInstance } from "./prepare-instance.ts";

type Start = Extract<Command, { do: "start" }>;

/**
 * Carries out one attempt at one instance: finds it in the cache, or runs it and publishes what it made.
 *
 * Objects are stored first, then one batch holds artifacts, execution, events, memberships and the journal entry. What a
 * step throws becomes a `node-failed` entry; this rejects only when the records cannot be written.
 */
export async function startInstance(node: PlanNode, command: Start, drive: Drive): Promise<void> {
  const pauseMs = command.notBeforeMs - drive.clock.nowMs();
  if (pauseMs > 0 && !(await pause(pauseMs, drive.signal))) return;
  const execution = newId("exe", drive.clock.nowMs());
  const startedMs = drive.clock.nowMs();
  let prepared: Prepared;
  try {
    prepared = await prepareInstance(node, command.instance, command.item, command.inputs, drive);
  } catch (error) {
    await recordUnprepared(node, command, execution, error, drive);
    return;
  }
  if (prepared.hit !== null) {
    await publishHit(
      { node, instance: command.instance, execution, attempt: 1, startedMs, reason: prepared.reason, prepared },
      drive,
    );
    return;
  }
  const reason =
    command.retryOf === null
      ? prepared.reason
      : `retry ${command.attempt - 1} of ${node.retries} after ${command.retryOf}`;
  const attempt: Attempt = {
    node,
    instance: command.instance,
    execution,
    attempt: command.attempt,
    startedMs,
    reason,
    prepared,
  };
  const started = { node: command.instance, execution, attempt: command.attempt, reason, session: drive.session };
  const more = {
    key: `started/${command.instance}/${drive.session}/${command.attempt}`,
    also: await executionRecords(attempt, { state: "running", endedMs: null }, drive),
  };
  // That an effect was begun must be known before it is done: one that was cut off may have changed the outside.
  if (node.kind === "effect") await drive.journal.append("node-started", started, more);
  else drive.journal.note("node-started", started, more);
  await runAttempt(attempt, drive);
}

async function runAttempt(attempt: Attempt, drive: Drive): Promise<void> {
  const sources = codeRecords(attempt.prepared.code, drive);
  let result: TaskResult;
  try {
    result = await drive.executor.submit(taskOf(attempt, drive), {
      log: drive.log.child({ run: drive.runId, node: attempt.instance }),
      progress: (progress) => drive.onEvent({ type: "node-progress", node: attempt.instance, progress }),
      signal: drive.signal,
    });
  } catch (error) {
    // The sources' own fault must not be lost, nor hide the task's.
    const codeWrites = await sources;
    await publishFailure(attempt, error, codeWrites, drive);
    return;
  }
  await publishResult(attempt, result, await sources, drive);
}

function taskOf(attempt: Attempt, drive: Drive): Task {
  const { node, prepared, execution } = attempt;
  const generation = codeGeneration();
  const weight = generation > 0 ? "heavy" : node.weight;
  if (weight !== node.weight && node.kind !== "pure" && drive.addresses.metadata === null) throw staleCode(attempt);
  const payload: StepTask = {
    step: { module: moduleUrl(node.step.module, drive.project), export: node.step.export, name: node.step.name },
    kind: node.kind === "wait" ? "effect" : node.kind,
    node: attempt.instance,
    runId: drive.runId,
    seed: drive.seed,
    options: prepared.options,
    inputs: prepared.inputs as StepTask["inputs"],
    outputs: Object.keys(node.outputs),
    reports: node.reports,
    idempotencyKey: prepared.idempotencyKey,
    project: drive.project,
    scratch: join(drive.scratch, execution),
    stores: { token: drive.session, ...drive.addresses },
  };
  return {
    id: execution,
    module: taskHostModule,
    export: "runTask",
    payload: payload as unknown as JsonValue,
    weight,
    generation,
    ...(node.timeoutMs === null ? {} : { timeoutMs: node.timeoutMs }),
    ...(node.memoryLimitBytes === null ? {} : { memoryLimitBytes: node.memoryLimitBytes }),
  };
}

/** A pure step that took less is done again sooner than its record alone reaches the disk: the record waits for company. */
const quickSeconds = 0.1;

async function publishResult(
  attempt: Attempt,
  result: TaskResult,
  codeWrites: Awaited<ReturnType<typeof codeRecords>>,
  drive: Drive,
): Promise<void> {
  const { node, instance, execution, startedMs, prepared } = attempt;
  const { outputs: drafts, values, metrics } = result.value as unknown as StepTaskResult;
  const moved = await sourceMoved(node, prepared, drive);
  const reason = moved
    ? `${attempt.reason}; the source changed while it was read, so the result serves this run only`
    : attempt.reason;
  const endedMs = drive.clock.nowMs();
  const artifacts = artifactRecords(node, drafts, endedMs);
  const outputs = Object.fromEntries(Object.entries(artifacts).map(([name, { id }]) => [name, id as Id]));
  const cost = nodeCost(result.cost, drive.rates);
  const ending = { state: "complete", endedMs, cost, metrics, outputs, values, keyless: moved } as const;
  const seconds = (endedMs - startedMs) / 1000;
  const finished = { node: instance, execution, state: "done", reason, outputs, values, seconds, cost } as const;
  const more = {
    key: `finished/${instance}/${drive.session}`,
    also: [
      ...codeWrites,
      ...Object.values(artifacts).map((value) => ({ put: "artifact", value }) as const),
      ...(await executionRecords({ ...attempt, reason }, ending, drive)),
      ...eventRecords(attempt, outputs, drive, endedMs),
    ],
  };
  if (node.kind === "pure" && seconds < quickSeconds) drive.journal.note("node-finished", finished, more);
  else await drive.journal.append("node-finished", finished, more);
  for (const artifact of Object.values(artifacts)) drive.artifacts.set(artifact.id, artifact);
  for (const write of codeWrites) if (write.put === "artifact") drive.artifacts.set(write.value.id, write.value);
}

/** A cached result is an execution of its own, in state `cached`, that points at the artifacts of the one that made them. */
async function publishHit(attempt: Attempt, drive: Drive): Promise<void> {
  const { execution: maker } = attempt.prepared.hit!;
  const outputs = (maker.properties.outputs ?? {}) as Record<string, Id>;
  const values = (maker.properties.values ?? {}) as Record<string, JsonValue>;
  const endedMs = drive.clock.nowMs();
  const ending = { state: "cached", endedMs, outputs, values, cachedFrom: maker.id } as const;
  const seconds = (endedMs - attempt.startedMs) / 1000;
  drive.journal.note(
    "node-finished",
    {
      node: attempt.instance,
      execution: attempt.execution,
      state: "cached",
      reason: attempt.reason,
      outputs,
      values,
      seconds,
      cost: null,
    },
    {
      key: `finished/${attempt.instance}/${drive.session}`,
      also: [...(await executionRecords(attempt, ending, drive)), ...eventRecords(attempt, outputs, drive, endedMs)],
    },
  );
}

async function publishFailure(
  attempt: Attempt,
  error: unknown,
  codeWrites: Awaited<ReturnType<typeof codeRecords>>,
  drive: Drive,
): Promise<void> {
  const endedMs = drive.clock.nowMs();
  const stopped = drive.signal.aborted;
  const recorded = recordedError(error, { node: attempt.instance, step: attempt.node.step.name, run: drive.runId });
  const ending = stopped
    ? ({ state: "canceled", endedMs } as const)
    : ({ state: "failed", endedMs, error: recorded } as const);
  const also = [
    ...codeWrites,
    ...(await executionRecords(attempt, ending, drive)),
    ...eventRecords(attempt, {}, drive, endedMs),
  ];
  if (stopped) {
    await drive.metadata.write(also);
    return;
  }
  await drive.journal.append(
    "node-failed",
    {
      node: attempt.instance,
      execution: attempt.execution,
      attempt: attempt.attempt,
      retryable: isMillraceError(error) && error.spec.retryable,
      error: recorded,
      seconds: (endedMs - attempt.startedMs) / 1000,
    },
    { key: `failed/${attempt.instance}/${drive.session}/${attempt.attempt}`, also },
  );
}

/** A fault before the step could start: its code, its element's options. There is no key, and so no execution to record. */
async function recordUnprepared(
  node: PlanNode,
  command: Start,
  execution: string,
  error: unknown,
  drive: Drive,
): Promise<void> {
  if (!isMillraceError(error) || !["definition", "input"].includes(error.spec.kind)) throw error;
  await drive.journal.append(
    "node-failed",
    {
      node: command.instance,
      execution,
      attempt: command.attempt,
      retryable: false,
      error: recordedError(error, { node: command.instance, step: node.step.name, run: drive.runId }),
      seconds: 0,
    },
    { key: `failed/${command.instance}/${drive.session}/${command.attempt}` },
  );
}

function recordedError(error: unknown, where: { node: string; step: string; run: string }): RecordedError {
  if (!isMillraceError(error))
    return {
      code: "KERNEL_INVARIANT_BROKEN",
      message: error instanceof Error ? error.message : String(error),
      next: "Report this with the log of the run.",
      facts: { ...where, ...(error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}) },
    };
  return { code: error.code, message: error.message, next: error.next, facts: { ...where, ...error.facts } };
}

/** Whether a source is no longer as it was when the plan was made; then nobody can say which state was read. */
async function sourceMoved(node: PlanNode, prepared: Prepared, drive: Drive): Promise<boolean> {
  if (node.kind !== "source") return false;
  const step = await loadStep(node, drive.project);
  try {
    const now = (await step.watermark?.(prepared.options as never, drive, prepared.parts.inputs)) ?? null;
    return canonicalJson(now) !== canonicalJson(prepared.parts.watermark ?? null);
  } catch (error) {
    drive.log.warn({ node: node.id, err: error }, "The source could not be looked at again after it was read.");
    return true;
  }
}

function staleCode(attempt: Attempt): MillraceError {
  return new MillraceError("PIPELINE_CODE_STALE", {
    message: `The code that "${attempt.instance}" reaches changed after this process loaded it.`,
    next: "Start the command again.",
    facts: { node: attempt.instance },
  });
}

/** Waits; `false` when the run was asked to stop in between. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
