import type { AttackTest } from "../attacks/measure-attacks.ts";
import type { Fairness } from "../fairness/model.ts";
import type { Evaluation, ModelComparison } from "../model.ts";
import type { RobustnessResult } from "../robustness/measure-robustness.ts";
import type { BehaviourResult } from "../robustness/run-behaviours.ts";
import type { SliceComparison } from "../slices/compare-slices.ts";
import type { SliceEvaluation } from "../slices/evaluate-slices.ts";
import type { LatencyEvidence } from "./check-behaviour.ts";

/** What a gate looks at. Comparisons have the candidate first. */
export interface GateEvidence {
  readonly evaluation: Evaluation;
  readonly baseline?: ModelComparison;
  /** `null`: there is no champion yet. */
  readonly champion?: ModelComparison | null;
  readonly slices?: readonly SliceEvaluation[];
  /** `null`: there is no champion yet. */
  readonly championSlices?: readonly SliceComparison[] | null;
  readonly fairness?: readonly Fairness[];
  readonly robustness?: readonly RobustnessResult[];
  readonly behaviours?: readonly BehaviourResult[];
  readonly attacks?: AttackTest;
  readonly latency?: LatencyEvidence;
  /** How many models were measured on the same test rows, this one among them. */
  readonly openings?: number;
  /** What was found of each export, one or more for a target. */
  readonly exports?: readonly ExportEvidence[];
}

/** How an export compares with the program itself. */
export interface ExportEvidence {
  readonly target: string;
  readonly ok: boolean;
  /** In plain words: with which toolchain, on how many rows, and what differs. */
  readonly evidence: string;
}

export interface GateCheck {
  readonly name: string;
  readonly passed: boolean;
  readonly value: number | null;
  readonly limit: number | null;
  /** What was found, in plain words. */
  readonly evidence: string;
  /** What to do when it did not pass. */
  readonly next: string;
}

export interface GateVerdict {
  readonly passed: boolean;
  readonly checks: readonly GateCheck[];
}
