import { createHash } from "node:crypto";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { etag } from "hono/etag";
import { MillraceError, silentLog } from "#kernel";
import { httpMeter } from "./http-meter.ts";
import type { ApiDependencies } from "./model.ts";
import { openApiDocument } from "./openapi-document.ts";
import { answerProblem } from "./problem.ts";
import { answerRoutes } from "./routes/answer.ts";
import { checkHost, securityHeaders } from "./security.ts";
import { staticFiles } from "./static-files.ts";

/**
 * The HTTP API over what is recorded, and the console: read-only.
 *
 * ```ts
 * const app = createApi({ metadata, objects });
 * (await app.request("/healthz", { headers: { host: "localhost" } })).status; // 200
 * ```
 *
 * Every answer of `/api/v1` is described by `/api/openapi.json`. Requests for another host name are refused.
 * Errors: answered as `application/problem+json`; SERVER_REQUEST_INVALID, SERVER_ROUTE_MISSING, SERVER_HOST_REFUSED and the
 * codes of the rooms that are read.
 */
export function createApi(dependencies: ApiDependencies): OpenAPIHono {
  const log = dependencies.log ?? silentLog;
  const version = dependencies.version ?? "0";
  const meter = httpMeter();
  const app = new OpenAPIHono({
    defaultHook: (result, c) => {
      if (result.success) return undefined;
      const problems = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
      const error = new MillraceError("SERVER_REQUEST_INVALID", {
        message: `The request is not valid: ${problems.join("; ")}.`,
        next: "Correct the request; /api/openapi.json describes it.",
      });
      return answerProblem(c, error, log);
    },
  });
  app.onError((error, c) => answerProblem(c, error, log));
  app.use(securityHeaders());
  app.use(meter.middleware);
  app.use(checkHost(dependencies.allowedHosts ?? []));
  app.use("/api/*", revalidated());

  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", async (c) => {
    await dependencies.metadata.read({ find: "contexts", limit: 1 });
    return c.json({ status: "ready" });
  });
  app.get("/metrics", async (c) => c.body(await meter.text(), 200, { "content-type": meter.contentType }));
  app.get("/api/openapi.json", (c) => c.json(openApiDocument(version)));
  answerRoutes(app, dependencies);

  const files = dependencies.consoleFolder === undefined ? undefined : staticFiles(dependencies.consoleFolder);
  app.notFound(async (c) => {
    const method = c.req.method;
    const file = isApi(c.req.path) || !["GET", "HEAD"].includes(method) ? undefined : await files?.(c);
    if (file !== undefined) return file;
    const error = new MillraceError("SERVER_ROUTE_MISSING", {
      message: `There is nothing at ${method} ${c.req.path.slice(0, 200)}.`,
      next:
        c.req.path === "/" && files !== undefined
          ? "Build the console with `npm run build`, then load this page again."
          : "See /api/openapi.json for the addresses of the API.",
    });
    return answerProblem(c, error, log);
  });
  return app;
}

/** Answers carry a tag, so that a page that asks again gets them only when they changed. Streams have no end to tag. */
function revalidated(): MiddlewareHandler {
  // In this thread: handing an answer of some kilobytes to another one costs more than its digest.
  const tag = etag({ generateDigest: (body) => Uint8Array.from(createHash("sha256").update(body).digest()).buffer });
  return async (c, next) => {
    if (c.req.header("accept")?.includes("text/event-stream")) return next();
    return tag(c, async () => {
      tagJson(c);
      await next();
      if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-cache");
    });
  };
}

/** JSON is tagged by its text: from a finished answer the body would have to be copied as a stream, which costs more than all else. */
function tagJson(c: Context): void {
  const plain = c.json as (...given: unknown[]) => Response;
  const tagged = (...given: unknown[]): Response => {
    const [value, status, headers] = given;
    if (status !== 200 || headers !== undefined) return plain(...given);
    const text = JSON.stringify(value);
    const digest = createHash("sha256").update(text).digest("hex");
    return c.body(text, 200, { "content-type": "application/json", etag: `"${digest}"` });
  };
  c.json = tagged as typeof c.json;
}

function isApi(path: string): boolean {
  return path === "/api" || path.startsWith("/api/");
}
