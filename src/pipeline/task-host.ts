import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { canonicalJson, type Digest, type JsonObject, type JsonValue } from "@millrace/program";
import {
  type Artifact,
  type ArtifactFile,
  type Clock,
  crashPoint,
  digestJson,
  isMillraceError,
  knownNames,
  type MetadataStore,
  MillraceError,
  type ObjectStore,
  randomStream,
  systemClock,
  type TaskContext,
} from "#kernel";
import type { InputArtifact, NewArtifact, NewFile, StepContext, StepDefinition, StepKind } from "./model.ts";
import { liveStores, openStore, type StorePointers } from "./run/stores.ts";

/** The module that a run's tasks name: executors import it and call `runTask`. */
export const taskHostModule: string = import.meta.url;

/** What a task of a run carries: one instance of a step, all in JSON. */
export type StepTask = {
  readonly step: { readonly module: string; readonly export: string; readonly name: string };
  readonly kind: StepKind;
  readonly node: string;
  readonly runId: string;
  readonly seed: number;
  readonly options: JsonObject;
  readonly inputs: Readonly<Record<string, Artifact | readonly Artifact[] | null>>;
  readonly outputs: readonly string[];
  /** Outputs whose JSON values are given back with their records. */
  readonly reports: readonly string[];
  readonly idempotencyKey: string;
  readonly project: string;
  readonly scratch: string;
  readonly stores: StorePointers;
};

/** An artifact whose files are stored and that nobody has recorded yet. */
export type ArtifactDraft = {
  readonly content: Digest;
  readonly files: Readonly<Record<string, ArtifactFile>>;
  readonly properties: JsonObject;
};

export type StepTaskResult = {
  readonly outputs: Readonly<Record<string, ArtifactDraft>>;
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly metrics: Readonly<Record<string, number>>;
};

/**
 * Runs one instance of a step and stores the files that it gives back; what executors import and call. Nothing is recorded
 * here: the driver publishes.
 *
 * Errors: what the step throws, with step, node and run among the facts; PIPELINE_STEP_FAILED where it is not one of ours.
 */
export async function runTask(payload: JsonValue, host: TaskContext): Promise<JsonValue> {
  const task = payload as StepTask;
  const stores = liveStores(task.stores.token);
  const objects = stores?.objects ?? (await openStore<ObjectStore>(task.stores.objects, "objects"));
  const clock = stores?.clock ?? systemClock;
  const metadata =
    stores?.metadata ??
    (needsMetadata(task) ? await openStore<MetadataStore>(task.stores.metadata, "metadata") : undefined);
  const metrics: Record<string, number> = {};
  const scratch = { made: false };
  try {
    const step = await stepOf(task);
    const context = contextOf(task, host, { objects, metadata, clock }, metrics, scratch);
    crashPoint("task:before");
    const given = await step.run(context, inputsOf(task, objects) as never, Object.freeze(task.options) as never);
    crashPoint("task:after");
    const { outputs, values } = await storeOutputs(task, given as Record<string, NewArtifact>, objects);
    const result: StepTaskResult = { outputs, values, metrics };
    return result as unknown as JsonValue;
  } catch (error) {
    throw withinStep(error, task);
  } finally {
    if (scratch.made) await rm(task.scratch, { recursive: true, force: true });
  }
}

function needsMetadata(task: StepTask): boolean {
  return task.kind !== "pure" && task.stores.metadata !== null;
}

async function stepOf(task: StepTask): Promise<StepDefinition> {
  const module = (await import(/* @vite-ignore */ task.step.module)) as Record<string, unknown>;
  const step = module[task.step.export] as StepDefinition | undefined;
  if (step !== undefined && typeof step.run === "function") return step;
  throw new MillraceError("PIPELINE_STEP_NOT_EXPORTED", {
    message: `The module ${task.step.module} has no step "${task.step.export}" (${knownNames(task.step.export, Object.keys(module))}).`,
    next: "Export the step under the name that its definition gives.",
    facts: { module: task.step.module, export: task.step.export },
  });
}

function contextOf(
  task: StepTask,
  host: TaskContext,
  stores: { readonly objects: ObjectStore; readonly metadata: MetadataStore | undefined; readonly clock: Clock },
  metrics: Record<string, number>,
  scratch: { made: boolean },
): StepContext {
  const open = <T>(store: T | undefined, what: string): T => {
    if (task.kind === "pure") throw notPure(task, what);
    if (store === undefined) throw withoutStore(task, what);
    return store;
  };
  return {
    runId: task.runId,
    nodeId: task.node,
    seed: task.seed,
    idempotencyKey: task.idempotencyKey,
    project: task.project,
    signal: host.signal,
    log: host.log,
    progress: host.progress,
    clock: stores.clock,
    random: randomStream(task.seed, task.step.name),
    stopping: () => host.signal.aborted,
    metric: (name, value) => {
      metrics[name] = value;
    },
    // Most steps need no folder: it is made when it is first asked for.
    get scratch() {
      if (!scratch.made) mkdirSync(task.scratch, { recursive: true });
      scratch.made = true;
      return task.scratch;
    },
    get metadata() {
      return open(stores.metadata, "metadata");
    },
    get objects() {
      return open(stores.objects, "objects");
    },
  };
}

