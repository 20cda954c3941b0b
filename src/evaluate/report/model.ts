import type { AttackTest } from "../attacks/measure-attacks.ts";
import type { DecisionChoice } from "../decisions/choose-decision.ts";
import type { JudgedAutomation } from "../decisions/judge-automation.ts";
import type { FitDiagnosis } from "../diagnosis/diagnose-fit.ts";
import type { Progress } from "../diagnosis/project-progress.ts";
import type { InputFindings } from "../explain/explore-inputs.ts";
import type { Fairness } from "../fairness/model.ts";
import type { Resampling } from "../folds/describe-resampling.ts";
import type { GateVerdict } from "../gate/model.ts";
import type { LabelErrors } from "../labels/find-label-errors.ts";
import type { MeasuredOutputs } from "../measure-outputs.ts";
import type { SeriesFigures } from "../measures/measure-series.ts";
import type { Evaluation } from "../model.ts";
import type { HumanLevel } from "../people/measure-raters.ts";
import type { Pictures } from "../pictures/model.ts";
import type { SliceEvaluation } from "../slices/evaluate-slices.ts";
import type { SliceSearch } from "../slices/find-worst-slices.ts";
import type { ErrorTree } from "../slices/grow-error-tree.ts";
import type { BoardRow } from "./board.ts";

/** Everything that an evaluation found about one model on some rows; what was not looked at is left out. */
export interface EvaluationEvidence {
  /** `churn:7`, or the name of a file. */
  readonly model: string;
  /** Where the rows come from, for people. */
  readonly data: string;
  readonly target: string;
  readonly evaluation: Evaluation;
  readonly pictures: Pictures;
  /** Training, validation and test side by side. */
  readonly diagnosis?: FitDiagnosis;
  readonly outputs?: MeasuredOutputs;
  /** Of several series each one's forecasts. */
  readonly series?: readonly SeriesFigures[];
  readonly slices?: readonly SliceEvaluation[];
  /** Where the model is worst, of all slices. */
  readonly search?: SliceSearch;
  /** Where errors gather, as a small tree. */
  readonly errorTree?: ErrorTree;
  readonly labelErrors?: LabelErrors;
  /** Under what it costs and how many rows can be acted on. */
  readonly decision?: DecisionChoice;
  /** The degree of automation that other rows chose, judged on these. */
  readonly automation?: JudgedAutomation;
  /** People who labelled the same rows. */
  readonly people?: HumanLevel;
  /** The best value over the versions, with a projection. */
  readonly progress?: Progress;
  /** Learned again from other rows: cross-validation, learning curve. */
  readonly resampling?: Resampling;
  readonly fairness?: readonly Fairness[];
  /** What the model looks at, and how, on the first so many rows. */
  readonly inputs?: InputFindings & { readonly metric: string; readonly rows: number };
  /** This model, and whom it is compared with. */
  readonly board?: readonly BoardRow[];
  readonly verdict?: GateVerdict;
  readonly attacks?: AttackTest;
  /** What else a reader has to know: rows left out, warnings. */
  readonly notes?: readonly string[];
}
