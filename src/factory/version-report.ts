import { type GateVerdict, type Resampling, renderEvaluationHtml } from "#evaluate";
import type { ModelVersion } from "#registry";
import type { Project } from "./open-project.ts";
import { reportEvidence } from "./report-evidence.ts";
import type { EvaluationReport } from "./steps/evaluate.ts";
import type { ProbeReport } from "./steps/probe.ts";
import { evidenceOf, versionEvidence } from "./version-evidence.ts";
import { versionProgress } from "./version-progress.ts";

type Stores = Pick<Project, "metadata" | "objects">;

/**
 * What the run that made a version recorded, as one HTML file, with the history of the model as it is now.
 *
 * Errors: FACTORY_EVIDENCE_MISSING: a version without a recorded evaluation.
 */
export async function versionReport(
  stores: Stores,
  version: ModelVersion,
  target: string,
): Promise<string | Uint8Array> {
  const found = await versionEvidence(stores, version);
  const of = async <T>(name: string): Promise<T | undefined> => found.get(name)?.json<T>();
  const probes = await of<ProbeReport>("probe/probes");
  const verdict = await of<GateVerdict>("gate/verdict");
  const opening = await of<{ readonly openings: number }>("open-test/opening");
  const evaluation = await evidenceOf(stores, version, "evaluate/evaluation");
  // Versions of before have the page beside the evaluation.
  if (probes === undefined || verdict === undefined || opening === undefined) return evaluation.bytes("report.html");
  const report = await evaluation.json<EvaluationReport>();
  const resampling = await of<Resampling>("resample/resampling");
  const progress = await versionProgress(stores, version.model);
  const evidence = reportEvidence(
    { report, probes, verdict, openings: opening.openings, resampling },
    { title: `${version.model}:${version.version}`, target },
  );
  return renderEvaluationHtml({ ...evidence, ...(progress === null ? {} : { progress }) });
}
