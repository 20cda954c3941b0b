import type { Digest, JsonObject } from "@millrace/program";
import type { Id } from "./ids.ts";

/*
 * The nouns of ML Metadata (artifact, execution, event, context and their types), add-only: a property may be added to a
 * type, never removed or given another meaning.
 */

/** One file of an artifact: where its bytes are (`object`) and how many. */
export interface ArtifactFile {
  readonly object: Digest;
  readonly sizeBytes: number;
}

/** An immutable thing that a step made. */
export interface Artifact {
  readonly id: Id<"art">;
  /** Name of an artifact type: `dataset`, `statistics`, `schema`, `model`, … */
  readonly type: string;
  /** Digest of its meaning: what cache keys, lineage and reproduction compare. */
  readonly content: Digest;
  /** Its files by name; a JSON artifact has the one file `value.json`. */
  readonly files: Readonly<Record<string, ArtifactFile>>;
  /** Small facts to list and filter by (rows, columns, metric values). */
  readonly properties: JsonObject;
  readonly createdMs: number;
}

export type ExecutionState = "new" | "running" | "complete" | "failed" | "cached" | "canceled";

/** One run of one step. */
export interface Execution {
  readonly id: Id<"exe">;
  /** Name of the step. */
  readonly type: string;
  readonly state: ExecutionState;
  readonly cacheKey: Digest | null;
  /** Versions, code digest, options, seed, git commit, host, environment, cost, metrics, reason: see `pipeline`. */
  readonly properties: JsonObject;
  readonly startedMs: number;
  readonly endedMs: number | null;
}

export type LineageEventType = "input" | "output";

/** That an execution read or wrote an artifact, and under which name. */
export interface LineageEvent {
  readonly executionId: Id<"exe">;
  readonly artifactId: Id<"art">;
  readonly type: LineageEventType;
  /** The step's input or output name; a list element adds its index (`frames/3`). */
  readonly path: string;
  readonly atMs: number;
}

/** A grouping: a run, a pipeline, a factory, a model. `name` is unique within its type. */
export interface Context {
  readonly id: Id;
  readonly type: string;
  readonly name: string;
  readonly properties: JsonObject;
  readonly createdMs: number;
}

/** A declared type of artifact, execution or context with its properties. */
export interface LineageType {
  readonly kind: "artifact" | "execution" | "context";
  readonly name: string;
  readonly properties: Readonly<Record<string, "integer" | "number" | "string" | "boolean" | "struct">>;
}

/** One entry of an append-only stream: a run's journal, a model's aliases, approvals, deployments, alerts, audit. */
export interface StreamEntry<T extends JsonObject = JsonObject> {
  /** `run/<id>`, `model/<name>`, `deployment/<endpoint>`, `alert/<factory>`, … */
  readonly stream: string;
  /** 1, 2, 3, … within the stream, without gaps. */
  readonly sequence: number;
  readonly type: string;
  readonly data: T;
  /** Idempotency key: a second append with the same stream and key changes nothing. */
  readonly key: string | null;
  readonly atMs: number;
}
