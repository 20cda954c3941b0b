import { performance } from "node:perf_hooks";
import type { Context, Handler } from "hono";
import { newId } from "#kernel";
import { type Answer, send } from "./answer.ts";
import type { EndpointSet } from "./endpoint-set.ts";
import type { Endpoint, RowsRequest, ServedModel } from "./model.ts";
import { plainAnswer, problemAnswer } from "./problem.ts";
import { invalid, isObject, readId } from "./read-rows.ts";
import type { ScoringContext } from "./score-request.ts";

/** What the routes of every protocol share. */
export interface ScoringHost {
  readonly endpoints: EndpointSet;
  readonly scoring: ScoringContext;
  /** A handler that scores: it is measured, and its errors take the protocol's form. */
  scored(
    protocol: "native" | "mlflow" | "v2",
    find: (c: Context) => Endpoint,
    work: (c: Context, endpoint: Endpoint, startedMs: number) => Promise<Answer>,
  ): Handler;
  /** A handler that only tells or takes something. */
  told(work: (c: Context) => Answer | Promise<Answer>, form?: typeof problemAnswer): Handler;
  /** The endpoint that the address names. Errors: SERVE_ENDPOINT_UNKNOWN, SERVE_ENDPOINT_NOT_READY. */
  named(c: Context): Endpoint;
}

export function scoringHost(endpoints: EndpointSet, scoring: ScoringContext): ScoringHost {
  const { log, meter } = scoring;
  return {
    endpoints,
    scoring,
    scored: (protocol, find, work) => async (c) => {
      const startedMs = performance.now();
      let name = "";
      let answer: Answer;
      try {
        const endpoint = find(c);
        name = endpoint.name;
        answer = await work(c, endpoint, startedMs);
      } catch (error) {
        answer = protocol === "v2" ? plainAnswer(error, log) : problemAnswer(error, log);
      }
      const response = send(c, answer);
      meter.request(name, protocol, answer.status, (performance.now() - startedMs) / 1000);
      return response;
    },
    told:
      (work, form = problemAnswer) =>
      async (c) => {
        try {
          return send(c, await work(c));
        } catch (error) {
          return send(c, form(error, log));
        }
      },
    named: (c) => endpoints.get(c.req.param("name") ?? ""),
  };
}

/** Rows of a protocol that names no rows: they are called by the request's id, or by a new one. */
export function unnamedRows(c: Context, rows: RowsRequest["rows"], id: string | null): RowsRequest {
  if (!rows.every(isObject)) throw invalid("A row is not a JSON object.");
  const name = id ?? readId(c.req.header("x-request-id") ?? null) ?? newId("req");
  return {
    rows,
    ids: rows.length === 1 ? [name] : rows.map((_, row) => `${name}/${row}`),
    key: name,
    atMs: rows.map(() => null),
  };
}

/** The version whose columns stand for the endpoint's. */
export function firstModel(endpoint: Endpoint): ServedModel {
  return endpoint.routes[0]!.model;
}
