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
  options: z.strictObject({}),
  async run(context, { dataset }) {
    const statistics = computeStatistics(await datasetFrame(dataset));
    context.metric("columns", statistics.columns.length);
    return {
      statistics: {
        value: JSON.parse(JSON.stringify(statistics)),
        properties: { rows: statistics.rows, columns: statistics.columns.length },
      },
    };
  },
});
