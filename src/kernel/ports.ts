import type { Digest, JsonObject, JsonValue } from "@millrace/program";
import type { Id } from "./ids.ts";
import type { Artifact, Context, Execution, LineageEvent, LineageType, StreamEntry } from "./lineage.ts";
import type { WorkContext } from "./work-context.ts";

/** What every plug-in is: a plain object with its kind, name, version and traits. The host branches on traits, never on the name. */
export interface Plugin<K extends string, T> {
  readonly kind: K;
  readonly name: string;
  readonly version: string;
  readonly traits: T;
}

// ── metadata store ──

export type MetadataWrite =
  /** Types only grow: properties are added to those on record; another meaning of one is ADAPTERS_METADATA_TYPE_CHANGED. */
  | { readonly put: "type"; readonly value: LineageType }
  /** Artifacts, executions and contexts are put by id; putting one again replaces it (executions change state). */
  | { readonly put: "artifact"; readonly value: Artifact }
  | { readonly put: "execution"; readonly value: Execution }
  /** Idempotent: the same execution, artifact, type and path are recorded once. */
  | { readonly put: "event"; readonly value: LineageEvent }
  /** Another context of the same type and name is ADAPTERS_METADATA_NAME_TAKEN. */
  | { readonly put: "context"; readonly value: Context }
  /** The execution or artifact belongs to the context (ML Metadata: association, attribution). Idempotent. */
  | { readonly put: "membership"; readonly contextId: Id; readonly memberId: Id }
  /**
   * Appends to a stream. With `key`, a second append is dropped; with `expectedSequence` (the last sequence the writer saw,
   * 0 for an empty stream) the whole batch fails with ADAPTERS_METADATA_CONFLICT when somebody else appended first. It is
   * compared with the stream as it stood before the batch, so several entries of one batch may name the same sequence; a
   * used key is dropped before its sequence is looked at.
   */
  | {
      readonly put: "entry";
      readonly stream: string;
      readonly type: string;
      readonly data: JsonObject;
      readonly key?: string;
      readonly expectedSequence?: number;
      readonly atMs: number;
    }
  /** Forgets an artifact's record and memberships (its events stay); only garbage collection does this. */
  | { readonly put: "artifact-removal"; readonly id: Id<"art"> };

export type MetadataQuery =
  | { readonly find: "types" }
  | {
      readonly find: "artifacts";
      readonly ids?: readonly Id[];
      readonly type?: string;
      readonly content?: Digest;
      readonly contextId?: Id;
      readonly limit?: number;
    }
  | {
      readonly find: "executions";
      readonly ids?: readonly Id[];
      readonly type?: string;
      readonly state?: Execution["state"];
      readonly cacheKeys?: readonly Digest[];
      readonly contextId?: Id;
      readonly limit?: number;
    }
  | { readonly find: "events"; readonly executionIds?: readonly Id[]; readonly artifactIds?: readonly Id[] }
  | {
      readonly find: "contexts";
      readonly ids?: readonly Id[];
      readonly type?: string;
      readonly name?: string;
      readonly memberId?: Id;
      /** Only those after this one in the answer's order (newest first): where a page ended. */
      readonly before?: { readonly createdMs: number; readonly id: Id };
      readonly limit?: number;
    }
  | {
      readonly find: "entries";
      /** A whole stream, or every stream whose name starts with `streamPrefix`. */
      readonly stream?: string;
      readonly streamPrefix?: string;
      readonly type?: string;
      readonly afterSequence?: number;
      readonly limit?: number;
    };

export interface MetadataAnswers {
  types: LineageType[];
  /** Newest first. */
  artifacts: Artifact[];
  /** Newest first (by startedMs, then id). */
  executions: Execution[];
  events: LineageEvent[];
  /** Newest first. */
  contexts: Context[];
  /** In order of append. */
  entries: StreamEntry[];
}

export interface MetadataTraits {
  readonly transactions: boolean;
  readonly concurrentWriters: boolean;
  readonly notify: boolean;
}

/** Where records live. A batch is written whole or not at all, and is durable once `write` resolves. */
export interface MetadataStore extends Plugin<"metadata-store", MetadataTraits> {
  open(): Promise<void>;
  write(batch: readonly MetadataWrite[]): Promise<void>;
  read<Q extends MetadataQuery>(query: Q): Promise<MetadataAnswers[Q["find"]]>;
  /** Brings an older database to this version; a newer one is refused. Returns the version. */
  migrate(): Promise<number>;
  close(): Promise<void>;
}

// ── object store ──

export interface ObjectTraits {
  readonly atomicPut: boolean;
  readonly rangeRead: boolean;
}

/** What to put: bytes, or a finished file of the caller's (moved into the store when `take`, else copied). */
export type ObjectSource = Uint8Array | { readonly path: string; readonly take?: boolean };

/** Content-addressed bytes. Nothing is ever changed in place; every read is verified against its digest. */
export interface ObjectStore extends Plugin<"object-store", ObjectTraits> {
  put(source: ObjectSource): Promise<{ readonly digest: Digest; readonly sizeBytes: number }>;
  get(digest: Digest): Promise<Uint8Array>;
  /** A verified local file that holds the object, for readers that need a path. Callers never change it. */
  locate(digest: Digest): Promise<string>;
  has(digest: Digest): Promise<boolean>;
  list(): AsyncIterable<{ readonly digest: Digest; readonly sizeBytes: number; readonly modifiedMs: number }>;
  remove(digest: Digest): Promise<void>;
}

// ── executor ──

/** A unit of work as JSON: a worker imports the module and looks the export up. */
export interface Task {
  readonly id: string;
  /** `file:` URL of the module. */
  readonly module: string;
  readonly export: string;
  /** The export is a `TaskFunction`; this is its first argument (options, input pointers). */
  readonly payload: JsonValue;
  /** `light` runs in process, `heavy` in a child process. */
  readonly weight: "light" | "heavy";
  readonly timeoutMs?: number;
  readonly memoryLimitBytes?: number;
  /** Counts the changes of source files that this process has seen: a child that loaded code of another generation is not used. */
  readonly generation?: number;
}

/** What a task's export is. What it gives back must be JSON. */
export type TaskFunction = (payload: JsonValue, context: TaskContext) => JsonValue | Promise<JsonValue>;

/** What a running task may use of the world; its signal aborts, and `stopping` turns true, when the task is cancelled. */
export type TaskContext = Pick<WorkContext, "log" | "progress" | "signal" | "stopping">;

export interface TaskCost {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMemoryBytes: number;
}

export interface TaskResult {
  readonly value: JsonValue;
  readonly cost: TaskCost;
}

export interface ExecutorTraits {
  readonly parallel: number;
  readonly remote: boolean;
  readonly isolation: "none" | "process" | "container";
}

/**
 * Runs tasks. A rejected promise carries a MillraceError: a child that died is PIPELINE_TASK_KILLED, one killed for its time or
 * memory PIPELINE_TASK_TIMEOUT or PIPELINE_TASK_MEMORY, a module or export that is not there PIPELINE_TASK_INVALID. A cancelled
 * task is KERNEL_STOPPED, also when it still gives a value back: that may be half a result.
 */
export interface Executor extends Plugin<"executor", ExecutorTraits> {
  submit(task: Task, context: Pick<WorkContext, "log" | "progress" | "signal">): Promise<TaskResult>;
  cancel(taskId: string): Promise<void>;
  /** Resolves when nothing is running, and lets the children go. */
  drain(): Promise<void>;
}
