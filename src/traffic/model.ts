import type { AbstainReason, JsonValue } from "@millrace/program";

/** Where the record lies: its writer's name and its place in that writer's sequence 1, 2, 3 … */
interface Written {
  readonly writer: string;
  readonly sequence: number;
  /** When it was handed to the log, by the writer's clock; `atMs` is when it happened. */
  readonly loggedMs: number;
}

/** `live`: the caller got this score; `shadow`: scored beside the reply. */
export type TrafficRoute = "live" | "shadow";

/** Why the fallback answered: the row was not fit for the model, the model failed on it, or gave it no score. */
export type FallbackReason = "invalidInput" | "failure" | "noScore";

/** One row that was scored. */
export interface Prediction {
  /** Names the row: the caller's id, or one that was made; outcomes name it again. */
  readonly requestId: string;
  readonly endpoint: string;
  readonly model: string;
  readonly version: number;
  readonly atMs: number;
  /** The model's inputs as they came (and columns that the endpoint keeps); a missing cell is `null` or absent. */
  readonly row: Readonly<Record<string, JsonValue>>;
  /** Value, probability of the positive class, or the greatest of a multiclass model; `null` where the program gave missing. */
  readonly score: number | null;
  /** Multiclass: each class's score. */
  readonly scores?: Readonly<Record<string, number>>;
  /** Class name, or the value of a regression; `null` where the score is missing, or the program abstained. */
  readonly prediction: string | number | null;
  /** Why the program abstained; absent where it did not. */
  readonly abstain?: AbstainReason;
  /** How unlike the training rows the row is, where the program says so. */
  readonly outOfDomain?: number | null;
  /** Inputs whose values could not be read, and counted as missing by the program's policy. */
  readonly imputed?: readonly string[];
  /** Why the fallback gave this score; absent where the model did. */
  readonly fallback?: FallbackReason;
  readonly latencyMicros: number;
  readonly route: TrafficRoute;
}

/** What turned out to be true of a row, known at `atMs`. */
export interface Outcome {
  readonly requestId: string;
  readonly endpoint: string;
  readonly atMs: number;
  readonly outcome: string | number | boolean | null;
}

/** What a person decided about a row, by whom. */
export interface HumanDecision {
  readonly requestId: string;
  readonly endpoint: string;
  readonly atMs: number;
  readonly decision: string | number | boolean | null;
  readonly by: string;
}

export type PredictionRecord = Prediction & Written & { readonly kind: "prediction" };
export type OutcomeRecord = Outcome & Written & { readonly kind: "outcome" };
export type DecisionRecord = HumanDecision & Written & { readonly kind: "decision" };
export type TrafficRecord = PredictionRecord | OutcomeRecord | DecisionRecord;

/** How the log is doing; monitoring reads it, requests never wait for it. */
export interface TrafficHealth {
  readonly writer: string;
  /** Records in memory that no disk holds yet. */
  readonly pending: number;
  readonly pendingBytes: number;
  /** Records on disk since the log was opened. */
  readonly written: number;
  /** Records given up because memory was full or they were not JSON; their sequence numbers show as gaps. */
  readonly dropped: number;
  readonly lastWriteMs: number | null;
  /** Why the last write failed; null since one succeeded. */
  readonly problem: string | null;
}

/** Sequence numbers that a writer gave out and no segment holds. */
export interface TrafficGap {
  readonly writer: string;
  /** Last number before the gap and first after it (or the next to come, where the writer is gone). */
  readonly after: number;
  readonly before: number;
  readonly missing: number;
  /** `atMs` of the records on both sides. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** What was recorded of one endpoint in [fromMs, toMs), and how whole it is. */
export interface TrafficWindow {
  readonly endpoint: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** By time, then writer and sequence. */
  readonly predictions: readonly PredictionRecord[];
  /** Those that name a prediction of the window, whenever they came. */
  readonly outcomes: readonly OutcomeRecord[];
  readonly decisions: readonly DecisionRecord[];
  /** Outcomes dated in the window that name no prediction of it. */
  readonly strayOutcomes: number;
  readonly gaps: readonly TrafficGap[];
  /** Sum of the gaps' missing numbers. */
  readonly lost: number;
  /** Last lines that end in the middle: what a kill cut off. */
  readonly torn: number;
  /** Whole lines that are no record. */
  readonly unreadable: number;
}

/** A prediction and what became of it. */
export interface JoinedPrediction {
  readonly prediction: PredictionRecord;
  /** `undefined` while nothing is known. */
  readonly outcome: Outcome["outcome"] | undefined;
  readonly outcomeAtMs: number | null;
}

export interface JoinedTraffic {
  readonly rows: readonly JoinedPrediction[];
  readonly labelled: number;
  readonly unlabelled: number;
  /** Outcomes that name no prediction. */
  readonly unmatched: number;
  /** Outcomes that a later one of the same row replaced. */
  readonly replaced: number;
  /** Predictions left out because the same row was scored again by the same version on the same route. */
  readonly repeated: number;
  /** Median milliseconds from prediction to outcome; null without outcomes. */
  readonly medianDelayMs: number | null;
}
