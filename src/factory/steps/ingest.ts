import { join } from "node:path";
import { z } from "zod";
import { ingest, sourceSchema, sourceWatermark } from "#dataset";
import { defineStep } from "#pipeline";
import { dataNoteSchema } from "#validate";
import { datasetArtifact } from "./dataset-artifact.ts";

/** Reads one data set from where it lives and keeps it as a snapshot. Keyed by the source's watermark. */
export const ingestStep = defineStep({
  module: import.meta.url,
  export: "ingestStep",
  name: "ingest",
  version: 1,
  kind: "source",
  weight: "light",
  inputs: {},
  outputs: { dataset: { type: "dataset" } },
  options: z.strictObject({
    source: sourceSchema,
    note: dataNoteSchema.default({}).describe("what a person knows of the data, kept with the snapshot"),
  }),
  watermark: ({ source }, { project }) => sourceWatermark(source, { project }),
  async run(context, _inputs, { source, note }) {
    const out = join(context.scratch, "data.parquet");
    const snapshot = await ingest(source, { project: context.project, out }, context);
    context.metric("rows", snapshot.rows);
    return { dataset: datasetArtifact(out, snapshot, { note: { ...note } as Record<string, string> }) };
  },
});
