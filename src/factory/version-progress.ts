import { metricNamed, type Progress, projectProgress, type VersionFigure } from "#evaluate";
import { listModels, type ModelVersion } from "#registry";
import type { Project } from "./open-project.ts";
import type { EvaluationReport } from "./steps/evaluate.ts";
import { versionEvidence } from "./version-evidence.ts";

type Stores = Pick<Project, "metadata" | "objects">;

/**
 * The best value over a model's versions, each on its own test rows, with a projection; `null` where no version was evaluated.
 * The metric is the one that the newest version was chosen by.
 */
export async function versionProgress(stores: Stores, name: string): Promise<Progress | null> {
  const versions = (await listModels(stores)).find((one) => one.name === name)?.versions ?? [];
  const found = await Promise.all(versions.map((version) => judgedBy(stores, version)));
  const metric = found.findLast((one) => one !== null)?.metric;
  if (metric === undefined) return null;
  const figures = versions.flatMap(({ version, metrics }, k): VersionFigure[] => {
    const own = metrics[metric];
    return own === undefined
      ? []
      : [{ version, value: own.value, low: own.low ?? null, high: own.high ?? null, testSet: found[k]?.testSet }];
  });
  return projectProgress(metric, figures);
}

/** What a version was chosen by, and which rows it was measured on. */
async function judgedBy(stores: Stores, version: ModelVersion) {
  const evidence = await versionEvidence(stores, version);
  const evaluation = evidence.get("evaluate/evaluation");
  if (evaluation === undefined) return null;
  const { metric, model } = await evaluation.json<EvaluationReport>();
  return { metric: metricNamed(metric, model.task).name, testSet: evidence.get("split/split")?.record.content };
}
