import type { Frame, JsonObject } from "@millrace/program";
import { readFrame, type SnapshotInfo } from "#dataset";
import type { InputArtifact, NewArtifact } from "#pipeline";

/** A `dataset` artifact: `data.parquet`, and `dataset.json` with its columns, row count and provenance. */
export function datasetArtifact(path: string, snapshot: SnapshotInfo, facts: JsonObject = {}): NewArtifact {
  const { rows, columns, content } = snapshot;
  return {
    files: { "data.parquet": { path }, "dataset.json": jsonFile({ ...facts, ...snapshot }) },
    content,
    properties: { rows, columns: columns.length },
  };
}

/** The columns, row count and provenance of a dataset artifact. */
export async function datasetInfo(dataset: InputArtifact): Promise<SnapshotInfo> {
  return JSON.parse(new TextDecoder().decode(await dataset.bytes("dataset.json"))) as SnapshotInfo;
}

/** The rows of a dataset artifact, all columns or the named ones. */
export async function datasetFrame(dataset: InputArtifact, columns?: readonly string[]): Promise<Frame> {
  return readFrame(await dataset.path("data.parquet"), columns === undefined ? {} : { columns });
}

/** A JSON file of an artifact. */
export function jsonFile(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
