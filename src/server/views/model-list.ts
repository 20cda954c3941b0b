import type { MetadataStore } from "#kernel";
import { type Deployment, desiredDeployments, listModels, type Model, type ModelVersion } from "#registry";
import type { ModelSummaryView, VersionSummaryView } from "../schemas/models.ts";
import { mainMetric, metricsOf } from "./metrics.ts";

/** Every model with its aliases and the main metric of its champion, else of its latest version. */
export async function modelSummaries(metadata: MetadataStore) {
  const [models, deployments] = await Promise.all([listModels({ metadata }), desiredDeployments({ metadata })]);
  return models.map((model) => modelSummary(model, deployments));
}

export function modelSummary(model: Model, deployments: readonly Deployment[]): ModelSummaryView {
  const latest = model.versions.at(-1);
  const shown = model.versions.find((version) => version.aliases.includes("champion")) ?? latest;
  return {
    name: model.name,
    versions: model.versions.length,
    latest: latest?.version ?? null,
    aliases: Object.fromEntries(model.aliases.map((alias) => [alias.alias, alias.version])),
    task: null,
    metric: shown === undefined ? null : mainMetric(metricsOf(shown.metrics)),
    updatedMs: Math.max(...model.versions.map((version) => version.registeredMs), ...model.aliases.map((a) => a.atMs)),
    endpoints: deployments.filter((one) => one.model === model.name).map((one) => one.endpoint),
  };
}

/** One version without its evidence. Registered versions passed their gate; `gate` says so where the gate was recorded. */
export function versionSummary(version: ModelVersion): VersionSummaryView {
  const metrics = metricsOf(version.metrics);
  return {
    version: version.version,
    aliases: [...version.aliases],
    createdMs: version.registeredMs,
    digest: version.content,
    runId: version.runId,
    stage: version.stage,
    approval: version.approval.state,
    riskTier: version.riskTier,
    owner: version.owner,
    metrics,
    mainMetric: mainMetric(metrics)?.name ?? null,
  };
}
