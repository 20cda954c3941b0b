import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { JsonObject, JsonValue } from "@millrace/program";
import {
  type Clock,
  type Execution,
  type Executor,
  type Id,
  type Log,
  type MetadataStore,
  type MetadataWrite,
  MillraceError,
  newId,
  type ObjectStore,
  silentLog,
  systemClock,
} from "#kernel";
import { codeReader } from "../code/code-digest.ts";
import type { Pipeline } from "../definition/model.ts";
import { watchCancel } from "../journal/cancel-request.ts";
import { findRun, type RecordedRun } from "../journal/find-run.ts";
import { openJournal, runBusy } from "../journal/journal.ts";
import { currentHolder, endSession, leaseMs, newHolder } from "../journal/lease.ts";
import type { Holder } from "../model.ts";
import type { Plan } from "../plan/model.ts";
import { planPipeline } from "../plan/plan-pipeline.ts";
import { planRecords, runContext } from "../records/lineage-records.ts";
import { describeRun } from "../records/outcome.ts";
import { readProvenance } from "../records/provenance.ts";
import { driveRun } from "./drive.ts";
import { forcedNodes } from "./forced-nodes.ts";
import type { CostRates, Drive, RunEvent, RunOutcome } from "./model.ts";
import { lendStores, type StoreAddress } from "./stores.ts";

export interface RunOptions {
  /** What to run; a resumed run works from its recorded plan and needs neither. */
  readonly pipeline?: Pipeline;
  readonly plan?: Plan;
  readonly metadata: MetadataStore;
  readonly objects: ObjectStore;
  readonly executor: Executor;
  /** How child processes open the stores; needed by heavy steps. */
  readonly addresses?: { readonly objects?: StoreAddress; readonly metadata?: StoreAddress };
  readonly project: string;
  readonly seed?: number;
  readonly set?: Readonly<Record<string, JsonValue>>;
  /** Runs this step and all that depend on it, whatever the cache holds. */
  readonly from?: string;
  /** Goes on with a run: its id, or the newest that is not complete. */
  readonly resume?: string;
  /** Folder for steps' scratch files; `.millrace/scratch` of the project. On the objects' disk, finished files move without a copy. */
  readonly scratch?: string;
  readonly rates?: CostRates;
  /** Recorded with every execution, never keyed and never seen by a step: which model stood when the run began, … */
  readonly notes?: JsonObject;
  readonly onEvent?: (event: RunEvent) => void;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly log?: Log;
}

/**
 * Runs a pipeline, or goes on with a run, and records everything: journal, executions, artifacts, lineage, cost, reasons.
 *
 * ```ts
 * const outcome = await runPipeline({ pipeline, metadata, objects, executor: localExecutor(), project: "." });
 * outcome.nodes.map((node) => `${node.id}: ${node.state}`); // ["ingest: done", …]
 * ```
 *
 * Ends `stopped` when `signal` aborts, or when somebody asks for it through the store (`millrace runs cancel`).
 * Killed at any moment, the run loses nothing that it had finished and does nothing twice when it is resumed, provided that
 * its effects are idempotent under `context.idempotencyKey`. A failed step is in the outcome, not thrown.
 * Errors: PIPELINE_RUN_BUSY: another process drives the run; PIPELINE_RUN_UNKNOWN; PIPELINE_RUN_COMPLETE;
 * PIPELINE_RESUME_CHANGED: `resume` with `set`, `from` or another seed; PIPELINE_STEP_UNKNOWN; what `planPipeline` throws; what the stores throw.
 */
export async function runPipeline(options: RunOptions): Promise<RunOutcome> {
  const clock = options.clock ?? systemClock;
  const holder = newHolder(clock.nowMs());
  const stop = new AbortController();
  const forward = () => stop.abort(options.signal?.reason);
  if (options.signal?.aborted) forward();
  options.signal?.addEventListener("abort", forward, { once: true });
  try {
    const drive = await (options.resume === undefined
      ? startRun(options, holder, stop.signal, clock)
      : resumeRun(options, options.resume, holder, stop.signal, clock));
    const takeBack = lendStores(holder.session, { metadata: drive.metadata, objects: drive.objects, clock });
    const beganMs = drive.journal.events.at(-1)!.atMs;
    const endWatch = watchCancel(drive.metadata, drive.runId, beganMs, stop);
    try {
      await driveRun(drive, stop);
    } finally {
      endWatch();
      takeBack();
      await rm(drive.scratch, { recursive: true, force: true });
    }
    return describeRun(drive.runId, drive.plan, drive.journal.events);
  } finally {
    options.signal?.removeEventListener("abort", forward);
    endSession(holder.session);
  }
}

