import type { JsonObject } from "@millrace/program";
import type { TrialPlan } from "../search/portfolio.ts";

/** What a finished trial is, without its models: enough to go on with a search, and to learn the model again. */
export interface TrialRecord {
  readonly plan: TrialPlan;
  /** Margins of the judged rows of the folds that were done, class-major over them. */
  readonly margins: Float64Array;
  /** 0: it was dropped after a look at a part of the rows. */
  readonly folds: number;
  /** Folds that judged the search when this trial was made: fewer than it began with where time was short. */
  readonly plannedFolds: number;
  /** The metric on the judged rows of these folds. */
  readonly score: number | null;
  readonly interval: readonly [number, number] | null;
  /** The metric on the first fold alone, or of a model of a part of the rows, by which trials are dropped early. */
  readonly firstScore: number | null;
  /** What validation decided (rounds, strength), as the mean of the folds. */
  readonly facts: JsonObject;
  /** Counted work of one fit, in the unit that orders trials by cost; not measured, so that a search repeats. */
  readonly work: number;
  readonly scoreMicros: number;
  readonly sizeBytes: number;
  /** Which of the settings' networks it reads: their cost is in its own, and once in that of several models together. */
  readonly networks?: readonly number[];
  readonly lost: readonly string[];
  /** Measured; decides nothing but whether there is time. */
  readonly trainSeconds: number;
}

/** What a trial has beside its record: models are there in the search that made them alone, and no file may name others. */
const ofItsSearch: readonly string[] = ["models", "modelFile", "over"];

/** A record as a line of JSON. */
export function encodeRecord(trial: TrialRecord): string {
  const { margins } = trial;
  const bytes = Buffer.from(margins.buffer, margins.byteOffset, margins.byteLength);
  return JSON.stringify({ ...ownOnly(trial), margins: bytes.toString("base64") });
}

function ownOnly<T extends object>(trial: T): T {
  return Object.fromEntries(Object.entries(trial).filter(([name]) => !ofItsSearch.includes(name))) as T;
}

/** The record of a line that `encodeRecord` wrote; undefined for any other line. */
export function decodeRecord(line: string): TrialRecord | undefined {
  let read: Record<string, unknown>;
  try {
    read = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  if (typeof read !== "object" || read === null || typeof read.margins !== "string") return undefined;
  const bytes = Uint8Array.from(Buffer.from(read.margins, "base64"));
  const { plan, folds, plannedFolds, work, scoreMicros, sizeBytes, trainSeconds, lost, facts } =
    read as unknown as TrialRecord;
  const counted = [work, scoreMicros, sizeBytes, trainSeconds].every((value) => Number.isFinite(value));
  const whole = Number.isInteger(folds) && folds >= 0 && Number.isInteger(plannedFolds) && plannedFolds > 0;
  if (!whole || !counted || bytes.length % 8 !== 0 || !Array.isArray(lost)) return undefined;
  if (typeof plan?.learner !== "string" || typeof plan.options !== "object" || typeof facts !== "object")
    return undefined;
  return { ...ownOnly(read as unknown as TrialRecord), margins: new Float64Array(bytes.buffer) };
}
