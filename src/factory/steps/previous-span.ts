import { z } from "zod";
import { readFrame } from "#dataset";
import type { Artifact, Id, MetadataStore } from "#kernel";
import { contextId, defineStep, type InputArtifact } from "#pipeline";
import { type ControlDataset, type DatasetStatistics, schemaFromJson } from "#validate";

/** How far back a factory looks for data unlike those of now. */
const turnsBack = 200;

/**
 * What the last complete turn on other data was about: its statistics, and its rows where the schema asks for distances. A
 * turn that failed is none. Turns on the data of now are passed over, so that an unchanged run compares with the same again.
 */
export const previousSpanStep = defineStep({
  module: import.meta.url,
  export: "previousSpanStep",
  name: "previous-span",
  version: 1,
  kind: "source",
  weight: "light",
  inputs: { statistics: { type: "statistics" }, schema: { type: "schema" } },
  outputs: { previous: { type: "previous-span" } },
  options: z.strictObject({ pipeline: z.string(), node: z.string().describe("the one that made the statistics") }),
  watermarkAt: "inputs",
  async watermark({ pipeline, node }, { metadata }, inputs) {
    const found = await findPrevious(metadata, { pipeline, node, now: String(inputs.statistics) });
    return { content: found?.statistics.content ?? null };
  },
  async run(context, { statistics, schema }, { pipeline, node }) {
    const found = await findPrevious(context.metadata, { pipeline, node, now: statistics.record.content });
    if (found === undefined) return { previous: { value: { run: null } } };
    const held = schemaFromJson(await schema.json());
    const distances = (held.feature ?? []).some(({ driftComparator }) => driftComparator !== undefined);
    const files: Record<string, Uint8Array> = {
      "statistics.json": await context.objects.get(found.statistics.files["value.json"]!.object),
    };
    const rows = distances ? await rowsBehind(context.metadata, found.execution) : undefined;
    if (rows !== undefined) files["data.parquet"] = await context.objects.get(rows.files["data.parquet"]!.object);
    const value = { run: found.run, statistics: found.statistics.content, rows: rows?.content ?? null };
    return {
      previous: { files: { ...files, "value.json": new TextEncoder().encode(JSON.stringify(value)) } },
    };
  },
});

/** The span before as validation takes it; `undefined` where there was none. */
export async function previousControl(previous: InputArtifact): Promise<ControlDataset | undefined> {
  const { files } = previous.record;
  if (files["statistics.json"] === undefined) return undefined;
  const statistics = JSON.parse(new TextDecoder().decode(await previous.bytes("statistics.json"))) as DatasetStatistics;
  if (files["data.parquet"] === undefined) return { statistics };
  return { statistics, frame: await readFrame(await previous.path("data.parquet")) };
}

interface Found {
  readonly run: string;
  readonly execution: Id;
  readonly statistics: Artifact;
}

type Reader = Pick<MetadataStore, "read">;

async function findPrevious(
  metadata: Reader,
  { pipeline, node, now }: { readonly pipeline: string; readonly node: string; readonly now: string },
): Promise<Found | undefined> {
  const made = await metadata.read({
    find: "executions",
    contextId: contextId("node", `${pipeline}/${node}`),
    limit: turnsBack,
  });
  const turns = made.flatMap(({ id, properties: { run, outputs } }) => {
    const artifact = (outputs as { statistics?: string } | undefined)?.statistics;
    return typeof run === "string" && artifact !== undefined ? [{ id, run, artifact }] : [];
  });
  const runs = await metadata.read({ find: "contexts", ids: [...new Set(turns.map(({ run }) => run as Id))] });
  const complete = new Set<string>(
    runs.filter(({ properties }) => properties.state === "complete").map(({ id }) => id),
  );
  const known = new Map<string, Artifact>();
  for (const { id, run, artifact } of turns) {
    if (!complete.has(run)) continue;
    if (!known.has(artifact)) {
      const [record] = await metadata.read({ find: "artifacts", ids: [artifact as Id] });
      if (record === undefined) continue;
      known.set(artifact, record);
    }
    const statistics = known.get(artifact)!;
    if (statistics.content !== now) return { run, execution: id, statistics };
  }
  return undefined;
}

async function rowsBehind(metadata: Reader, execution: Id): Promise<Artifact | undefined> {
  const events = await metadata.read({ find: "events", executionIds: [execution] });
  const input = events.find(({ type, path }) => type === "input" && path === "dataset");
  if (input === undefined) return undefined;
  const [record] = await metadata.read({ find: "artifacts", ids: [input.artifactId] });
  return record;
}
