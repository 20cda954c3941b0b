import type { Digest, ExtraOutput, JsonObject, JsonValue, Problem, ProgramInput, RowScore } from "@millrace/program";
import type { Explanation, ExplanationMethod } from "@millrace/program/explain";
import type { RuntimeVerdict } from "#package";
import type { FallbackReason, TrafficLog } from "#traffic";

/** A row as the scorer takes it: values of the program's inputs, `null` or nothing where missing. */
export type InputRow = Readonly<Record<string, JsonValue>>;

/** What each input adds to a row's margin, and how that was found. */
export type ServedExplanation = Explanation & { readonly method: ExplanationMethod };

/** A loaded model version. */
export interface ServedModel {
  readonly name: string;
  readonly version: number;
  readonly content: Digest;
  readonly task: "binary" | "multiclass" | "regression";
  readonly inputs: readonly ProgramInput[];
  readonly classes: readonly string[];
  /** What it runs on beside what it was verified on; absent where that was not asked for. */
  readonly runtime?: RuntimeVerdict;
  /** Outputs beside score and prediction. */
  readonly extras: readonly ExtraOutput[];
  /** What keeps the row from being scored, and what is unusual about it. */
  check(row: InputRow): readonly Problem[];
  score(row: InputRow): RowScore;
  /** What each input adds to the row's margin. Errors: SERVE_EXPLANATION_IMPOSSIBLE. */
  explain(row: InputRow): ServedExplanation;
  /** Answers where the model cannot: a row that is not fit for it, a failure, no score. */
  readonly fallback?: Pick<ServedModel, "check" | "score">;
}

/** What an endpoint should serve, as `#registry` states it. */
export interface WantedEndpoint {
  readonly endpoint: string;
  readonly model: string;
  readonly routes: readonly { readonly version: number; readonly weight: number }[];
  readonly shadow: number | null;
  readonly revision: string;
}

/** Where endpoints and their models come from. */
export interface EndpointSource {
  wanted(): Promise<readonly WantedEndpoint[]>;
  load(model: string, version: number): Promise<ServedModel>;
}

/** An endpoint as it is served now. */
export interface Endpoint {
  readonly name: string;
  readonly revision: string;
  /** In the order stated; their weights sum to anything above 0. */
  readonly routes: readonly { readonly model: ServedModel; readonly weight: number }[];
  readonly shadow: ServedModel | null;
}

export interface ScoringLimits {
  /** Of a body as sent, and once decompressed. */
  readonly bodyBytes: number;
  readonly rows: number;
  /** Rows of a request that are explained, which takes far longer than a score. */
  readonly explainedRows: number;
  /** Nesting of JSON. */
  readonly depth: number;
  /** Rows that may wait to be scored by a shadow; beyond it they are passed over and counted. */
  readonly shadowRows: number;
}

/** Which columns beside the model's inputs a prediction's record keeps: those named, all, or (default) none. */
export type KeptColumns = readonly string[] | "all";

/** One scored row, as it is answered. */
export interface AnsweredRow extends RowScore {
  readonly id: string;
  /** The fallback gave this score, and why; absent where the model did. */
  readonly fallback?: true;
  readonly fallbackReason?: FallbackReason;
  /** Where it was asked for; null where the fallback answered. */
  readonly explanation?: Explanation | null;
  /** Where it was asked for: what of the row as it was sent is unusual, or not fit for the model. */
  readonly problems?: readonly JsonObject[];
}

export interface ScoredRequest {
  readonly model: ServedModel;
  readonly rows: readonly AnsweredRow[];
}

/** Rows to score, read from one of the protocols. */
export interface RowsRequest {
  readonly rows: readonly JsonObject[];
  /** One id a row. */
  readonly ids: readonly string[];
  /** What the route is chosen by: requests of one key get one version. */
  readonly key: string;
  /** When each row happened; null: now. */
  readonly atMs: readonly (number | null)[];
  /** Whether each score is to be explained; default false. */
  readonly explain?: boolean;
  /** Whether each answer says what is unusual of its row; default false. */
  readonly check?: boolean;
}

/** The part of the traffic log that serving writes to. */
export type TrafficSink = Pick<TrafficLog, "record" | "outcome" | "decision" | "health" | "flush">;
