import type { Digest, JsonObject, JsonValue } from "@millrace/program";
import type { z } from "zod";
import type { Artifact, MetadataStore, ObjectStore, StreamEntry, TaskCost, WorkContext } from "#kernel";
import type { Plan } from "./plan/model.ts";

/** Pure: same key, same result. Source: reads the outside, keyed by its watermark. Effect: changes the outside once per key. */
export type StepKind = "pure" | "source" | "effect";

/** A file of a new artifact: its bytes, or a finished file in the step's scratch folder. */
export type NewFile = Uint8Array | { readonly path: string };

/** What a step gives back for one output; the publisher stores it. */
export interface NewArtifact {
  /** Its files by name, or `value` for an artifact that is one JSON value (stored as `value.json`, canonical). */
  readonly files?: Readonly<Record<string, NewFile>>;
  readonly value?: JsonValue;
  /** Digest of its meaning where bytes are not the meaning (datasets); default: over the files' names and bytes. */
  readonly content?: Digest;
  readonly properties?: JsonObject;
}

/** An input of a step: the record, and readers of its files. */
export interface InputArtifact {
  readonly record: Artifact;
  /** The value of a JSON artifact. */
  json<T = JsonValue>(): Promise<T>;
  bytes(file: string): Promise<Uint8Array>;
  /** A verified local path, read-only. */
  path(file: string): Promise<string>;
}

/** An input declared `many: true` arrives as a list. */
export type StepInputs<I extends InputDeclarations> = {
  readonly [K in keyof I]: I[K] extends { many: true }
    ? readonly InputArtifact[]
    : I[K] extends { optional: true }
      ? InputArtifact | undefined
      : InputArtifact;
};

export type InputDeclarations = Readonly<
  Record<string, { readonly type: string; readonly many?: true; readonly optional?: true }>
>;
export type OutputDeclarations = Readonly<Record<string, { readonly type: string }>>;

export interface StepContext extends WorkContext {
  readonly runId: string;
  readonly nodeId: string;
  /** The seed of the run; `random` is already keyed by it and the step's name. */
  readonly seed: number;
  /**
   * For effects: the same for every attempt at one effect, another one once it is to be done anew. An effect that was cut
   * off between doing and recording is done again under the same key, so what it does must be idempotent.
   */
  readonly idempotencyKey: string;
  /** An empty folder of this execution; gone afterwards. */
  readonly scratch: string;
  /** The project's folder: sources' relative paths count from here. */
  readonly project: string;
  /** Records a figure with the execution. */
  metric(name: string, value: number): void;
  /** For source and effect steps; a pure step that touches them throws PIPELINE_STEP_NOT_PURE. */
  readonly metadata: MetadataStore;
  readonly objects: ObjectStore;
}

/** Content digests of a step's inputs by name; empty for a watermark that is taken at plan time. */
export type WatermarkInputs = Readonly<Record<string, Digest | readonly Digest[] | null>>;

export interface StepDefinition<
  I extends InputDeclarations = InputDeclarations,
  O extends OutputDeclarations = OutputDeclarations,
  S extends z.ZodObject = z.ZodObject,
> {
  /** `import.meta.url` of the defining module, and the name it is exported under. */
  readonly module: string;
  readonly export: string;
  readonly name: string;
  readonly version: number;
  readonly kind: StepKind;
  /** Heavy steps run in a child process with a memory limit and a timeout. */
  readonly weight: "light" | "heavy";
  readonly inputs: I;
  readonly outputs: O;
  readonly options: S;
  readonly timeoutMs?: number;
  readonly memoryLimitBytes?: number;
  readonly retries?: number;
  /** Source steps: what stands for the outside's state; part of the key, taken at plan time. */
  watermark?(
    options: z.output<S>,
    context: Pick<StepContext, "project" | "metadata" | "objects">,
    inputs: WatermarkInputs,
  ): Promise<JsonValue>;
  /** `inputs`: the watermark is taken when the node's inputs are known, because it depends on them. */
  readonly watermarkAt?: "plan" | "inputs";
  /** Option keys that are recorded but not keyed (how often to report progress, …). */
  readonly unkeyed?: readonly string[];
  run(
    context: StepContext,
    inputs: StepInputs<I>,
    options: z.output<S>,
  ): Promise<{ readonly [K in keyof O]: O[K] extends never ? never : NewArtifact }>;
}

// ── the run journal: stream `run/<id>` of the metadata store ──

/** The process that drives a run; `startedTicks` tells a process from a later one with the same number (Linux). */
export type Holder = {
  readonly host: string;
  readonly pid: number;
  readonly startedTicks: string | null;
  /** One drive of the run, from start or resume to its end. */
  readonly session: string;
};

/** An error as the journal and executions keep it. */
export type RecordedError = {
  readonly code: string;
  readonly message: string;
  readonly next: string;
  readonly facts: JsonObject;
};

export type NodeCost = TaskCost & { readonly money?: number; readonly energyWattHours?: number };

/** What each entry of a run journal holds, by its type. */
export type JournalData = {
  /** First entry. The plan is final: a resume works from it. The writer holds the run until `untilMs`. */
  "run-started": {
    readonly pipeline: string;
    readonly plan: Plan;
    readonly seed: number;
    readonly from: string | null;
    readonly holder: Holder;
    readonly untilMs: number;
  };
  /** Another drive goes on: failed nodes and what they blocked are open again, nodes that were under way start anew. */
  "run-resumed": { readonly holder: Holder; readonly untilMs: number };
  /** The holder is alive. */
  "lease-renewed": { readonly session: string; readonly untilMs: number };
  /** An attempt begins. */
  "node-started": {
    readonly node: string;
    readonly execution: string;
    readonly attempt: number;
    readonly reason: string;
    readonly session: string;
  };
  /** In the same batch as its execution, artifacts and events. `values` holds the JSON outputs that conditions and fan-outs read. */
  "node-finished": {
    readonly node: string;
    readonly execution: string;
    readonly state: "done" | "cached";
    readonly reason: string;
    readonly outputs: Readonly<Record<string, string>>;
    readonly values: Readonly<Record<string, JsonValue>>;
    readonly seconds: number;
    readonly cost: NodeCost | null;
  };
  /** An attempt failed; `retryable` ones are tried again until the node's retries are used up. */
  "node-failed": {
    readonly node: string;
    readonly execution: string;
    readonly attempt: number;
    readonly retryable: boolean;
    readonly error: RecordedError;
    readonly seconds: number;
  };
  /** Not run: a condition did not hold, or (`blocked`) something that it needs failed. */
  "node-skipped": { readonly node: string; readonly reason: string; readonly blocked: boolean };
  /** A person is asked. */
  "node-waiting": { readonly node: string; readonly question: string; readonly of: readonly string[] };
  /** A person answered; anybody may append this one. */
  "node-answered": {
    readonly node: string;
    readonly decision: "approved" | "rejected";
    readonly by: string;
    readonly comment: string;
  };
  /** The three ends of a drive; each lets the lease go. `run-stopped` and `run-waiting` can be resumed, as can a failed run. */
  "run-stopped": { readonly session: string; readonly reason: string };
  "run-waiting": { readonly session: string; readonly nodes: readonly string[] };
  "run-finished": { readonly session: string; readonly state: "complete" | "failed" };
};

export type JournalType = keyof JournalData;

/** One entry of a run journal, told apart by `type`. */
export type JournalEvent = {
  readonly [K in JournalType]: Omit<StreamEntry, "type" | "data"> & { readonly type: K; readonly data: JournalData[K] };
}[JournalType];
