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

/** The frame that was read last: the steps of a run read the same one in turn. Frames are never changed in place. */
let last: { readonly key: string; readonly frame: Promise<Frame> } | undefined;

/** The rows of a dataset artifact, all columns or the named ones. */
export async function datasetFrame(dataset: InputArtifact, columns?: readonly string[]): Promise<Frame> {
  const key = JSON.stringify([dataset.record.files["data.parquet"]?.object, columns ?? null]);
  if (last?.key !== key) last = { key, frame: read(dataset, columns) };
  return last.frame;
}

async function read(dataset: InputArtifact, columns: readonly string[] | undefined): Promise<Frame> {
  return readFrame(await dataset.path("data.parquet"), columns === undefined ? {} : { columns });
}

/** A JSON file of an artifact. */
export function jsonFile(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
