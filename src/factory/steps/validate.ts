import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { digestFile, MillraceError } from "#kernel";
import { defineStep } from "#pipeline";
import {
  type Anomaly,
  assumptionSchema,
  checkAssumptions,
  type DatasetStatistics,
  inferSchema,
  type Schema,
  schemaFromJson,
  schemaFromText,
  schemaToJson,
  schemaToText,
  validateStatistics,
} from "#validate";
import { datasetFrame } from "./dataset-artifact.ts";

/** The schema that the data are held against: a file of the project, or inferred from these statistics. */
export const schemaStep = defineStep({
  module: import.meta.url,
  export: "schemaStep",
  name: "schema",
  version: 1,
  kind: "source",
  weight: "light",
  inputs: { statistics: { type: "statistics" } },
  outputs: { schema: { type: "schema" } },
  options: z.strictObject({ file: z.string().optional().describe("a .pbtxt or .json schema of the project") }),
  watermark: async ({ file }, { project }) =>
    file === undefined ? null : { [file]: await digestFile(join(project, file)) },
  async run(context, { statistics }, { file }) {
    const schema =
      file === undefined
        ? inferSchema(await statistics.json<DatasetStatistics>())
        : await readSchema(join(context.project, file));
    const text = new TextEncoder();
    return {
      schema: {
        files: {
          "schema.pbtxt": text.encode(schemaToText(schema)),
          "value.json": text.encode(JSON.stringify(schemaToJson(schema))),
        },
        properties: { features: schema.feature?.length ?? 0, from: file ?? "inferred" },
      },
    };
  },
});

/** Reads a schema file in text-proto or JSON form. */
export async function readSchema(path: string): Promise<Schema> {
  const text = await readFile(path, "utf8");
  return path.endsWith(".json") ? schemaFromJson(JSON.parse(text)) : schemaFromText(text);
}

/** Anomalies of the data against the schema, and whether the written assumptions hold. Stops the run where an ERROR stands. */
export const validateStep = defineStep({
  module: import.meta.url,
  export: "validateStep",
  name: "validate",
  version: 1,
  kind: "pure",
  weight: "light",
  inputs: { dataset: { type: "dataset" }, statistics: { type: "statistics" }, schema: { type: "schema" } },
  outputs: { anomalies: { type: "anomalies" } },
  options: z.strictObject({
    assumptions: z.array(assumptionSchema).default([]),
    onError: z.enum(["stop", "warn"]).default("stop"),
  }),
  async run(context, { dataset, statistics, schema }, { assumptions, onError }) {
    const found: readonly Anomaly[] = validateStatistics(
      await statistics.json<DatasetStatistics>(),
      schemaFromJson(await schema.json()),
    );
    const held = checkAssumptions(assumptions, await datasetFrame(dataset));
    const errors = found.filter((anomaly) => anomaly.severity === "ERROR");
    context.metric("anomalies", found.length);
    context.metric("errors", errors.length);
    if (errors.length > 0 && onError === "stop")
      throw new MillraceError("FACTORY_DATA_INVALID", {
        message: `The data do not match the schema: ${errors
          .slice(0, 3)
          .map((one) => `${one.feature}: ${one.short}`)
          .join("; ")}${errors.length > 3 ? ` and ${errors.length - 3} more` : ""}.`,
        next: "Mend the data, or change the schema if the data are right.",
        facts: { anomalies: errors.map((one) => ({ feature: one.feature, type: one.type, long: one.long })) },
      });
    const value = { ok: errors.length === 0, anomalies: found, assumptions: held };
    return {
      anomalies: {
        value: JSON.parse(JSON.stringify(value)),
        properties: { anomalies: found.length, errors: errors.length },
      },
    };
  },
});
