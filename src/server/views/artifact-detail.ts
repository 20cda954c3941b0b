import type { JsonValue } from "@millrace/program";
import {
  type Artifact,
  type Context,
  type Id,
  type LineageEvent,
  type MetadataStore,
  MillraceError,
  type ObjectStore,
} from "#kernel";
import type { ArtifactDetailView, LineageHopView } from "../schemas/artifacts.ts";
import { artifactRef } from "./artifact-ref.ts";
import { runIdOf } from "./run-reader.ts";

/** Larger values are not sent to a page. */
const largestValueBytes = 512 * 1024;
/** An old data set can have thousands of readers; the newest are shown. */
const mostHops = 50;

/** One artifact with one hop of lineage. Errors: SERVER_ARTIFACT_MISSING. */
export async function artifactDetail(
  metadata: MetadataStore,
  objects: ObjectStore,
  id: string,
): Promise<ArtifactDetailView> {
  const [artifact] = await metadata.read({ find: "artifacts", ids: [id as Id<"art">] });
  if (artifact === undefined)
    throw new MillraceError("SERVER_ARTIFACT_MISSING", {
      message: `There is no artifact ${id.slice(0, 100)}.`,
      next: "Open a run and choose one of its artifacts; garbage collection may have removed this one.",
      facts: { artifact: id.slice(0, 100) },
    });
  const events = await metadata.read({ find: "events", artifactIds: [artifact.id] });
  const madeBy = newest(events, "output");
  const usedBy = newest(events, "input");
  const [made, used, value] = await Promise.all([
    hops(metadata, madeBy, "input"),
    hops(metadata, usedBy, "output"),
    smallValue(objects, artifact),
  ]);
  return {
    id: artifact.id,
    type: artifact.type,
    content: artifact.content,
    createdMs: artifact.createdMs,
    properties: artifact.properties,
    files: Object.entries(artifact.files).map(([name, file]) => ({
      name,
      object: file.object,
      sizeBytes: file.sizeBytes,
    })),
    ...value,
    madeBy: made,
    usedBy: used,
  };
}

/** The value of an artifact that is one JSON value, or why it is not given. */
export async function smallValue(
  objects: ObjectStore,
  artifact: Artifact,
): Promise<{ readonly value: JsonValue; readonly valueOmitted: string | null }> {
  const file = artifact.files["value.json"];
  if (file === undefined) return { value: null, valueOmitted: "It is not a JSON artifact." };
  if (file.sizeBytes > largestValueBytes)
    return { value: null, valueOmitted: `It is larger than ${largestValueBytes / 1024} KiB.` };
  return { value: await readJson(objects, artifact, "value.json"), valueOmitted: null };
}

/** A JSON file of an artifact. Errors: SERVER_FILE_MISSING, and the object store's when its bytes are damaged. */
export async function readJson(objects: ObjectStore, artifact: Artifact, name: string): Promise<JsonValue> {
  const file = artifact.files[name];
  if (file === undefined)
    throw new MillraceError("SERVER_FILE_MISSING", {
      message: `The artifact ${artifact.id} has no file ${name}.`,
      next: "Run the step again that makes it.",
    });
  return JSON.parse(new TextDecoder().decode(await objects.get(file.object))) as JsonValue;
}

function newest(events: readonly LineageEvent[], type: LineageEvent["type"]): LineageEvent[] {
  return events
    .filter((event) => event.type === type)
    .slice(-mostHops)
    .reverse();
}

async function hops(
  metadata: MetadataStore,
  through: readonly LineageEvent[],
  other: LineageEvent["type"],
): Promise<LineageHopView[]> {
  const executionIds = [...new Set(through.map((event) => event.executionId))];
  if (executionIds.length === 0) return [];
  const [executions, events, runs] = await Promise.all([
    metadata.read({ find: "executions", ids: executionIds }),
    metadata.read({ find: "events", executionIds }),
    Promise.all(executionIds.map((memberId) => metadata.read({ find: "contexts", type: "run", memberId, limit: 1 }))),
  ]);
  const further = events.filter((event) => event.type === other);
  const ids = [...new Set(further.map((event) => event.artifactId))];
  const artifacts = ids.length === 0 ? [] : await metadata.read({ find: "artifacts", ids });
  const byId = new Map(artifacts.map((artifact) => [artifact.id, artifact]));
  const runOf = new Map<string, Context | undefined>(executionIds.map((id, index) => [id, runs[index]?.[0]]));
  return through.map((event) => {
    const run = runOf.get(event.executionId);
    return {
      executionId: event.executionId,
      step: executions.find((execution) => execution.id === event.executionId)?.type ?? "unknown",
      runId: run === undefined ? null : runIdOf(run),
      path: event.path,
      artifacts: further
        .filter((one) => one.executionId === event.executionId && byId.has(one.artifactId))
        .map((one) => artifactRef(one.path, byId.get(one.artifactId)!)),
    };
  });
}
