import type { JsonObject, JsonValue } from "@millrace/program";
import { type Artifact, type Execution, type Id, isoTime, type LineageEvent, type MetadataStore } from "#kernel";
import { type ModelVersion, modelHistory } from "#registry";

/** What is on record of how a version came to be: its run's executions, what they read and wrote, and who said what. */
export interface VersionFacts {
  readonly version: ModelVersion;
  readonly executions: readonly Execution[];
  readonly artifacts: ReadonlyMap<string, Artifact>;
  readonly events: readonly LineageEvent[];
  /** Registration, approvals, aliases and stages of this version, oldest first. */
  readonly history: readonly JsonObject[];
}

/** Reads a version's facts. Missing: a version without a run has no executions. */
export async function versionFacts(metadata: MetadataStore, version: ModelVersion): Promise<VersionFacts> {
  const found =
    version.runId === null ? [] : await metadata.read({ find: "executions", contextId: version.runId as Id });
  const executions = found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const events =
    executions.length === 0
      ? []
      : await metadata.read({ find: "events", executionIds: executions.map(({ id }) => id) });
  const ids = [...new Set(events.map(({ artifactId }) => artifactId))];
  const artifacts = ids.length === 0 ? [] : await metadata.read({ find: "artifacts", ids });
  const entries = await modelHistory({ metadata }, version.model);
  return {
    version,
    executions,
    events,
    artifacts: new Map(artifacts.map((artifact) => [artifact.id as string, artifact])),
    history: entries
      .filter(({ data }) => data.version === version.version)
      .map(({ sequence, type, data, atMs }) => ({ sequence, type, at: isoTime(atMs), data })),
  };
}

/** The data sets that the run read from outside, by content. */
export function datasetsOf({ executions, events, artifacts }: VersionFacts): readonly JsonObject[] {
  return executions
    .filter(({ properties }) => properties.kind === "source")
    .flatMap(({ id, type, properties }) =>
      events
        .filter((event) => event.executionId === id && event.type === "output")
        .flatMap(({ artifactId }) => {
          const artifact = artifacts.get(artifactId);
          if (artifact === undefined || artifact.type !== "dataset") return [];
          return [
            {
              step: properties.node ?? type,
              content: artifact.content,
              files: Object.fromEntries(Object.entries(artifact.files).map(([name, { object }]) => [name, object])),
              properties: artifact.properties,
              watermark: (properties.key as { readonly watermark?: JsonValue } | undefined)?.watermark ?? null,
            },
          ];
        }),
    );
}

/** Versions of what it was made with, and the code's digests, step by step. */
export function environmentOf({ executions }: VersionFacts): JsonObject {
  const trained = executions.find(({ type }) => type === "train") ?? executions.at(-1);
  return {
    format: 1,
    environment: trained?.properties.environment ?? null,
    git: trained?.properties.git ?? null,
    seed: trained?.properties.seed ?? null,
    packages: trained?.properties.packages ?? {},
    code: Object.fromEntries(
      executions.flatMap(({ properties }) => {
        const digest = (properties.code as { readonly digest?: string } | undefined)?.digest;
        return typeof properties.node === "string" && digest !== undefined ? [[properties.node, digest]] : [];
      }),
    ),
  };
}
