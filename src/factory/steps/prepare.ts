import { join } from "node:path";
import { z } from "zod";
import { operationSchema, transformSnapshot } from "#dataset";
import { MillraceError } from "#kernel";
import { defineStep } from "#pipeline";
import { datasetArtifact } from "./dataset-artifact.ts";

/** Joins, filters and derives what the config asks for, and adds the target. */
export const prepareStep = defineStep({
  module: import.meta.url,
  export: "prepareStep",
  name: "prepare",
  version: 1,
  kind: "pure",
  weight: "light",
  inputs: { datasets: { type: "dataset", many: true } },
  outputs: { dataset: { type: "dataset" } },
  options: z.strictObject({
    names: z.array(z.string()).min(1).describe("the data sets' names, in the order of the input"),
    operations: z.array(operationSchema).default([]),
    target: z
      .strictObject({ name: z.string(), sql: z.string().optional() })
      .optional()
      .describe("none: nothing is predicted of these rows"),
  }),
  async run(context, { datasets }, { names, operations, target }) {
    const inputs: Record<string, string> = {};
    for (const [k, dataset] of datasets.entries()) if (k > 0) inputs[names[k]!] = await dataset.path("data.parquet");
    const derive = target?.sql === undefined ? [] : [{ op: "derive" as const, name: target.name, sql: target.sql }];
    const out = join(context.scratch, "data.parquet");
    const history = await transformSnapshot(await datasets[0]!.path("data.parquet"), [...operations, ...derive], {
      inputs,
      out,
    });
    if (target !== undefined && !history.columns.some((column) => column.name === target.name))
      throw new MillraceError("FACTORY_COLUMN_UNKNOWN", {
        message: `The data have no column "${target.name}", which is the target.`,
        next: "Correct `target` in millrace.config.ts.",
      });
    context.metric("rows", history.rows);
    return { dataset: datasetArtifact(out, history) };
  },
});
