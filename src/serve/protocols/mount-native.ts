import type { JsonValue } from "@millrace/program";
import type { Hono } from "hono";
import { MillraceError } from "#kernel";
import { jsonAnswer } from "../answer.ts";
import { readJson } from "../read-body.ts";
import { readRows } from "../read-rows.ts";
import { scoreRequest } from "../score-request.ts";
import type { ScoringHost } from "../scoring-host.ts";
import { describeEndpoint, scoreReply, takeFeedback } from "./native.ts";

/** `/v1/endpoints` and what lies below, `/healthz`, `/readyz`, `/metrics`. */
export function mountNative(app: Hono, host: ScoringHost): void {
  const { endpoints, scoring, scored, told, named } = host;
  const { traffic, meter, clock, limits } = scoring;
  app.post(
    "/v1/endpoints/:name/score",
    scored("native", named, async (c, endpoint, startedMs) => {
      const request = readRows(await readJson(c, limits), c.req.header("x-request-id"));
      const result = await scoreRequest(scoring, endpoint, request, startedMs);
      return jsonAnswer(scoreReply(result), result.model);
    }),
  );
  for (const kind of ["outcome", "decision"] as const)
    app.post(
      `/v1/endpoints/:name/${kind}s`,
      told(async (c) => {
        const endpoint = named(c).name;
        const body = await readJson(c, limits);
        if (traffic === null) throw notRecorded(endpoint);
        const accepted = takeFeedback(kind, endpoint, body, traffic, clock.nowMs());
        if (kind === "outcome") meter.outcomes(endpoint, accepted);
        return jsonAnswer({ accepted }, null, 202);
      }),
    );
  const status = () => endpoints.status() as unknown as JsonValue;
  app.get(
    "/v1/endpoints",
    told(() => jsonAnswer({ endpoints: endpoints.list().map(describeEndpoint), status: status() })),
  );
  app.get(
    "/v1/endpoints/:name",
    told((c) => jsonAnswer(describeEndpoint(named(c)))),
  );
  app.get(
    "/healthz",
    told(() => jsonAnswer({ ok: true, traffic: (traffic?.health() ?? null) as unknown as JsonValue })),
  );
  app.get(
    "/readyz",
    told(() => {
      const ready = endpoints.ready();
      return jsonAnswer({ ready, endpoints: status() }, null, ready ? 200 : 503);
    }),
  );
  app.get(
    "/metrics",
    told(async () => ({
      status: 200,
      headers: { "content-type": meter.contentType },
      text: await meter.text(),
    })),
  );
}

function notRecorded(endpoint: string): MillraceError {
  return new MillraceError("SERVE_REQUEST_INVALID", {
    message: `Endpoint ${endpoint} keeps no traffic log, so it takes no outcomes.`,
    next: "Serve it from a project folder, or with a traffic folder.",
  });
}
