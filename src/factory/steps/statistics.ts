import { z } from "zod";
import { defineStep } from "#pipeline";
import { computeStatistics, nestFrame } from "#validate";
import { datasetFrame } from "./dataset-artifact.ts";

/** Exact statistics of every column. */
export const statisticsStep = defineStep({
  module: import.meta.url,
  export: "statisticsStep",
  name: "statistics",
  version: 2,
  kind: "pure",
  weight: "light",
  inputs: { dataset: { type: "dataset" } },
  outputs: { statistics: { type: "statistics" } },
  options: z.strictObject({
    leftOut: z.array(z.string()).default([]).describe("columns without statistics: contents rather than values"),
    lists: z.boolean().default(false).describe("texts that are JSON lists or objects are counted as such"),
  }),
  async run(context, { dataset }, { leftOut, lists }) {
    const frame = await datasetFrame(dataset);
    const columns = new Map([...frame.columns].filter(([name]) => !leftOut.includes(name)));
    const described = { ...frame, columns };
    const statistics = computeStatistics(lists ? nestFrame(described) : described);
    context.metric("columns", statistics.columns.length);
    return {
      statistics: {
        value: JSON.parse(JSON.stringify(statistics)),
        properties: { rows: statistics.rows, columns: statistics.columns.length },
      },
    };
  },
});
