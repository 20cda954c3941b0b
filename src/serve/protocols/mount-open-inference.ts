import type { Context, Hono } from "hono";
import { MillraceError } from "#kernel";
import { jsonAnswer } from "../answer.ts";
import type { Endpoint, ServedModel } from "../model.ts";
import { plainAnswer } from "../problem.ts";
import { readJson } from "../read-body.ts";
import { objectOr, readId } from "../read-rows.ts";
import { scoreRequest } from "../score-request.ts";
import { firstModel, type ScoringHost, unnamedRows } from "../scoring-host.ts";
import { inferReply, modelMetadata, rowsFromTensors, serverMetadata } from "./open-inference.ts";

/** `/v2`: health, metadata, the repository's index and infer, in JSON. An endpoint is a model there. */
export function mountOpenInference(app: Hono, { endpoints, scoring, scored, told, named }: ScoringHost): void {
  const tell = (work: Parameters<typeof told>[0]) => told(work, plainAnswer);
  app.get(
    "/v2",
    tell(() => jsonAnswer(serverMetadata)),
  );
  app.get(
    "/v2/health/live",
    tell(() => jsonAnswer({ live: true })),
  );
  app.get(
    "/v2/health/ready",
    tell(() => jsonAnswer({ ready: endpoints.ready() }, null, endpoints.ready() ? 200 : 503)),
  );
  app.post(
    "/v2/repository/index",
    tell(() => {
      const states = endpoints
        .list()
        .flatMap(({ name, routes }) =>
          routes.map(({ model }) => ({ name, version: String(model.version), state: "READY", reason: "" })),
        );
      return jsonAnswer(states);
    }),
  );
  for (const path of ["/v2/models/:name", "/v2/models/:name/versions/:version"]) {
    app.get(
      path,
      tell((c) => {
        const endpoint = named(c);
        return jsonAnswer(modelMetadata(endpoint, statedModel(endpoint, c) ?? firstModel(endpoint)));
      }),
    );
    app.get(
      `${path}/ready`,
      tell((c) => {
        const endpoint = named(c);
        statedModel(endpoint, c);
        return jsonAnswer({ name: endpoint.name, ready: true });
      }),
    );
    app.post(
      `${path}/infer`,
      scored("v2", named, async (c, endpoint, startedMs) => {
        const body = objectOr(await readJson(c, scoring.limits), "The body is not a JSON object.");
        const version = statedModel(endpoint, c);
        const rows = rowsFromTensors(body, (version ?? firstModel(endpoint)).inputs);
        const request = unnamedRows(c, rows, readId(body.id === "" ? null : (body.id ?? null)));
        const result = await scoreRequest(scoring, endpoint, request, startedMs, version);
        return jsonAnswer(inferReply(endpoint, result, body), result.model);
      }),
    );
  }
}

/** The version that the address names, if it names one. */
function statedModel(endpoint: Endpoint, c: Context): ServedModel | undefined {
  const wanted = c.req.param("version");
  if (wanted === undefined) return undefined;
  const found = endpoint.routes.find(({ model }) => String(model.version) === wanted);
  if (found !== undefined) return found.model;
  const routed = endpoint.routes.map(({ model }) => model.version).join(", ");
  throw new MillraceError("SERVE_VERSION_NOT_SERVED", {
    message: `Endpoint ${endpoint.name} does not route to version ${wanted.slice(0, 20)}; it routes to ${routed}.`,
    next: "Leave the version out, or deploy it first.",
  });
}
