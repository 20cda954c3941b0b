import { join } from "node:path";
import { z } from "zod";
import { concatFrames, frameDigest, operationSchema, readFrame, transformSnapshot, writeFrame } from "#dataset";
import { MillraceError } from "#kernel";
import { defineStep } from "#pipeline";
import { datasetArtifact, datasetInfo } from "./dataset-artifact.ts";
import { outcomeColumn } from "./outcome-column.ts";

/** Joins, filters and derives what the config asks for, adds the target, and appends the labelled traffic. */
export const prepareStep = defineStep({
  module: import.meta.url,
  export: "prepareStep",
  name: "prepare",
  version: 1,
  kind: "pure",
  weight: "light",
  inputs: { datasets: { type: "dataset", many: true }, traffic: { type: "dataset", optional: true } },
  outputs: { dataset: { type: "dataset" } },
  options: z.strictObject({
    names: z.array(z.string()).min(1).describe("the data sets' names, in the order of the input"),
    operations: z.array(operationSchema).default([]),
    target: z.strictObject({ name: z.string(), sql: z.string().optional() }),
  }),
  async run(context, { datasets, traffic }, { names, operations, target }) {
    const inputs: Record<string, string> = {};
    for (const [k, dataset] of datasets.entries()) if (k > 0) inputs[names[k]!] = await dataset.path("data.parquet");
    const derive = target.sql === undefined ? [] : [{ op: "derive" as const, name: target.name, sql: target.sql }];
    const out = join(context.scratch, "data.parquet");
    const history = await transformSnapshot(await datasets[0]!.path("data.parquet"), [...operations, ...derive], {
      inputs,
      out,
    });
    if (!history.columns.some((column) => column.name === target.name))
      throw new MillraceError("FACTORY_COLUMN_UNKNOWN", {
        message: `The data have no column "${target.name}", which is the target.`,
        next: "Correct `target` in millrace.config.ts.",
      });
    context.metric("rows", history.rows);
    if (traffic === undefined || (await datasetInfo(traffic)).rows === 0)
      return { dataset: datasetArtifact(out, history) };
    const asked = await readFrame(await traffic.path("data.parquet"));
    const type = history.columns.find((column) => column.name === target.name)!.type;
    const outcomes = outcomeColumn(asked.columns.get(target.name)!, target.name, type);
    const columns = new Map(asked.columns).set(target.name, outcomes);
    const all = concatFrames(await readFrame(out), { rows: asked.rows, columns });
    const both = join(context.scratch, "both.parquet");
    const patterns = new Map(
      history.columns.flatMap(({ name, pattern }) => (pattern === undefined ? [] : [[name, pattern] as const])),
    );
    await writeFrame(all, both, { patterns });
    context.metric("rows", all.rows);
    const provenance = {
      ...history.provenance,
      operations: [...(history.provenance.operations ?? []), { appended: "traffic", rows: all.rows - history.rows }],
    };
    return {
      dataset: datasetArtifact(both, { ...history, rows: all.rows, content: frameDigest(all, patterns), provenance }),
    };
  },
});
