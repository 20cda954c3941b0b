import type { Digest } from "@millrace/program";
import type { Clock, MetadataStore } from "#kernel";

/** What every verb of the registry works with; `by` is who acts, and it is recorded with each entry. */
export interface RegistryContext {
  readonly metadata: MetadataStore;
  readonly clock: Clock;
  /** A person's or a service's name: `ada`, `factory/bird-strikes`. */
  readonly by: string;
}

/** How much harm a wrong prediction can do; it decides how many people must approve. */
export type RiskTier = "minimal" | "limited" | "high";

export type Stage = "development" | "staging" | "production" | "archived";

/** A metric as it was when the version was registered; `null` bounds: none was recorded. */
export interface RegisteredMetric {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** One version of a model: a pointer to an immutable artifact, and what was known when it was registered. */
export interface ModelVersion {
  readonly model: string;
  readonly version: number;
  /** Id of the model's artifact in the metadata store. */
  readonly artifactId: string;
  /** Content digest of the program. */
  readonly content: Digest;
  readonly runId: string | null;
  readonly metrics: Readonly<Record<string, RegisteredMetric>>;
  /** Content digest of the version that was `champion` when this one was registered. */
  readonly champion: Digest | null;
  readonly riskTier: RiskTier;
  readonly owner: string;
  readonly registeredBy: string;
  readonly registeredMs: number;
  readonly stage: Stage;
  readonly aliases: readonly string[];
  readonly approval: Approval;
}

/** Where a version stands with the people who must approve it; each person's last word counts. */
export interface Approval {
  readonly state: "approved" | "pending" | "rejected";
  readonly required: number;
  readonly approvedBy: readonly string[];
  readonly rejectedBy: readonly string[];
}

export interface Alias {
  readonly alias: string;
  readonly version: number;
  /** What a rollback would go back to. */
  readonly previous: number | null;
  readonly by: string;
  readonly reason: string;
  readonly atMs: number;
}

export interface Model {
  readonly name: string;
  /** In order of version. */
  readonly versions: readonly ModelVersion[];
  readonly aliases: readonly Alias[];
}

/** A version found by reference, and the alias that led to it. */
export interface ResolvedModel {
  readonly reference: string;
  readonly version: ModelVersion;
  readonly alias: string | null;
}

/** A share of an endpoint's traffic: weight / sum of weights. */
export interface Route {
  readonly version: number;
  readonly weight: number;
}

/** What an endpoint should serve. With `alias`, the one route follows the alias; `revision` changes with either. */
export interface Deployment {
  readonly endpoint: string;
  readonly model: string;
  readonly alias: string | null;
  readonly routes: readonly Route[];
  /** Scored beside the path of the reply, never answered with. */
  readonly shadow: number | null;
  /** Changes when what should be served changes. */
  readonly revision: string;
  readonly by: string;
  readonly reason: string;
  readonly atMs: number;
}

/** One link of the audit chain: which entry, and the digest of everything before it. */
export interface AuditEntry {
  readonly sequence: number;
  /** The entry that this link covers. */
  readonly stream: string;
  readonly entrySequence: number;
  readonly type: string;
  readonly by: string;
  readonly atMs: number;
  /** Digest of the entry's canonical JSON. */
  readonly entry: Digest;
  /** Head of the chain before this link. */
  readonly previous: Digest;
  /** Head of the chain after this link. */
  readonly head: Digest;
}

export interface AuditVerdict {
  readonly ok: boolean;
  /** Links of the chain that were read. */
  readonly entries: number;
  readonly head: Digest;
  readonly brokenAt?: { readonly sequence: number; readonly stream: string; readonly reason: string };
}

/** A command's result: `hit` is true when it had been done before and nothing was written. */
export interface Done<T> {
  readonly value: T;
  readonly hit: boolean;
}
