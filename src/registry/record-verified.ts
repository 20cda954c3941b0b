import { canonicalJson, type JsonObject } from "@millrace/program";
import { appendDecided } from "./append.ts";
import { foldModel } from "./fold-model.ts";
import type { Done, ModelVersion, RegistryContext } from "./model.ts";
import { readModel, versionOf } from "./read-model.ts";

/**
 * Records that a version scored its golden rows alike on a runtime; saying it twice in a row is a hit.
 *
 * Errors: REGISTRY_MODEL_UNKNOWN, REGISTRY_VERSION_UNKNOWN.
 */
export async function recordVerified(
  context: RegistryContext,
  { model, version, runtime, targets }: VerifiedRequest,
): Promise<Done<ModelVersion>> {
  await readModel(context, model);
  return await appendDecided<ModelVersion>(context, `model/${model}`, (entries) => {
    const known = versionOf(foldModel(model, entries), version);
    const data: JsonObject = { version, content: known.content, runtime, targets: [...targets] };
    const last = entries.findLast((entry) => entry.type === "verified" && entry.data.version === version);
    if (last !== undefined && canonicalJson(last.data.runtime ?? null) === canonicalJson(runtime))
      return { hit: known };
    return { append: { type: "verified", data }, give: () => known };
  });
}

export interface VerifiedRequest {
  readonly model: string;
  readonly version: number;
  readonly runtime: JsonObject;
  /** The exports that were run and scored alike. */
  readonly targets: readonly string[];
}
