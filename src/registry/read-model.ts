import { knownNames, MillraceError, nearestName, type StreamEntry } from "#kernel";
import { foldModel } from "./fold-model.ts";
import type { Model, ModelVersion, RegistryContext } from "./model.ts";

type Reader = Pick<RegistryContext, "metadata">;

/** Every registered model with its versions and aliases, in order of name. */
export async function listModels(context: Reader): Promise<readonly Model[]> {
  const byStream = new Map<string, StreamEntry[]>();
  for (const entry of await context.metadata.read({ find: "entries", streamPrefix: "model/" })) {
    const list = byStream.get(entry.stream) ?? [];
    list.push(entry);
    byStream.set(entry.stream, list);
  }
  return [...byStream]
    .map(([stream, entries]) => foldModel(stream.slice("model/".length), entries))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * One model with its versions and aliases.
 *
 * Errors: REGISTRY_MODEL_UNKNOWN: with the known names and the nearest.
 */
export async function readModel(context: Reader, name: string): Promise<Model> {
  const entries = await context.metadata.read({ find: "entries", stream: `model/${name}` });
  const model = foldModel(name, entries);
  if (model.versions.length > 0) return model;
  const known = (await listModels(context)).map((one) => one.name);
  const near = nearestName(name, known);
  throw new MillraceError("REGISTRY_MODEL_UNKNOWN", {
    message: `No model is named "${name}": ${knownNames(name, known)}.`,
    next:
      near === undefined
        ? "List the models with `millrace model list`."
        : `Use ${near}, or list all with \`millrace model list\`.`,
    facts: { name, known: known.slice(0, 50) },
  });
}

/** The entries of a model's stream, oldest first: every registration, alias, approval and stage. */
export async function modelHistory(context: Reader, name: string): Promise<readonly StreamEntry[]> {
  await readModel(context, name);
  return await context.metadata.read({ find: "entries", stream: `model/${name}` });
}

/** The version of that number; stops with the known numbers otherwise. */
export function versionOf(model: Model, version: number): ModelVersion {
  const found = model.versions.find((one) => one.version === version);
  if (found !== undefined) return found;
  const last = model.versions.at(-1)?.version ?? 0;
  throw new MillraceError("REGISTRY_VERSION_UNKNOWN", {
    message: `${model.name} has no version ${version}: known are 1 to ${last}.`,
    next: `Name a version from ${model.name}:1 to ${model.name}:${last}.`,
    facts: { model: model.name, version, last },
  });
}
