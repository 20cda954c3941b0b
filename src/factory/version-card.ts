import type { JsonObject } from "@millrace/program";
import { type DocumentationPack, type ModelCardFacts, type ModelVersion, modelHistory, renderCard } from "#registry";
import type { Project } from "./open-project.ts";
import { readDataCard } from "./steps/data-card.ts";
import { evidenceOf } from "./version-evidence.ts";
import { versionProgress } from "./version-progress.ts";

type Stores = Pick<Project, "metadata" | "objects">;

/** The card of the data that a version was made from, as its run wrote it. */
export async function dataCardOf(stores: Stores, version: ModelVersion): ReturnType<typeof readDataCard> {
  return readDataCard(await evidenceOf(stores, version, "data-card/card"));
}

/**
 * A version's card or documentation pack: what its run recorded, and where the version stands now.
 *
 * Errors: FACTORY_EVIDENCE_MISSING: where no card was recorded.
 */
export async function modelCardOf(
  stores: Stores,
  version: ModelVersion,
  pack?: DocumentationPack,
): Promise<{ readonly json: JsonObject; readonly markdown: string; readonly html: string }> {
  const card = await evidenceOf(stores, version, "card/card");
  const recorded = await card.json<ModelCardFacts & { readonly format: number }>();
  const progress = await versionProgress(stores, version.model);
  const { format, ...facts } = {
    ...recorded,
    standing: await standingOf(stores, version),
    ...(progress === null ? {} : { progress }),
  };
  return {
    json: JSON.parse(JSON.stringify({ format, ...facts })) as JsonObject,
    markdown: renderCard(facts, "md", pack),
    html: renderCard(facts, "html", pack),
  };
}

/** Stage, aliases, approvals, and who said what. */
async function standingOf(stores: Stores, version: ModelVersion): Promise<NonNullable<ModelCardFacts["standing"]>> {
  const { stage, aliases, approval } = version;
  const entries = await modelHistory(stores, version.model);
  const words = entries
    .filter(
      ({ type, data }) =>
        ["approved", "rejected", "stage-set", "alias-set"].includes(type) && data.version === version.version,
    )
    .map(({ type, data, atMs }) => ({
      by: String(data.by),
      said: type === "alias-set" ? `set @${data.alias}` : type === "stage-set" ? `stage ${data.stage}` : type,
      reason: String(data.reason ?? ""),
      atMs,
    }));
  const said = `${approval.approvedBy.length} of ${approval.required} approvals needed; ${approval.state}.`;
  return { stage, aliases, approval: said, words };
}
