import type { Context, Hono } from "hono";
import { type Answer, jsonAnswer } from "../answer.ts";
import type { Endpoint } from "../model.ts";
import { parseJson, readBody } from "../read-body.ts";
import { scoreRequest } from "../score-request.ts";
import { firstModel, type ScoringHost, unnamedRows } from "../scoring-host.ts";
import { rowsFromCsv, rowsFromInvocation } from "./mlflow.ts";

/** MLflow's scoring protocol: `/invocations` where one endpoint is served, and under each endpoint. */
export function mountMlflow(app: Hono, { endpoints, scoring, scored, told, named }: ScoringHost): void {
  const { limits } = scoring;
  const invoke = async (c: Context, endpoint: Endpoint, startedMs: number): Promise<Answer> => {
    const bytes = await readBody(c, limits);
    const { inputs } = firstModel(endpoint);
    const isCsv = (c.req.header("content-type") ?? "").toLowerCase().startsWith("text/csv");
    const rows = isCsv
      ? rowsFromCsv(bytes.toString("utf8"), inputs)
      : rowsFromInvocation(parseJson(bytes, limits.depth), inputs);
    const result = await scoreRequest(scoring, endpoint, unnamedRows(c, rows, null), startedMs);
    return jsonAnswer({ predictions: result.rows.map((row) => row.prediction) }, result.model);
  };
  app.post(
    "/invocations",
    scored("mlflow", () => endpoints.only(), invoke),
  );
  app.post("/v1/endpoints/:name/invocations", scored("mlflow", named, invoke));
  const plain = (text: string) => told(() => ({ status: 200, headers: { "content-type": "text/plain" }, text }));
  app.get("/ping", plain("\n"));
  app.get("/health", plain("\n"));
  app.get("/version", plain("0.1.0"));
}
