import { join } from "node:path";
import type { Frame, JsonObject } from "@millrace/program";
import { frameDigest, readFrame, type SnapshotInfo, type SnapshotType, writeFrame } from "#dataset";
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

/** A dataset with columns made of its own beside or in their place, written into `folder`; those that it had keep their facts. */
export async function datasetWith(made: Frame, dataset: InputArtifact, folder: string): Promise<NewArtifact> {
  const info = await datasetInfo(dataset);
  const patterns = new Map(info.columns.flatMap(({ name, pattern }) => (pattern ? [[name, pattern] as const] : [])));
  const out = join(folder, "data.parquet");
  await writeFrame(made, out, { patterns });
  const columns = [...made.columns].map(
    ([name, { type }]) => info.columns.find((one) => one.name === name) ?? { name, type: type as SnapshotType },
  );
  return datasetArtifact(out, { ...info, columns, content: frameDigest(made, patterns) });
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
