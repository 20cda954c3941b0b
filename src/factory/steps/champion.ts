import { z } from "zod";
import { defineStep } from "#pipeline";
import { listModels } from "#registry";

/**
 * The version that a candidate must beat: the champion of now, or, when the candidate has been registered before, the
 * champion of then, so that an unchanged run compares the same two again.
 */
export const championStep = defineStep({
  module: import.meta.url,
  export: "championStep",
  name: "champion",
  version: 1,
  kind: "source",
  weight: "light",
  inputs: { model: { type: "model" } },
  outputs: { champion: { type: "champion" } },
  options: z.strictObject({ model: z.string() }),
  watermarkAt: "inputs",
  async watermark({ model }, { metadata }, inputs) {
    const found = (await listModels({ metadata })).find((one) => one.name === model);
    const known = found?.versions.find((version) => version.content === inputs.model);
    if (known !== undefined) return { content: known.champion };
    const champion = found?.versions.find((version) => version.aliases.includes("champion"));
    return { content: champion?.content ?? null };
  },
  async run(context, { model: candidate }, { model }) {
    const found = (await listModels(context)).find((one) => one.name === model);
    const known = found?.versions.find((version) => version.content === candidate.record.content);
    const content =
      known === undefined
        ? found?.versions.find((version) => version.aliases.includes("champion"))?.content
        : known.champion;
    const version = content ? found?.versions.find((one) => one.content === content) : undefined;
    if (version === undefined) return { champion: { value: { reference: null } } };
    const [artifact] = await context.metadata.read({ find: "artifacts", ids: [version.artifactId as `art_${string}`] });
    const files: Record<string, Uint8Array> = {};
    for (const [name, file] of Object.entries(artifact!.files)) files[name] = await context.objects.get(file.object);
    const value = { reference: `${model}:${version.version}`, content: version.content };
    return { champion: { files: { ...files, "value.json": new TextEncoder().encode(JSON.stringify(value)) } } };
  },
});
