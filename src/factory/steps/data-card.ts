import type { Frame } from "@millrace/program";
import { z } from "zod";
import { bandedColumn } from "#evaluate";
import { digestJson } from "#kernel";
import { defineStep, type InputArtifact } from "#pipeline";
import {
  type Anomaly,
  type AssumptionResult,
  buildDataCard,
  type CardSource,
  type DatasetStatistics,
  dataNoteSchema,
  describeQuality,
  describeSupply,
  expectsLists,
  findQuarantine,
  nestFrame,
  schemaFromJson,
} from "#validate";
import { datasetFrame, datasetInfo } from "./dataset-artifact.ts";

/** The card of the data that a run learns from, written from what the run recorded. */
export const dataCardStep = defineStep({
  module: import.meta.url,
  export: "dataCardStep",
  name: "data-card",
  version: 2,
  kind: "pure",
  weight: "light",
  inputs: {
    sources: { type: "dataset", many: true },
    dataset: { type: "dataset" },
    statistics: { type: "statistics" },
    schema: { type: "schema" },
    anomalies: { type: "anomalies" },
    split: { type: "split" },
  },
  outputs: { card: { type: "data-card" } },
  options: z.strictObject({
    name: z.string(),
    target: z.string(),
    time: z.string().optional(),
    groups: z.array(z.string()).default([]).describe("columns whose groups are important cases"),
    lists: z.boolean().default(false).describe("texts that are JSON lists or objects are held as such"),
    note: dataNoteSchema,
    sources: z
      .array(z.strictObject({ name: z.string(), source: z.string(), note: dataNoteSchema }))
      .describe("the data sets, in the order of the input"),
  }),
  async run(
    _context,
    { sources, dataset, statistics, schema, anomalies, split },
    { name, target, time, groups, lists, note, sources: named },
  ) {
    const frame = await datasetFrame(dataset);
    const held = schemaFromJson(await schema.json());
    const found = await anomalies.json<{ anomalies: readonly Anomaly[]; assumptions: readonly AssumptionResult[] }>();
    const codes = await split.bytes("codes.u8");
    const { rows } = JSON.parse(new TextDecoder().decode(await split.bytes("report.json"))) as { rows: object };
    const { provenance } = await datasetInfo(dataset);
    const infos = await Promise.all(sources.map((source) => datasetInfo(source)));
    const column = time === undefined ? undefined : frame.columns.get(time);
    // Age is counted from the newest row, so that the same data have the same card on any day.
    const times =
      column?.type === "timestamp" ? { time: time!, asOf: newest(column.values, column.missing) } : { asOf: 0 };
    // A sensitive age or income is compared in bands, as slices and fairness are.
    const known = groups.filter((one) => frame.columns.has(one));
    const bands = new Map(known.filter((one) => isMeasured(frame, one)).map((one) => [one, bandedColumn(one, frame)]));
    const banded = { rows: frame.rows, columns: new Map([...frame.columns, ...bands]) };
    const crowded = known.filter((one) => valuesOf(banded, one) > mostGroups);
    const card = buildDataCard({
      name,
      content: dataset.record.content,
      statistics: await statistics.json<DatasetStatistics>(),
      note,
      sources: named.map((one, k): CardSource => ({ ...one, files: infos[k]!.provenance.files })),
      problems: [
        ...[...infos.map((info) => info.provenance), provenance].flatMap(({ problems }) =>
          problems.map(({ message }) => message),
        ),
        ...crowded.map((one) => `The groups of "${one}" are not compared: it has more than ${mostGroups} values.`),
      ],
      operations: (provenance.operations ?? []).map((one) => JSON.stringify(one)),
      schema: { schema: held, from: String(schema.record.properties.from ?? "inferred") },
      anomalies: found.anomalies,
      badRows: findQuarantine(lists ? nestFrame(frame, expectsLists(held)) : frame, held, found.anomalies).rows,
      assumptions: found.assumptions,
      quality: describeQuality(
        frame,
        Int32Array.from(codes, (code) => (code === LEFT_OUT ? -1 : code)),
      ),
      supply: describeSupply(banded, {
        ...times,
        label: target,
        groups: known.filter((one) => !crowded.includes(one)),
      }),
      target,
      splits: rows as Record<string, number>,
    });
    return {
      card: {
        content: digestJson(card.json as never),
        files: {
          "value.json": bytes(JSON.stringify(card.json)),
          "data-card.md": bytes(card.markdown),
          "data-card.html": bytes(card.html),
        },
      },
    };
  },
});

const LEFT_OUT = 3;
const mostGroups = 50;

/** A number or time of more values than groups are compared of. */
function isMeasured(frame: Frame, name: string): boolean {
  const { type } = frame.columns.get(name)!;
  return ["number", "integer", "timestamp"].includes(type) && valuesOf(frame, name) > mostGroups;
}

/** Different values; a missing one is a value of its own. */
function valuesOf({ columns, rows }: Frame, name: string): number {
  const column = columns.get(name)!;
  if (column.type === "vector") return rows;
  const values = column.type === "string" ? column.codes : column.values;
  return new Set(values).size;
}

const bytes = (text: string) => new TextEncoder().encode(text);

function newest(values: Float64Array, missing: Uint8Array | undefined): number {
  return values.reduce((most, value, row) => (missing?.[row] === 1 ? most : Math.max(most, value)), 0);
}

/** A data card as it was written: JSON, Markdown and HTML. */
export async function readDataCard(card: InputArtifact): Promise<{ json: never; markdown: string; html: string }> {
  const text = async (file: string) => new TextDecoder().decode(await card.bytes(file));
  return {
    json: (await card.json()) as never,
    markdown: await text("data-card.md"),
    html: await text("data-card.html"),
  };
}
