import { readFile, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { z } from "zod";
import { digestFile, MillraceError } from "#kernel";
import { defineStep } from "#pipeline";

const mostBytes = 1 << 30;

/** Keeps the bytes of a model that was made elsewhere, so that its import can be repeated. Keyed by their digest. */
export const readModelFileStep = defineStep({
  module: import.meta.url,
  export: "readModelFileStep",
  name: "read-model-file",
  version: 1,
  kind: "source",
  weight: "light",
  inputs: {},
  outputs: { source: { type: "model-source" } },
  options: z.strictObject({ path: z.string().min(1).describe("relative to the project") }),
  watermark: async ({ path }, { project }) => ({ digest: await digestFile(await found(resolve(project, path), path)) }),
  async run(context, _inputs, { path }) {
    const place = await found(resolve(context.project, path), path);
    const digest = await digestFile(place);
    return {
      source: { files: { model: new Uint8Array(await readFile(place)) }, properties: { file: basename(path), digest } },
    };
  },
});

async function found(place: string, typed: string): Promise<string> {
  const facts = await stat(place).catch(() => undefined);
  if (facts?.isFile() !== true)
    throw new MillraceError("KERNEL_FILE_MISSING", {
      message: `There is no file ${typed}.`,
      next: "Correct the path; it counts from the project's folder.",
      facts: { path: typed },
    });
  if (facts.size > mostBytes)
    throw new MillraceError("FACTORY_IMPORT_REFUSED", {
      message: `${typed} holds ${facts.size} bytes; the most is ${mostBytes}.`,
      next: "Train a smaller model, or leave rounds out.",
      facts: { path: typed, sizeBytes: facts.size },
    });
  return place;
}
