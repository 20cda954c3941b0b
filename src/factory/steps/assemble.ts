import { join } from "node:path";
import { z } from "zod";
import { concatFrames, frameDigest, writeFrame } from "#dataset";
import { defineStep } from "#pipeline";
import { datasetArtifact, datasetFrame, datasetInfo } from "./dataset-artifact.ts";

/** The rows to learn from: the prepared history, then the labelled requests, which are by then history too. */
export const assembleStep = defineStep({
  module: import.meta.url,
  export: "assembleStep",
  name: "assemble",
  version: 1,
  kind: "pure",
  weight: "light",
  inputs: { history: { type: "dataset" }, traffic: { type: "dataset" } },
  outputs: { dataset: { type: "dataset" } },
  options: z.strictObject({}),
  async run(context, { history, traffic }) {
    const known = await datasetInfo(history);
    const { rows } = await datasetInfo(traffic);
    context.metric("rows", known.rows + rows);
    if (rows === 0) return { dataset: datasetArtifact(await history.path("data.parquet"), known) };
    const all = concatFrames(await datasetFrame(history), await datasetFrame(traffic));
    const out = join(context.scratch, "data.parquet");
    const patterns = new Map(
      known.columns.flatMap(({ name, pattern }) => (pattern === undefined ? [] : [[name, pattern] as const])),
    );
    await writeFrame(all, out, { patterns });
    const provenance = {
      ...known.provenance,
      operations: [...(known.provenance.operations ?? []), { appended: "traffic", rows }],
    };
    const snapshot = { ...known, rows: all.rows, content: frameDigest(all, patterns), provenance };
    return { dataset: datasetArtifact(out, snapshot) };
  },
});
