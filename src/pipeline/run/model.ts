import type { JsonObject, JsonValue } from "@millrace/program";
import type { Artifact, Clock, Execution, Executor, Id, Log, MetadataStore, ObjectStore, Progress } from "#kernel";
import type { CodeReader } from "../code/code-digest.ts";
import type { Journal } from "../journal/journal.ts";
import type { JournalEvent, NodeCost, RecordedError } from "../model.ts";
import type { Plan } from "../plan/model.ts";
import type { Provenance } from "../records/provenance.ts";
import type { StoreAddress } from "./stores.ts";

/** Rates that turn CPU time into money and energy. */
export interface CostRates {
  readonly perCpuHour?: number;
  readonly wattsPerCpu?: number;
}

/** What an observer of a run hears: each journal entry once it is durable, and progress, which is not kept. */
export type RunEvent =
  | JournalEvent
  | { readonly type: "node-progress"; readonly node: string; readonly progress: Progress };

/** How a run ended, node by node in the plan's order. */
export interface RunOutcome {
  readonly runId: string;
  readonly state: "complete" | "failed" | "waiting" | "stopped";
  readonly nodes: readonly NodeOutcome[];
}

export interface NodeOutcome {
  /** The node's id; of a node that fans out one entry for each instance, with `/<index>`. */
  readonly id: string;
  readonly step: string;
  /** `pending`: the run ended before it. */
  readonly state: "done" | "cached" | "skipped" | "failed" | "waiting" | "pending";
  readonly reason: string;
  /** Artifact ids by output. */
  readonly artifacts: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly seconds: number;
  readonly cost: NodeCost | null;
  readonly executionId: string | null;
  readonly error?: RecordedError;
}

/** Everything that one drive of a run works with. */
export interface Drive {
  readonly runId: Id<"run">;
  readonly plan: Plan;
  readonly seed: number;
  /** Nodes that run whatever the cache holds, and the words for why. */
  readonly forced: ReadonlyMap<string, string>;
  readonly journal: Journal;
  readonly session: string;
  readonly metadata: MetadataStore;
  readonly objects: ObjectStore;
  readonly executor: Executor;
  readonly addresses: { readonly objects: StoreAddress | null; readonly metadata: StoreAddress | null };
  readonly project: string;
  readonly scratch: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly code: CodeReader;
  /** Artifact records that this drive has seen. */
  readonly artifacts: Map<string, Artifact>;
  readonly provenance: Promise<Provenance>;
  readonly rates: CostRates;
  readonly notes: JsonObject;
  readonly onEvent: (event: RunEvent) => void;
}

export type ExecutionId = Execution["id"];