async function startRun(options: RunOptions, holder: Holder, signal: AbortSignal, clock: Clock): Promise<Drive> {
  const project = resolve(options.project);
  const plan = options.plan ?? (await planPipeline(pipelineOf(options), { ...options, project }));
  const seed = options.seed ?? 0;
  const from = options.from ?? null;
  const forced = forcedNodes(plan, from);
  const nowMs = clock.nowMs();
  const runId = newId("run", nowMs);
  const drive = await driveOf(options, { runId, plan, seed, forced, holder, signal, clock, past: null });
  await drive.journal.append(
    "run-started",
    { pipeline: plan.pipeline, plan, seed, from, holder, untilMs: nowMs + leaseMs },
    { key: "run-started", also: planRecords(plan, runId, seed, nowMs) },
  );
  return drive;
}

async function resumeRun(
  options: RunOptions,
  which: string,
  holder: Holder,
  signal: AbortSignal,
  clock: Clock,
): Promise<Drive> {
  const pipeline = options.pipeline?.name ?? options.plan?.pipeline;
  const run = await findRun(options.metadata, which, pipeline);
  refuseChanges(options, run);
  const { runId, started, events } = run;
  if (events.some((event) => event.type === "run-finished" && event.data.state === "complete"))
    throw new MillraceError("PIPELINE_RUN_COMPLETE", {
      message: `The run ${runId} is complete.`,
      next: "Start a new run; unchanged steps are taken from this one.",
      facts: { run: runId },
    });
  const other = currentHolder(events, clock.nowMs());
  if (other !== undefined) throw runBusy(runId, `process ${other.pid} on ${other.host} drives it`);
  const { plan, seed, from } = started;
  const forced = forcedNodes(plan, from);
  const drive = await driveOf(options, { runId, plan, seed, forced, holder, signal, clock, past: run });
  const nowMs = clock.nowMs();
  await drive.journal.append(
    "run-resumed",
    { holder, untilMs: nowMs + leaseMs },
    {
      also: [
        ...(await cutOffExecutions(options.metadata, runId, nowMs)),
        runContext(plan, runId, seed, "running", events[0]!.atMs, null),
      ],
    },
  );
  await rm(drive.scratch, { recursive: true, force: true });
  return drive;
}

async function driveOf(
  options: RunOptions,
  run: Pick<Drive, "runId" | "plan" | "seed" | "forced" | "signal" | "clock"> & {
    readonly holder: Holder;
    readonly past: RecordedRun | null;
  },
): Promise<Drive> {
  const { metadata, objects, executor } = options;
  const { runId, plan, seed, forced, signal, clock, holder } = run;
  const project = resolve(options.project);
  const onEvent = options.onEvent ?? (() => undefined);
  const past = run.past?.events ?? [];
  return {
    runId,
    plan,
    seed,
    forced,
    signal,
    clock,
    metadata,
    objects,
    executor,
    project,
    onEvent,
    session: holder.session,
    journal: openJournal(metadata, runId, clock, past, holder.session, onEvent),
    addresses: { objects: options.addresses?.objects ?? null, metadata: options.addresses?.metadata ?? null },
    scratch: join(options.scratch ?? join(project, ".millrace", "scratch"), runId),
    log: options.log ?? silentLog,
    code: await codeReader(project),
    artifacts: new Map(),
    provenance: readProvenance(project),
    rates: options.rates ?? {},
    notes: options.notes ?? {},
  };
}

function pipelineOf(options: RunOptions): Pipeline {
  if (options.pipeline !== undefined) return options.pipeline;
  throw new MillraceError("KERNEL_OPTION_INVALID", {
    message: "`runPipeline` was given neither a pipeline, nor a plan, nor a run to resume.",
    next: "Give one of `pipeline`, `plan` and `resume`.",
  });
}

function refuseChanges(options: RunOptions, { runId, started }: RecordedRun): void {
  const changed = [
    ...(options.set !== undefined && Object.keys(options.set).length > 0 ? ["set"] : []),
    ...(options.from !== undefined ? ["from"] : []),
    ...(options.seed !== undefined && options.seed !== started.seed ? ["seed"] : []),
  ];
  if (changed.length === 0) return;
  throw new MillraceError("PIPELINE_RESUME_CHANGED", {
    message: `The run ${runId} goes on as it was planned, and cannot take ${changed.join(" and ")}.`,
    next: "Start a new run with them: steps that they don't touch are taken from the cache.",
    facts: { run: runId, changed },
  });
}

/** Executions that a killed drive left under way. */
async function cutOffExecutions(
  metadata: MetadataStore,
  runId: Id<"run">,
  nowMs: number,
): Promise<readonly MetadataWrite[]> {
  const running = await metadata.read({ find: "executions", contextId: runId, state: "running" });
  return running.map((value): MetadataWrite => {
    const canceled: Execution = { ...value, state: "canceled", endedMs: nowMs };
    return { put: "execution", value: canceled };
  });
}
