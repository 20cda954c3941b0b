import { join } from "node:path";
import type { Column } from "@millrace/program";
import { z } from "zod";
import { frameDigest, measureImages, writeFrame } from "#dataset";
import { defineStep } from "#pipeline";
import { joinOutcomes, readWindow, windowAsFrame, windowWatermark } from "#traffic";
import { datasetArtifact, datasetInfo } from "./dataset-artifact.ts";
import { outcomeColumn } from "./outcome-column.ts";

/**
 * Labelled requests of the endpoint as a data set like the prepared one: what was asked, and what came of it. A column that
 * requests did not carry is missing. Keyed by what the log holds.
 */
export const readTrafficStep = defineStep({
  module: import.meta.url,
  export: "readTrafficStep",
  name: "read-traffic",
  version: 1,
  kind: "source",
  weight: "light",
  inputs: { like: { type: "dataset" } },
  outputs: { dataset: { type: "dataset" } },
  options: z.strictObject({
    endpoint: z.string(),
    folder: z.string().describe("the traffic log's folder"),
    target: z.string().optional().describe("none: nothing is predicted of these rows"),
    time: z.string().optional(),
    images: z.string().optional().describe("the column of images, whose measures are added"),
    toMs: z.number().optional().describe("requests from this moment on are left out"),
  }),
  unkeyed: ["folder"],
  watermark: ({ endpoint, folder, toMs }) =>
    windowWatermark({ folder, endpoint, ...(toMs === undefined ? {} : { toMs }) }),
  async run(context, { like }, { endpoint, folder, target, time, images, toMs }) {
    const known = await datasetInfo(like);
    const window = await readWindow({ folder, endpoint, ...(toMs === undefined ? {} : { toMs }) });
    const answered = window.predictions.filter((prediction) => prediction.route === "live");
    const joined = joinOutcomes(answered, window.outcomes);
    const asked = known.columns.filter((column) => column.name !== target && column.name !== time);
    const { frame, outcomes, times } = windowAsFrame(joined.rows, asked, { labelledOnly: true });
    const columns = new Map<string, Column>(frame.columns);
    if (images !== undefined && columns.has(images))
      for (const [name, column] of await measureImages(frame, images)) if (columns.has(name)) columns.set(name, column);
    if (time !== undefined) columns.set(time, times);
    if (target !== undefined)
      columns.set(
        target,
        outcomeColumn(outcomes, target, known.columns.find((column) => column.name === target)!.type),
      );
    const out = join(context.scratch, "data.parquet");
    const full = { rows: frame.rows, columns };
    const patterns = new Map(
      known.columns.flatMap(({ name, pattern }) => (pattern === undefined ? [] : [[name, pattern] as const])),
    );
    await writeFrame(full, out, { patterns });
    context.metric("rows", frame.rows);
    const snapshot = {
      rows: frame.rows,
      columns: known.columns.filter((column) => columns.has(column.name)),
      content: frameDigest(full, patterns),
      provenance: {
        source: { kind: "traffic", endpoint },
        files: [],
        problems: [],
        operations: [
          { labelled: joined.labelled, unlabelled: joined.unlabelled, lost: window.lost, repeated: joined.repeated },
        ],
      },
    };
    return { dataset: datasetArtifact(out, snapshot) };
  },
});
