import type { Id, MetadataStore } from "#kernel";
import { type ModelVersion, modelHistory } from "#registry";
import { type Runtime, readRuntime } from "./compare-runtime.ts";

/** The runtimes on which a version was made, and on which `model verify` found it alike since; oldest first. */
export async function verifiedRuntimes(metadata: MetadataStore, version: ModelVersion): Promise<readonly Runtime[]> {
  const executions =
    version.runId === null ? [] : await metadata.read({ find: "executions", contextId: version.runId as Id });
  const made = executions.filter(({ type }) => type === "train").map(({ properties }) => properties.environment);
  const entries = await modelHistory({ metadata }, version.model);
  const since = entries
    .filter(({ type, data }) => type === "verified" && data.version === version.version)
    .map(({ data }) => data.runtime);
  return [...made, ...since].flatMap((record) => {
    const runtime = readRuntime(record);
    return runtime === undefined ? [] : [runtime];
  });
}
