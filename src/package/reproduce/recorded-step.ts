import { z } from "zod";
import { defineStep, type NewArtifact } from "#pipeline";

const artifactSchema = z.strictObject({
  content: z.templateLiteral(["sha256:", z.string()]),
  files: z.record(z.string(), z.templateLiteral(["sha256:", z.string()])),
  properties: z.record(z.string(), z.json()),
});

/** Stands for a source, or for a person's answer, when a run is made again: gives what it gave then, out of the object store. */
export const recordedStep = defineStep({
  module: import.meta.url,
  export: "recordedStep",
  name: "recorded",
  version: 1,
  kind: "source",
  weight: "light",
  inputs: {},
  outputs: {},
  options: z.strictObject({ outputs: z.record(z.string(), artifactSchema) }),
  // The outside is what was recorded: its digests stand in the options.
  watermark: async () => null,
  async run(context, _inputs, { outputs }) {
    const given: Record<string, NewArtifact> = {};
    for (const [name, { content, files, properties }] of Object.entries(outputs)) {
      const bytes: Record<string, { readonly path: string }> = {};
      for (const [file, object] of Object.entries(files)) bytes[file] = { path: await context.objects.locate(object) };
      given[name] = { content, files: bytes, properties: properties as NonNullable<NewArtifact["properties"]> };
    }
    return given;
  },
});
