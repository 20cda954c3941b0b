import { appendDecided } from "./append.ts";
import { foldModel } from "./fold-model.ts";
import type { Done, ModelVersion, RegistryContext, Stage } from "./model.ts";
import { readModel, versionOf } from "./read-model.ts";

export interface VersionRequest {
  readonly model: string;
  readonly version: number;
  readonly reason: string;
}

/**
 * Records that `context.by` approves a version; saying it twice is a hit. A later word of the same person replaces it.
 *
 * Errors: REGISTRY_MODEL_UNKNOWN, REGISTRY_VERSION_UNKNOWN.
 */
export function approve(context: RegistryContext, request: VersionRequest): Promise<Done<ModelVersion>> {
  return say(context, request, "approved");
}

/** Records that `context.by` rejects a version: it cannot become champion until they approve it. Errors: as `approve`. */
export function reject(context: RegistryContext, request: VersionRequest): Promise<Done<ModelVersion>> {
  return say(context, request, "rejected");
}

/** Moves a version to a stage; where it already is there, a hit. Errors: as `approve`. */
export async function setStage(
  context: RegistryContext,
  request: VersionRequest & { readonly stage: Stage },
): Promise<Done<ModelVersion>> {
  const { model, version, stage, reason } = request;
  await readModel(context, model);
  return await appendDecided<ModelVersion>(context, `model/${model}`, (entries) => {
    const known = versionOf(foldModel(model, entries), version);
    if (known.stage === stage) return { hit: known };
    return {
      append: { type: "stage-set", data: { version, stage, previous: known.stage, reason } },
      give: (entry) => versionOf(foldModel(model, [...entries, entry]), version),
    };
  });
}

async function say(
  context: RegistryContext,
  request: VersionRequest,
  word: "approved" | "rejected",
): Promise<Done<ModelVersion>> {
  const { model, version, reason } = request;
  await readModel(context, model);
  return await appendDecided<ModelVersion>(context, `model/${model}`, (entries) => {
    const known = versionOf(foldModel(model, entries), version);
    const last = entries.findLast(
      (entry) =>
        (entry.type === "approved" || entry.type === "rejected") &&
        entry.data.version === version &&
        entry.data.by === context.by,
    );
    if (last?.type === word) return { hit: known };
    return {
      append: { type: word, data: { version, content: known.content, reason } },
      give: (entry) => versionOf(foldModel(model, [...entries, entry]), version),
    };
  });
}
