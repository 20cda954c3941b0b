import { z } from "zod";
import type { Artifact, Id, MetadataStore } from "#kernel";
import { contextId, defineStep } from "#pipeline";

/** How far back a factory looks for a search on other rows. */
const turnsBack = 50;
/** Settings that a search starts from: more would leave it no trials of its own. */
const most = 3;

const trainedSchema = z.object({
  leaderboard: z.array(
    z.object({
      learner: z.string(),
      options: z.record(z.string(), z.unknown()),
      folds: z.tuple([z.number(), z.number()]),
      facts: z.object({ layer: z.number().optional() }).default({}),
    }),
  ),
});

/**
 * The settings that did best in the last complete turn on other rows, for the search to start from. Turns on the rows of now
 * are passed over, so that an unchanged run starts as it did before.
 */
export const earlierSearchStep = defineStep({
  module: import.meta.url,
  export: "earlierSearchStep",
  name: "earlier-search",
  version: 1,
  kind: "source",
  weight: "light",
  inputs: { dataset: { type: "dataset" } },
  outputs: { earlier: { type: "earlier-search" } },
  options: z.strictObject({ pipeline: z.string(), node: z.string().describe("the one that trains") }),
  watermarkAt: "inputs",
  async watermark({ pipeline, node }, { metadata }, inputs) {
    const found = await findEarlier(metadata, { pipeline, node, now: String(inputs.dataset) });
    return { content: found?.content ?? null };
  },
  async run(context, { dataset }, { pipeline, node }) {
    const found = await findEarlier(context.metadata, { pipeline, node, now: dataset.record.content });
    if (found === undefined) return { earlier: { value: [] } };
    const bytes = await context.objects.get(found.files["value.json"]!.object);
    const { leaderboard } = trainedSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const plans = leaderboard
      // A second layer's settings are of a model that reads others.
      .filter(({ folds, facts }) => folds[0] === folds[1] && facts.layer === undefined)
      .filter(({ learner }) => !["constant", "average", "stack"].includes(learner))
      .slice(0, most)
      .map(({ learner, options }) => ({ learner, options }));
    return { earlier: { value: JSON.parse(JSON.stringify(plans)) } };
  },
});

/** What the newest complete turn on other rows wrote about its training. */
async function findEarlier(
  metadata: Pick<MetadataStore, "read">,
  { pipeline, node, now }: { readonly pipeline: string; readonly node: string; readonly now: string },
): Promise<Artifact | undefined> {
  const made = await metadata.read({
    find: "executions",
    contextId: contextId("node", `${pipeline}/${node}`),
    limit: turnsBack,
  });
  for (const { id, properties } of made) {
    const { run, outputs } = properties as { run?: Id; outputs?: { training?: Id } };
    if (run === undefined || outputs?.training === undefined) continue;
    const [turn] = await metadata.read({ find: "contexts", ids: [run] });
    if (turn?.properties.state !== "complete") continue;
    const events = await metadata.read({ find: "events", executionIds: [id] });
    const input = events.find(({ type, path }) => type === "input" && path === "dataset");
    if (input === undefined) continue;
    const [dataset] = await metadata.read({ find: "artifacts", ids: [input.artifactId] });
    if (dataset === undefined || dataset.content === now) continue;
    const [training] = await metadata.read({ find: "artifacts", ids: [outputs.training] });
    if (training !== undefined) return training;
  }
  return undefined;
}
