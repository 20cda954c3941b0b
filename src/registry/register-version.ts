import type { Digest, JsonObject } from "@millrace/program";
import { appendDecided } from "./append.ts";
import { foldModel } from "./fold-model.ts";
import type { Done, ModelVersion, RegisteredMetric, RegistryContext, RiskTier } from "./model.ts";
import { checkName } from "./names.ts";

export interface Registration {
  readonly model: string;
  readonly artifactId: string;
  readonly content: Digest;
  readonly runId?: string | null;
  /** A figure with its interval, or a bare number. */
  readonly metrics?: Readonly<Record<string, number | RegisteredMetric>>;
  /** Default: `minimal`, which needs no approval. */
  readonly riskTier?: RiskTier;
  /** Who answers for the model; default: who registers. */
  readonly owner?: string;
}

/**
 * The version that stands for this content: a new one, numbered 1, 2, 3 …, or the one that was registered before.
 *
 * The content digest of the current `champion` is recorded with it, so that a later run knows what it was compared with.
 *
 * Errors: REGISTRY_NAME_INVALID: when the model's name is not kebab-case; REGISTRY_ACTOR_MISSING; REGISTRY_WRITE_CONTENDED.
 */
export async function registerVersion(
  context: RegistryContext,
  registration: Registration,
): Promise<Done<ModelVersion>> {
  const { model, content } = registration;
  checkName("model", model);
  return await appendDecided<ModelVersion>(context, `model/${model}`, (entries) => {
    const known = foldModel(model, entries);
    const same = known.versions.find((version) => version.content === content);
    if (same !== undefined) return { hit: same };
    const champion = known.aliases.find((alias) => alias.alias === "champion");
    const data: JsonObject = {
      version: known.versions.length + 1,
      artifactId: registration.artifactId,
      content,
      runId: registration.runId ?? null,
      metrics: metricsToJson(registration.metrics ?? {}),
      champion: known.versions.find((version) => version.version === champion?.version)?.content ?? null,
      riskTier: registration.riskTier ?? "minimal",
      owner: registration.owner ?? context.by,
    };
    return {
      append: { type: "version-registered", data, key: `register/${content}` },
      give: (entry) => foldModel(model, [...entries, entry]).versions.at(-1)!,
    };
  });
}

function metricsToJson(metrics: NonNullable<Registration["metrics"]>): JsonObject {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, given]) => [name, typeof given === "number" ? given : { ...given }]),
  );
}
