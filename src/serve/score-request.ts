import { performance } from "node:perf_hooks";
import type { JsonObject, JsonValue, ProgramInput } from "@millrace/program";
import { type Clock, type Log, MillraceError } from "#kernel";
import { chooseRoute } from "./choose-route.ts";
import type { Meter } from "./meter.ts";
import type {
  AnsweredRow,
  Endpoint,
  InputRow,
  KeptColumns,
  RowsRequest,
  ScoredRequest,
  ScoringLimits,
  ServedModel,
  TrafficSink,
} from "./model.ts";
import { type FallbackScore, fallbackScore } from "./with-fallback.ts";

export interface ScoringContext {
  readonly traffic: TrafficSink | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly limits: ScoringLimits;
  readonly keptColumns: KeptColumns;
  /** Shadows at work; shared by all requests of the app. */
  readonly shadows: { waitingRows: number; readonly running: Set<Promise<void>> };
}

/** A value that the model cannot take: what `SERVE_ROWS_INVALID` carries in its facts. */
interface RowProblem {
  readonly row: number;
  readonly column: string;
  readonly kind: string;
  readonly problem: string;
}

const rowsATurn = 256;
const problemsShown = 100;

/**
 * Scores a request's rows with the version that its key is routed to, records each prediction, and sees to the shadow
 * after the reply.
 *
 * Errors: SERVE_ROWS_INVALID: with the first 100 problems by row and column; SERVE_ROWS_TOO_MANY; SERVE_SCORE_FAILED.
 */
export async function scoreRequest(
  context: ScoringContext,
  endpoint: Endpoint,
  request: RowsRequest,
  startedMs: number,
  version?: ServedModel,
): Promise<ScoredRequest> {
  const { limits, meter } = context;
  if (request.rows.length > limits.rows)
    throw new MillraceError("SERVE_ROWS_TOO_MANY", {
      message: `The request holds ${request.rows.length} rows; the limit is ${limits.rows}.`,
      next: "Send the rows in several requests, or score files with `millrace score`.",
      facts: { rows: request.rows.length, limit: limits.rows },
    });
  if (request.explain === true && request.rows.length > limits.explainedRows)
    throw new MillraceError("SERVE_ROWS_TOO_MANY", {
      message: `The request asks for ${request.rows.length} explanations; the limit is ${limits.explainedRows}.`,
      next: "Ask in several requests, or explain files with `millrace explain`.",
      facts: { rows: request.rows.length, limit: limits.explainedRows },
    });
  const model = version ?? chooseRoute(endpoint, request.key);
  const picked = request.rows.map((row) => pickInputs(model.inputs, row));
  const unfit = checkRows(model, picked, meter, endpoint);
  const scored = await scoreRows(context, endpoint, model, picked, request.ids, unfit);
  const told = request.explain === true ? explained(model, picked, scored) : scored;
  const answers = request.check === true ? checked(model, request.rows, told) : told;
  countUnknown(request.rows, model, meter, endpoint);
  meter.predictions(endpoint.name, model, "live", answers.length);
  countPolicies(answers, meter, endpoint);
  record(context, endpoint, model, request, answers, startedMs, "live");
  if (endpoint.shadow !== null) shadow(context, endpoint, endpoint.shadow, request);
  return { model, rows: answers };
}

/** Many rows are scored in several turns of the event loop, so that other requests are not held up. */
async function scoreRows(
  { log }: ScoringContext,
  endpoint: Endpoint,
  model: ServedModel,
  rows: readonly InputRow[],
  ids: readonly string[],
  unfit: ReadonlyMap<number, FallbackScore>,
): Promise<readonly AnsweredRow[]> {
  const answers: AnsweredRow[] = [];
  let failures = 0;
  let lastError: unknown;
  const failed = (error: unknown) => {
    failures++;
    lastError = error;
  };
  for (let row = 0; row < rows.length; row++) {
    if (row > 0 && row % rowsATurn === 0) await nextTurn();
    answers.push({ id: ids[row]!, ...(unfit.get(row) ?? scoreRow(model, rows[row]!, failed)) });
  }
  if (failures > 0)
    log.warn(
      { endpoint: endpoint.name, version: model.version, rows: failures, error: String(lastError) },
      "the model failed; its fallback answered",
    );
  return answers;
}

