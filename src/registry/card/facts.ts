import type {
  AttackTest,
  BehaviourResult,
  DecisionChoice,
  ExtractionTest,
  Fairness,
  FitDiagnosis,
  HumanLevel,
  InputImportance,
  JudgedAutomation,
  MembershipAdvantage,
  NaiveScale,
  Progress,
  Resampling,
  RobustnessResult,
} from "#evaluate";
import type { RiskTier } from "../model.ts";
import type { WrittenAnswers } from "./questions.ts";

/** A figure with its confidence interval; `null` where it is not defined. */
export interface CardMetric {
  readonly name: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** What people call it; default: the name. */
  readonly title?: string;
  /** On what it was measured: `test`, `validation`, … */
  readonly split: string;
  /** The same metric of the trivial baseline and of the champion, where known. */
  readonly baseline?: number | null;
  readonly champion?: number | null;
}

/** How the model does in a part of the rows. */
export interface CardSlice {
  readonly name: string;
  readonly rows: number;
  readonly metric: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly clearlyWorse: boolean;
  /** Why it is listed, where nobody named it. */
  readonly note?: string;
}

/** A question of risk with its answer; `null` where nobody answered. */
export interface CardRisk {
  readonly question: string;
  readonly answer: string | null;
  readonly severity: "none" | "minor" | "serious" | null;
  /** What the record says on it: the slices of the columns that were named. */
  readonly evidence: string | null;
}

/** How a score moves with one input. */
export interface CardEffect {
  readonly input: string;
  readonly points: readonly { readonly value: number | string | boolean; readonly effect: readonly number[] }[];
}

/** All that a model card says. Every list may be empty; the card then says that nothing is recorded. */
export interface ModelCardFacts {
  readonly model: string;
  readonly version: number | null;
  readonly task: string;
  readonly target: string;
  readonly owner: string;
  readonly riskTier: RiskTier;
  readonly createdMs: number;
  readonly intendedUse: string;
  readonly outOfScope?: readonly string[];
  readonly assumptions: readonly {
    readonly statement: string;
    readonly owner: string;
    readonly state: "holds" | "broken" | "not checked";
    readonly evidence?: string;
  }[];
  readonly data: readonly {
    readonly name: string;
    readonly source: string;
    readonly rows: number;
    readonly content: string;
    readonly owner?: string;
    readonly meaning?: string;
    readonly licence?: string;
    readonly period?: string;
  }[];
  readonly metrics: readonly CardMetric[];
  /** How many models were measured on these very test rows, this one among them. */
  readonly openings?: number;
  /** People who labelled the same rows. */
  readonly people?: HumanLevel;
  /** How far the naive forecast is off in the training rows, where these form a series: the unit of MASE. */
  readonly naive?: NaiveScale;
  readonly resampling?: Resampling;
  readonly slices?: readonly CardSlice[];
  readonly fairness?: readonly Fairness[];
  readonly robustness?: readonly RobustnessResult[];
  readonly membership?: MembershipAdvantage | null;
  readonly extraction?: ExtractionTest | null;
  /** Why there is neither extraction nor surrogate. */
  readonly notImitated?: string;
  readonly surrogate?: {
    readonly fidelity: number | null;
    readonly rows: number;
    readonly rules: readonly string[];
  } | null;
  readonly behaviours?: readonly BehaviourResult[];
  readonly attacks?: AttackTest;
  readonly importances?: readonly InputImportance[];
  readonly effects?: readonly CardEffect[];
  /** Training, validation and test side by side, and what that says. */
  readonly diagnosis?: FitDiagnosis;
  /** What acting under the config's costs and capacity does. */
  readonly decision?: DecisionChoice;
  /** The most that can be decided without a person. */
  readonly automation?: JudgedAutomation;
  /** The best value over the versions of now; the record of the run does not know it. */
  readonly progress?: Progress;
  readonly benchmarks?: readonly {
    readonly name: string;
    readonly metric: string;
    readonly value: number;
    readonly data: string;
    readonly source: string;
    readonly required?: boolean;
  }[];
  /** Don't trust it when …: what a person wrote, and what the record shows. */
  readonly limits?: readonly { readonly limit: string; readonly from: "written" | "record" }[];
  readonly risk?: readonly CardRisk[];
  readonly written?: WrittenAnswers;
  readonly guardrails: readonly {
    readonly name: string;
    readonly column?: string;
    readonly verdict: "pass" | "warn" | "block";
    readonly evidence: string;
  }[];
  readonly gate: {
    readonly passed: boolean;
    readonly checks: readonly {
      readonly name: string;
      readonly passed: boolean;
      readonly evidence: string;
      readonly next?: string;
    }[];
  } | null;
  /** Ids and digests that lead to how it was made: run, artifact, content, datasets, code. */
  readonly lineage: Readonly<Record<string, string>>;
  /** Where the version stands now; the record of the run does not know it. */
  readonly standing?: {
    readonly stage: string;
    readonly aliases: readonly string[];
    readonly approval: string;
    /** Who said what, oldest first. */
    readonly words: readonly {
      readonly by: string;
      readonly said: string;
      readonly reason: string;
      readonly atMs: number;
    }[];
  };
}
