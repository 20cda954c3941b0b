import { z } from "zod";
import { defineStep } from "#pipeline";
import { computeStatistics } from "#validate";
import { datasetFrame } from "./dataset-artifact.ts";

/** Exact statistics of every column. */
export const statisticsStep = defineStep({
  module: import.meta.url,
  export: "statisticsStep",
  name: "statistics",
  version: 1,
  kind: "pure",
  weight: "light",
  inputs: { dataset: { type: "dataset" } },
  outputs: { statistics: { type: "statistics" } },
  options: z.strictObject({
    leftOut: z.array(z.string()).default([]).describe("columns without statistics: contents rather than values"),
  }),
  async run(context, { dataset }, { leftOut }) {
    const frame = await datasetFrame(dataset);
    const columns = new Map([...frame.columns].filter(([name]) => !leftOut.includes(name)));
    const statistics = computeStatistics({ ...frame, columns });
    context.metric("columns", statistics.columns.length);
    return {
      statistics: {
        value: JSON.parse(JSON.stringify(statistics)),
        properties: { rows: statistics.rows, columns: statistics.columns.length },
      },
    };
  },
});
