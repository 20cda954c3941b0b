import { Hono } from "hono";
import { type Clock, type Log, MillraceError, silentLog, systemClock } from "#kernel";
import { jsonAnswer, send } from "./answer.ts";
import type { EndpointSet } from "./endpoint-set.ts";
import { openMeter } from "./meter.ts";
import type { KeptColumns, ScoringLimits, TrafficSink } from "./model.ts";
import { problemAnswer } from "./problem.ts";
import { mountMlflow } from "./protocols/mount-mlflow.ts";
import { mountNative } from "./protocols/mount-native.ts";
import { mountOpenInference } from "./protocols/mount-open-inference.ts";
import type { ScoringContext } from "./score-request.ts";
import { scoringHost } from "./scoring-host.ts";

export interface ScoringAppOptions {
  readonly endpoints: EndpointSet;
  /** Where predictions and outcomes are recorded; without it nothing is, and outcomes are refused. */
  readonly traffic?: TrafficSink;
  readonly clock?: Clock;
  readonly log?: Log;
  readonly limits?: Partial<ScoringLimits>;
  /** Columns beside the model's inputs that records keep (a time, a group to slice by); default none. */
  readonly keptColumns?: KeptColumns;
}

const defaultLimits: ScoringLimits = {
  bodyBytes: 8 * 1024 * 1024,
  rows: 10_000,
  explainedRows: 100,
  depth: 16,
  shadowRows: 10_000,
};

/**
 * The HTTP application that scores: the native protocol (`/v1/endpoints/{name}/score`, `…/outcomes`, `…/decisions`), MLflow's
 * scoring protocol (`/invocations`), the Open Inference Protocol (`/v2`), `/healthz`, `/readyz` and `/metrics`.
 *
 * Every reply says which version made it (`millrace-model`). A refused row is 422 with the problems by row and column;
 * columns that no input reads are passed over and counted. Nothing waits for the prediction log or a shadow.
 */
export function createScoringApp(options: ScoringAppOptions): Hono {
  return buildScoringApp(options).app;
}

/** The application, and a way to wait until no shadow is at work. */
export function buildScoringApp(options: ScoringAppOptions): { readonly app: Hono; settled(): Promise<unknown> } {
  const traffic = options.traffic ?? null;
  const log = options.log ?? silentLog;
  const scoring: ScoringContext = {
    traffic,
    clock: options.clock ?? systemClock,
    log,
    meter: openMeter(traffic),
    limits: { ...defaultLimits, ...options.limits },
    keptColumns: options.keptColumns ?? [],
    shadows: { waitingRows: 0, running: new Set() },
  };
  const app = new Hono();
  app.use(async (c, next) => {
    // A page of another site that somebody has open in a browser must not score or tell outcomes in their name.
    if (c.req.header("sec-fetch-site") === "cross-site") return send(c, problemAnswer(crossSite(), log));
    return await next();
  });
  const host = scoringHost(options.endpoints, scoring);
  mountNative(app, host);
  mountMlflow(app, host);
  mountOpenInference(app, host);
  app.notFound((c) => {
    const message = `There is no ${c.req.method} ${c.req.path.slice(0, 120)} here.`;
    if (c.req.path.startsWith("/v2")) return send(c, jsonAnswer({ error: message }, null, 404));
    const next = "See GET /v1/endpoints for what is served.";
    return send(c, {
      ...problemAnswer(new MillraceError("SERVE_REQUEST_INVALID", { message, next }), log),
      status: 404,
    });
  });
  app.onError((error, c) => send(c, problemAnswer(error, log)));
  return { app, settled: () => Promise.all(scoring.shadows.running) };
}

function crossSite(): MillraceError {
  return new MillraceError("SERVE_ORIGIN_REFUSED", {
    message: "The request comes from a page of another site.",
    next: "Call the endpoint from a program, or through a server of your own.",
  });
}
