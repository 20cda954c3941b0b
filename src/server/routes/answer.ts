import type { OpenAPIHono } from "@hono/zod-openapi";
import { versionProgress } from "#factory";
import { MillraceError, type StreamEntry, systemClock } from "#kernel";
import { desiredDeployments, modelHistory, readModel } from "#registry";
import type { ApiDependencies } from "../model.ts";
import type { RunEventView } from "../schemas/runs.ts";
import { artifactDetail } from "../views/artifact-detail.ts";
import { endpointView } from "../views/endpoints.ts";
import { readEvidence } from "../views/model-evidence.ts";
import { modelFile } from "../views/model-file.ts";
import { modelSummaries, modelSummary, versionSummary } from "../views/model-list.ts";
import { versionDetail } from "../views/model-version.ts";
import { monitoringDetail } from "../views/monitoring-detail.ts";
import { factorySummaries, overview } from "../views/overview.ts";
import { runDetail } from "../views/run-detail.ts";
import { runReader } from "../views/run-reader.ts";
import { routes } from "./describe.ts";
import { streamRunEvents } from "./run-events.ts";

/** Answers every address that `describe.ts` names. */
export function answerRoutes(app: OpenAPIHono, dependencies: ApiDependencies): void {
  const { metadata, objects } = dependencies;
  const clock = dependencies.clock ?? systemClock;
  const stores = { metadata, objects, clock };
  const runs = runReader(metadata, clock);

  const readRun = async (id: string) => {
    const { run, context } = await runs.read(id);
    return runDetail(metadata, run, context, runs.summary(run, context));
  };
  const readVersion = async (name: string, number: number) => {
    const model = await readModel(stores, name);
    const version = model.versions.find((one) => one.version === number);
    if (version !== undefined) return { model, version };
    throw new MillraceError("SERVER_VERSION_MISSING", {
      message: `${model.name} has no version ${number}: known are 1 to ${model.versions.length}.`,
      next: `Name a version from ${model.name}:1 to ${model.name}:${model.versions.length}.`,
      facts: { model: model.name, version: number },
    });
  };

  app.openapi(routes.overview, async (c) => c.json(await overview(stores, runs, dependencies.version ?? "0"), 200));
  app.openapi(routes.runs, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    return c.json(await runs.list(limit, cursor), 200);
  });
  app.openapi(routes.run, async (c) => c.json(await readRun(c.req.valid("param").id), 200));
  app.openapi(routes.runEvents, async (c) => {
    const { id } = c.req.valid("param");
    const { after, limit } = c.req.valid("query");
    const { run } = await runs.read(id);
    if (c.req.header("accept")?.includes("text/event-stream")) return streamRunEvents(c, metadata, run.id, after);
    const entries = await metadata.read({ find: "entries", stream: `run/${run.id}`, afterSequence: after, limit });
    const events = entries.map(entryView);
    return c.json({ events, next: events.at(-1)?.sequence ?? after }, 200);
  });
  app.openapi(routes.artifact, async (c) =>
    c.json(await artifactDetail(metadata, objects, c.req.valid("param").id), 200),
  );
  app.openapi(routes.models, async (c) => c.json({ models: await modelSummaries(metadata) }, 200));
  app.openapi(routes.model, async (c) => {
    const { name } = c.req.valid("param");
    const model = await readModel(stores, name);
    const [history, deployments] = await Promise.all([modelHistory(stores, name), desiredDeployments(stores)]);
    return c.json(
      {
        model: modelSummary(model, deployments),
        versions: model.versions.map(versionSummary).reverse(),
        history: history.map(entryView).reverse(),
      },
      200,
    );
  });
  app.openapi(routes.modelProgress, async (c) => {
    const model = await readModel(stores, c.req.valid("param").name);
    const found = await versionProgress(stores, model.name);
    if (found === null) return c.json({ progress: null }, 200);
    const { metric, projected, said } = found;
    const points = found.points.map(({ version, value, low, high, best }) => ({ version, value, low, high, best }));
    return c.json({ progress: { metric, points, projected: [...projected], said } }, 200);
  });
  app.openapi(routes.modelVersion, async (c) => {
    const { name, version: number } = c.req.valid("param");
    const { model, version } = await readVersion(name, number);
    const run = version.runId === null ? null : await readRun(version.runId).catch(ignoreMissingRun);
    const evidence = await readEvidence(stores, version, run);
    const endpoints = (await desiredDeployments(stores))
      .filter((one) => one.model === name && one.routes.some((route) => route.version === number))
      .map((one) => one.endpoint);
    return c.json(versionDetail(model, version, evidence, endpoints), 200);
  });
  app.openapi(routes.modelFile, async (c) => {
    const { name, version: number } = c.req.valid("param");
    const { version } = await readVersion(name, number);
    return c.body(await modelFile(stores, version), 200, {
      "content-type": "application/zip",
      "content-disposition": `attachment; filename="${name}-${number}.millrace"`,
    });
  });
  app.openapi(routes.monitoring, async (c) => c.json({ factories: await factorySummaries(stores) }, 200));
  app.openapi(routes.factoryMonitoring, async (c) =>
    c.json(await monitoringDetail(stores, c.req.valid("param").factory, c.req.valid("query").limit), 200),
  );
  app.openapi(routes.endpoints, async (c) =>
    c.json({ endpoints: (await desiredDeployments(stores)).map(endpointView) }, 200),
  );
}

function entryView({ sequence, type, atMs, data }: StreamEntry): RunEventView {
  return { sequence, type, atMs, data };
}

/** A run may have been removed while the version that it made stays: the version is then shown without its evidence. */
function ignoreMissingRun(error: unknown): null {
  if (error instanceof MillraceError && error.code === "SERVER_RUN_MISSING") return null;
  throw error;
}