function explained(
  model: ServedModel,
  rows: readonly InputRow[],
  answers: readonly AnsweredRow[],
): readonly AnsweredRow[] {
  return answers.map((answer, row) => ({
    ...answer,
    explanation: answer.fallback === true ? null : model.explain(rows[row]!),
  }));
}

/** With what is unusual of each row, as it was sent. */
function checked(
  model: ServedModel,
  rows: readonly JsonObject[],
  answers: readonly AnsweredRow[],
): readonly AnsweredRow[] {
  const own = (row: JsonObject) =>
    model.check(row).map(({ column, kind, severity, message }) => ({ column, kind, severity, problem: message }));
  return answers.map((answer, row) => ({ ...answer, problems: own(rows[row]!) }));
}

/** The declared inputs that the row has, as own properties, so that no name of a row reaches another object. */
function pickInputs(inputs: readonly ProgramInput[], row: JsonObject): InputRow {
  const picked: Record<string, JsonValue> = {};
  for (const { name } of inputs) if (Object.hasOwn(row, name)) setOwn(picked, name, row[name]!);
  return picked;
}

function setOwn(target: Record<string, JsonValue>, name: string, value: JsonValue): void {
  if (name === "__proto__") Object.defineProperty(target, name, { value, enumerable: true });
  else target[name] = value;
}

/** What is recorded of a row: every input, null where it was left out, and the columns to be kept. */
function keepColumns(inputs: readonly ProgramInput[], row: JsonObject, kept: KeptColumns): JsonObject {
  const all: Record<string, JsonValue> = {};
  for (const { name } of inputs) setOwn(all, name, Object.hasOwn(row, name) ? row[name]! : null);
  for (const name of kept === "all" ? Object.keys(row) : kept)
    if (Object.hasOwn(row, name)) setOwn(all, name, row[name]!);
  return all;
}

/** Refuses rows that cannot be scored; those that the fallback can are given with what it says of them. */
function checkRows(
  model: ServedModel,
  rows: readonly InputRow[],
  meter: Meter,
  endpoint: Endpoint,
): ReadonlyMap<number, FallbackScore> {
  const problems: RowProblem[] = [];
  const unfit = new Map<number, FallbackScore>();
  let found = 0;
  for (const [row, picked] of rows.entries()) {
    const all = model.check(picked);
    for (const { severity, kind } of all) if (severity === "warning") meter.unusual(endpoint.name, kind);
    const errors = all.filter(({ severity }) => severity === "error");
    if (errors.length === 0) continue;
    const instead = fallbackScore(model, picked, "invalidInput");
    if (instead !== undefined) {
      unfit.set(row, instead);
      continue;
    }
    found += errors.length;
    for (const { column, kind, message } of errors)
      if (problems.length < problemsShown) problems.push({ row, column, kind, problem: message });
  }
  if (found === 0) return unfit;
  meter.refused(endpoint.name, found);
  const first = problems[0]!;
  throw new MillraceError("SERVE_ROWS_INVALID", {
    message: `${found} value(s) cannot be scored; first, in row ${first.row}: ${first.problem}`,
    next: `Send rows with the columns that GET /v1/endpoints/${endpoint.name} lists.`,
    facts: { problems: problems as unknown as JsonValue, found },
  });
}

