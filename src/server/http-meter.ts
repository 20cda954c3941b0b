import type { MiddlewareHandler } from "hono";
import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";

/** Counts requests and their time for `/metrics`, by route pattern, never by the address that was asked. */
export function httpMeter(): {
  readonly middleware: MiddlewareHandler;
  readonly contentType: string;
  text(): Promise<string>;
} {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "millrace_" });
  const requests = new Counter({
    name: "millrace_http_requests_total",
    help: "Requests answered, by method, route and status.",
    labelNames: ["method", "route", "status"],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: "millrace_http_request_seconds",
    help: "Time to answer a request.",
    labelNames: ["route"],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    middleware: async (c, next) => {
      const stop = process.hrtime.bigint();
      await next();
      const route = patternOf(c.req.path);
      requests.inc({ method: c.req.method, route, status: c.res.status });
      seconds.observe({ route }, Number(process.hrtime.bigint() - stop) / 1e9);
    },
  };
}

/** `/api/v1/runs/run_0198…/events` → `/api/v1/runs/:id/events`: few label values, whatever is asked. */
function patternOf(path: string): string {
  const [, api, version, noun, id, ...rest] = path.split("/");
  if (api !== "api") return ["healthz", "readyz", "metrics"].includes(api ?? "") ? `/${api}` : "/";
  if (version !== "v1" || noun === undefined || !nouns.has(noun)) return "/api";
  const tail = rest.length === 0 ? "" : `/${rest.length === 1 && rest[0] === "events" ? "events" : "…"}`;
  return `/api/v1/${noun}${id === undefined ? "" : "/:id"}${tail}`;
}

const nouns = new Set(["overview", "runs", "artifacts", "models", "monitoring", "endpoints"]);
