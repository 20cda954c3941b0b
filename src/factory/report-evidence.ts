import type { EvaluationEvidence, GateVerdict, Resampling } from "#evaluate";
import { countOf } from "#kernel";
import type { EvaluationReport } from "./steps/evaluate.ts";
import type { ProbeReport } from "./steps/probe.ts";

/** What the steps of a run found of a model. */
export interface RunFindings {
  readonly report: EvaluationReport;
  readonly probes: ProbeReport;
  readonly verdict: GateVerdict;
  /** How many models were measured on these test rows. */
  readonly openings: number;
  readonly resampling?: Resampling | undefined;
}

/** A run's findings as a report shows them. */
export function reportEvidence(
  { report, probes, verdict, openings, resampling }: RunFindings,
  { title, target }: { readonly title: string; readonly target: string },
): EvaluationEvidence {
  const { model: evaluation, ...found } = report;
  const { importances, contributions, dependence, metric, rows, attacks } = probes;
  return {
    ...found,
    model: title,
    data: "the test rows",
    target,
    evaluation,
    inputs: { importances, contributions, dependence, metric, rows },
    verdict,
    ...(resampling === undefined ? {} : { resampling }),
    ...(attacks === undefined ? {} : { attacks }),
    notes: notesOf(openings, found.unscored ?? 0),
  };
}

/** What a reader has to know of the test rows. */
function notesOf(openings: number, unscored: number): string[] {
  const looks = `${openings} models were measured on these test rows, this one among them; the best of many looks better than it is.`;
  const left = `${countOf(unscored, "row")} that the model gives no score ${unscored === 1 ? "was" : "were"} left out.`;
  return [...(openings === 1 ? [] : [looks]), ...(unscored === 0 ? [] : [left])];
}