function scoreRow(model: ServedModel, row: InputRow, failed: (error: unknown) => void): FallbackScore {
  try {
    const own = model.score(row);
    // Where the model abstains, a person is to decide, not a rule.
    const isSilent = own.score === null && (own.abstain ?? null) === null;
    return (isSilent ? fallbackScore(model, row, "noScore") : undefined) ?? own;
  } catch (error) {
    const instead = fallbackScore(model, row, "failure");
    if (instead !== undefined) {
      failed(error);
      return instead;
    }
    throw new MillraceError("SERVE_SCORE_FAILED", {
      message: `${model.name}:${model.version} failed on a row that passed its checks.`,
      next: "Roll the endpoint back with `millrace deploy rollback`, and report the model.",
      facts: { model: model.name, version: model.version },
      cause: error,
    });
  }
}

function countUnknown(rows: readonly JsonObject[], model: ServedModel, meter: Meter, endpoint: Endpoint): void {
  const known = new Set(model.inputs.map((input) => input.name));
  let unknown = 0;
  for (const row of rows) for (const name of Object.keys(row)) if (!known.has(name)) unknown++;
  if (unknown > 0) meter.unknownColumns(endpoint.name, unknown);
}

function countPolicies(answers: readonly AnsweredRow[], meter: Meter, endpoint: Endpoint): void {
  for (const { abstain, imputed, fallbackReason } of answers) {
    if (fallbackReason !== undefined) meter.fallback(endpoint.name, fallbackReason);
    if (abstain !== undefined && abstain !== null) meter.abstained(endpoint.name, abstain);
    if (imputed !== undefined) meter.imputed(endpoint.name, imputed.length);
  }
}

function record(
  context: ScoringContext,
  endpoint: Endpoint,
  model: ServedModel,
  request: RowsRequest,
  answers: readonly AnsweredRow[],
  startedMs: number,
  route: "live" | "shadow",
): void {
  const { traffic, clock } = context;
  if (traffic === null) return;
  const nowMs = clock.nowMs();
  const latencyMicros = Math.round((performance.now() - startedMs) * 1000);
  for (const [
    index,
    { id, score, scores, prediction, abstain, outOfDomain, imputed, fallbackReason },
  ] of answers.entries())
    traffic.record({
      requestId: id,
      endpoint: endpoint.name,
      model: model.name,
      version: model.version,
      atMs: request.atMs[index] ?? nowMs,
      row: keepColumns(model.inputs, request.rows[index]!, context.keptColumns),
      score,
      ...(model.task === "multiclass" && scores !== undefined ? { scores } : {}),
      prediction,
      ...(abstain === undefined || abstain === null ? {} : { abstain }),
      ...(outOfDomain === undefined ? {} : { outOfDomain }),
      ...(imputed === undefined ? {} : { imputed }),
      ...(fallbackReason === undefined ? {} : { fallback: fallbackReason }),
      latencyMicros,
      route,
    });
}

/** Scores the rows once more, after the reply went out; a shadow that fails or falls behind is only counted. */
function shadow(context: ScoringContext, endpoint: Endpoint, model: ServedModel, request: RowsRequest): void {
  const { shadows, limits, meter, log } = context;
  const rows = request.rows.length;
  if (shadows.waitingRows + rows > limits.shadowRows) {
    meter.shadowProblems(endpoint.name, "passed over", rows);
    return;
  }
  shadows.waitingRows += rows;
  const run = async () => {
    await nextTurn();
    const startedMs = performance.now();
    try {
      const picked = request.rows.map((row) => pickInputs(model.inputs, row));
      const unfit = checkRows(model, picked, meter, endpoint);
      const answers = await scoreRows(context, endpoint, model, picked, request.ids, unfit);
      meter.predictions(endpoint.name, model, "shadow", rows);
      record(context, endpoint, model, request, answers, startedMs, "shadow");
    } catch (error) {
      meter.shadowProblems(endpoint.name, "failed", rows);
      log.warn({ endpoint: endpoint.name, version: model.version, error: String(error) }, "the shadow failed");
    } finally {
      shadows.waitingRows -= rows;
    }
  };
  const running: Promise<void> = run().finally(() => shadows.running.delete(running));
  shadows.running.add(running);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
