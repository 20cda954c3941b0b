import { performance } from "node:perf_hooks";
import type { JsonObject, JsonValue, ProgramInput, RowScore } from "@millrace/program";
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
  const model = version ?? chooseRoute(endpoint, request.key);
  const picked = request.rows.map((row) => pickInputs(model.inputs, row));
  checkRows(model, picked, meter, endpoint);
  const answers = await scoreRows(model, picked, request.ids);
  countUnknown(request.rows, model, meter, endpoint);
  meter.predictions(endpoint.name, model, "live", answers.length);
  countPolicies(answers, meter, endpoint);
  record(context, endpoint, model, request, picked, answers, startedMs, "live");
  if (endpoint.shadow !== null) shadow(context, endpoint, endpoint.shadow, request);
  return { model, rows: answers };
}

/** Many rows are scored in several turns of the event loop, so that other requests are not held up. */
async function scoreRows(
  model: ServedModel,
  rows: readonly InputRow[],
  ids: readonly string[],
): Promise<readonly AnsweredRow[]> {
  const answers: AnsweredRow[] = [];
  for (let row = 0; row < rows.length; row++) {
    if (row > 0 && row % rowsATurn === 0) await nextTurn();
    answers.push({ id: ids[row]!, ...scoreRow(model, rows[row]!) });
  }
  return answers;
}

/** The declared inputs as own properties, so that no name of a row reaches another object. */
function pickInputs(inputs: readonly ProgramInput[], row: JsonObject): InputRow {
  const picked: Record<string, JsonValue> = {};
  for (const { name } of inputs) setOwn(picked, name, Object.hasOwn(row, name) ? row[name]! : null);
  return picked;
}

function setOwn(target: Record<string, JsonValue>, name: string, value: JsonValue): void {
  if (name === "__proto__") Object.defineProperty(target, name, { value, enumerable: true });
  else target[name] = value;
}

function keepColumns(picked: InputRow, row: JsonObject, kept: KeptColumns): JsonObject {
  if (kept !== "all" && kept.length === 0) return picked;
  const all: Record<string, JsonValue> = { ...picked };
  for (const name of kept === "all" ? Object.keys(row) : kept)
    if (Object.hasOwn(row, name)) setOwn(all, name, row[name]!);
  return all;
}

function checkRows(model: ServedModel, rows: readonly InputRow[], meter: Meter, endpoint: Endpoint): void {
  const problems: RowProblem[] = [];
  let found = 0;
  for (const [row, picked] of rows.entries())
    for (const { severity, column, kind, message } of model.check(picked)) {
      if (severity === "warning") {
        meter.unusual(endpoint.name, kind);
        continue;
      }
      found++;
      if (problems.length < problemsShown) problems.push({ row, column, kind, problem: message });
    }
  if (found === 0) return;
  meter.refused(endpoint.name, found);
  const first = problems[0]!;
  throw new MillraceError("SERVE_ROWS_INVALID", {
    message: `${found} value(s) cannot be scored; first, in row ${first.row}: ${first.problem}`,
    next: `Send rows with the columns that GET /v1/endpoints/${endpoint.name} lists.`,
    facts: { problems: problems as unknown as JsonValue, found },
  });
}

function scoreRow(model: ServedModel, row: InputRow): RowScore {
  try {
    return model.score(row);
  } catch (error) {
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
  for (const { abstain, imputed } of answers) {
    if (abstain !== undefined && abstain !== null) meter.abstained(endpoint.name, abstain);
    if (imputed !== undefined) meter.imputed(endpoint.name, imputed.length);
  }
}

function record(
  context: ScoringContext,
  endpoint: Endpoint,
  model: ServedModel,
  request: RowsRequest,
  picked: readonly InputRow[],
  answers: readonly AnsweredRow[],
  startedMs: number,
  route: "live" | "shadow",
): void {
  const { traffic, clock } = context;
  if (traffic === null) return;
  const nowMs = clock.nowMs();
  const latencyMicros = Math.round((performance.now() - startedMs) * 1000);
  for (const [index, { id, score, scores, prediction, abstain, outOfDomain, imputed }] of answers.entries())
    traffic.record({
      requestId: id,
      endpoint: endpoint.name,
      model: model.name,
      version: model.version,
      atMs: request.atMs[index] ?? nowMs,
      row: keepColumns(picked[index]!, request.rows[index]!, context.keptColumns),
      score,
      ...(model.task === "multiclass" && scores !== undefined ? { scores } : {}),
      prediction,
      ...(abstain === undefined || abstain === null ? {} : { abstain }),
      ...(outOfDomain === undefined ? {} : { outOfDomain }),
      ...(imputed === undefined ? {} : { imputed }),
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
      checkRows(model, picked, meter, endpoint);
      const answers = await scoreRows(model, picked, request.ids);
      meter.predictions(endpoint.name, model, "shadow", rows);
      record(context, endpoint, model, request, picked, answers, startedMs, "shadow");
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
