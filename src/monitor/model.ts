import type { JsonObject, JsonValue } from "@millrace/program";
import type { Clock, Log, MetadataStore, Plugin } from "#kernel";
import type { FallbackReason } from "#traffic";

/** One drift test on one column, with the threshold that its sample sizes ask for. */
export interface TestResult {
  readonly test: string;
  readonly value: number | null;
  readonly threshold: number | null;
  readonly drifted: boolean;
  readonly detail: JsonValue;
}

/** A column in the current window beside the reference window. */
export interface ColumnDrift {
  readonly name: string;
  /** Declared so, or among the model's most important features. */
  readonly important: boolean;
  readonly drifted: boolean;
  readonly tests: readonly TestResult[];
}

export interface InputsReport {
  readonly columns: readonly ColumnDrift[];
  /** Drifted columns / columns. */
  readonly share: number;
  readonly drifted: readonly string[];
}

export interface PredictionsReport {
  readonly drifted: boolean;
  readonly tests: readonly TestResult[];
  /** Share of rows predicted as the positive class (binary), with its change; null for other tasks. */
  readonly positiveRate: { readonly reference: number; readonly current: number } | null;
}

/** A metric on the window's outcomes beside the same metric when the model was evaluated. */
export interface RealisedMetric {
  readonly name: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly reference: {
    readonly value: number | null;
    readonly low: number | null;
    readonly high: number | null;
  } | null;
  /** How much worse it became (positive is worse whatever the direction), with its 95 % interval. */
  readonly drop: { readonly value: number; readonly low: number; readonly high: number } | null;
  readonly verdict: "worse" | "better" | "same" | "unknown";
  readonly reason?: string;
}

export interface LabelsReport {
  readonly labelled: number;
  readonly unlabelled: number;
  /** Labelled / rows; 0 where there are no rows. */
  readonly coverage: number;
  readonly medianDelayMs: number | null;
  readonly metrics: readonly RealisedMetric[];
}

/** How a shadow did beside the version that answered, on the same rows. Regressions agree where the value is the same. */
export interface ShadowComparison {
  /** As `name:version`. */
  readonly live: string;
  readonly shadow: string;
  /** Rows that both scored. */
  readonly rows: number;
  /** Rows with a prediction of both. Only these can agree or differ. */
  readonly decided: number;
  readonly agree: number;
  /** Rows without a prediction: of the one, of the other, of both. To abstain is neither right nor wrong. */
  readonly abstained: { readonly live: number; readonly shadow: number; readonly both: number };
  /** Mean of |live − shadow| over the rows that have both scores, whether decided or not; null without such rows. */
  readonly meanScoreDifference: number | null;
  /** Classifications: of the rows with an outcome that both decided, how often each was right. */
  readonly right: { readonly rows: number; readonly live: number; readonly shadow: number };
}

export interface SoftwareReport {
  readonly requests: number;
  /** Rows that the model gave no prediction; absent where there are none. Their outcomes count in no metric. */
  readonly abstained?: number;
  /** Rows that the fallback answered, by reason; absent where there are none. */
  readonly fallbacks?: Readonly<Partial<Record<FallbackReason, number>>>;
  /** Shadows beside the versions that answered; absent where there was no shadow. */
  readonly shadows?: readonly ShadowComparison[];
  readonly latencyP50Micros: number | null;
  readonly latencyP99Micros: number | null;
  /** Sequence numbers that no segment holds, last lines cut off, and lines that are no record. */
  readonly lost: number;
  readonly torn: number;
  readonly unreadable: number;
  /** Given up by the writer because its disk was full; null where its health is not known. */
  readonly dropped: number | null;
  readonly problem: string | null;
  /** Rows by the version that scored them. */
  readonly versions: Readonly<Record<string, number>>;
}

export type Severity = "alert" | "warning" | "info";

/** One thing that was found, in plain words. `key` is the same whenever the same thing is found again. */
export interface Finding {
  readonly key: string;
  readonly severity: Severity;
  /** In [0, 1]; findings are listed by severity, then by this. */
  readonly importance: number;
  readonly sentence: string;
}

/** What one window shows. A value like any other: nothing in it is an error. */
export interface MonitorReport {
  readonly format: 1;
  readonly factory: string;
  readonly endpoint: string;
  readonly window: { readonly fromMs: number; readonly toMs: number };
  readonly rows: number;
  readonly referenceRows: number;
  /** False when the window has fewer rows than the policy asks for: nothing is concluded from it then. */
  readonly enoughRows: boolean;
  readonly inputs: InputsReport;
  readonly predictions: PredictionsReport;
  readonly labels: LabelsReport;
  readonly software: SoftwareReport;
  /** Most important first. */
  readonly findings: readonly Finding[];
  readonly verdict: "steady" | "drifted" | "worse" | "too few rows";
}

/** What alerts, triggers and actions are recorded with. */
export interface MonitorContext {
  readonly metadata: MetadataStore;
  readonly clock: Clock;
  /** Who acts: a person, or the factory. */
  readonly by: string;
}

export type AlertState = "open" | "acknowledged" | "snoozed" | "resolved";

export interface Alert {
  readonly key: string;
  readonly state: AlertState;
  readonly severity: Severity;
  readonly sentence: string;
  readonly openedMs: number;
  readonly changedMs: number;
  readonly snoozedUntilMs: number | null;
  /** Windows in which it was found since it was opened. */
  readonly seen: number;
  readonly by: string;
  readonly reason: string | null;
}

/** Why the loop should turn again, or not. */
export interface TriggerJudgement {
  readonly fire: boolean;
  /** One sentence a condition that was met. */
  readonly reasons: readonly string[];
  /** Why it does not fire although a condition was met. */
  readonly heldBack: string | null;
}

/** What an action means to do, as a value: the same plan applied twice is done once. */
export interface ActionPlan {
  readonly action: string;
  readonly key: string;
  readonly sentence: string;
  readonly payload: JsonObject;
}

export interface ActionOutcome {
  readonly action: string;
  readonly key: string;
  readonly ok: boolean;
  /** Done before: nothing was done now. */
  readonly hit: boolean;
  readonly detail: string;
}

export interface ActionContext extends MonitorContext {
  readonly factory: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Something that can be done about a report. */
export interface Action extends Plugin<"action", { readonly reversible: boolean }> {
  /** What it would do; null when there is nothing to do. Changes nothing. */
  plan(report: MonitorReport, judgement: TriggerJudgement): ActionPlan | null;
  /** Does it; what goes wrong outside is said in the outcome. */
  apply(plan: ActionPlan, context: ActionContext): Promise<{ readonly ok: boolean; readonly detail: string }>;
}