function inputsOf(task: StepTask, objects: ObjectStore) {
  return Object.fromEntries(
    Object.entries(task.inputs).map(([name, value]) => {
      if (value === null) return [name, undefined];
      return [
        name,
        Array.isArray(value)
          ? value.map((record: Artifact) => inputArtifact(record, objects))
          : inputArtifact(value as Artifact, objects),
      ];
    }),
  );
}

/** The readers of an artifact's files, over the store that holds them. */
export function inputArtifact(record: Artifact, objects: ObjectStore): InputArtifact {
  const at = (file: string): Digest => {
    const found = record.files[file];
    if (found !== undefined) return found.object;
    throw new MillraceError("PIPELINE_INPUT_FILE_UNKNOWN", {
      message: `The ${record.type} artifact ${record.id} has no file "${file}" (${knownNames(file, Object.keys(record.files))}).`,
      next: "Read one of the files that the artifact has.",
      facts: { artifact: record.id, file },
    });
  };
  return {
    record,
    json: async <T>() => JSON.parse(Buffer.from(await objects.get(at("value.json"))).toString("utf8")) as T,
    bytes: async (file) => objects.get(at(file)),
    path: async (file) => objects.locate(at(file)),
  };
}

async function storeOutputs(task: StepTask, given: Readonly<Record<string, NewArtifact>>, objects: ObjectStore) {
  const unknown = Object.keys(given ?? {}).find((name) => !task.outputs.includes(name));
  if (unknown !== undefined) throw badOutput(task, unknown, `is not declared (${knownNames(unknown, task.outputs)})`);
  const outputs: Record<string, ArtifactDraft> = {};
  const values: Record<string, JsonValue> = {};
  for (const name of task.outputs) {
    const artifact = given?.[name];
    if (artifact === undefined) throw badOutput(task, name, "is declared and was not given back");
    if (artifact.files === undefined && artifact.value === undefined)
      throw badOutput(task, name, "has neither `files` nor `value`");
    const files: Record<string, ArtifactFile> = {};
    const contents =
      artifact.value === undefined ? {} : { "value.json": new TextEncoder().encode(canonicalJson(artifact.value)) };
    for (const [file, source] of Object.entries<NewFile>({ ...artifact.files, ...contents })) {
      crashPoint("object:before");
      const put = await objects.put(
        source instanceof Uint8Array ? source : { path: source.path, take: source.path.startsWith(task.scratch) },
      );
      files[file] = { object: put.digest, sizeBytes: put.sizeBytes };
      crashPoint("object:after");
    }
    const content =
      artifact.content ??
      digestJson(Object.fromEntries(Object.entries(files).map(([file, { object }]) => [file, object])));
    outputs[name] = { content, files, properties: artifact.properties ?? {} };
    if (task.reports.includes(name)) values[name] = artifact.value ?? null;
  }
  return { outputs, values };
}

function withinStep(error: unknown, task: StepTask): MillraceError {
  const facts = { step: task.step.name, node: task.node, run: task.runId };
  const stack = error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {};
  if (isMillraceError(error))
    return new MillraceError(error.code, {
      message: error.message,
      next: error.next,
      facts: { ...error.facts, ...facts, ...stack },
      cause: error.cause,
    });
  return new MillraceError("PIPELINE_STEP_FAILED", {
    message: `The step "${task.node}" failed: ${error instanceof Error ? error.message : String(error)}`,
    next: `Correct the step at the stack's first line, then run again: finished steps are kept.`,
    facts: { ...facts, ...stack },
    cause: error,
  });
}

function notPure(task: StepTask, what: string): MillraceError {
  return new MillraceError("PIPELINE_STEP_NOT_PURE", {
    message: `The step "${task.step.name}" is pure and touches the ${what} store.`,
    next: "Take what it reads as an input, or declare the step as source or effect.",
    facts: { step: task.step.name, what },
  });
}

function withoutStore(task: StepTask, what: string): MillraceError {
  return new MillraceError("PIPELINE_STORE_ADDRESS_MISSING", {
    message: `The step "${task.step.name}" runs in a child process and touches the ${what} store, whose address the run was not given.`,
    next: `Give \`runPipeline\` the option \`addresses.${what}\`, or make the step light.`,
    facts: { step: task.step.name, what },
  });
}

function badOutput(task: StepTask, output: string, problem: string): MillraceError {
  return new MillraceError("PIPELINE_OUTPUT_INVALID", {
    message: `The output "${output}" of the step "${task.step.name}" ${problem}.`,
    next: "Give back exactly the outputs that the step declares.",
    facts: { step: task.step.name, output },
  });
}
