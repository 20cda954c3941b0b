import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { ServedModel, TrafficSink } from "./model.ts";

/** Counts what the endpoints do, for `/metrics`. Labels take few values: endpoints and versions that are deployed. */
export interface Meter {
  request(endpoint: string, protocol: string, status: number, seconds: number): void;
  predictions(endpoint: string, model: Pick<ServedModel, "name" | "version">, route: string, rows: number): void;
  unknownColumns(endpoint: string, cells: number): void;
  unusual(endpoint: string, kind: string): void;
  refused(endpoint: string, values: number): void;
  abstained(endpoint: string, reason: string): void;
  imputed(endpoint: string, values: number): void;
  fallback(endpoint: string, reason: string): void;
  shadowProblems(endpoint: string, why: "failed" | "passed over", rows: number): void;
  outcomes(endpoint: string, count: number): void;
  readonly contentType: string;
  text(): Promise<string>;
}

export function openMeter(traffic: TrafficSink | null): Meter {
  const registers = [new Registry()];
  const registry = registers[0]!;
  collectDefaultMetrics({ register: registry, prefix: "millrace_" });
  const counter = (name: string, help: string, labelNames: readonly string[]) =>
    new Counter({ name, help, labelNames: [...labelNames], registers });
  const requests = counter("millrace_requests_total", "Requests answered.", ["endpoint", "protocol", "status"]);
  const seconds = new Histogram({
    name: "millrace_request_seconds",
    help: "Time from a scoring request's arrival to its reply.",
    labelNames: ["endpoint", "protocol"],
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers,
  });
  const predictions = counter("millrace_predictions_total", "Rows scored.", ["endpoint", "model", "version", "route"]);
  const unknown = counter("millrace_unknown_columns_total", "Cells of columns that no input reads.", ["endpoint"]);
  const unusual = counter("millrace_unusual_values_total", "Values that training did not see.", ["endpoint", "kind"]);
  const refused = counter("millrace_refused_values_total", "Values that could not be scored.", ["endpoint"]);
  const abstained = counter("millrace_abstained_total", "Rows that the model gave no prediction.", [
    "endpoint",
    "reason",
  ]);
  const imputed = counter("millrace_imputed_values_total", "Values that could not be read and count as missing.", [
    "endpoint",
  ]);
  const fallbacks = counter("millrace_fallbacks_total", "Rows that the fallback answered.", ["endpoint", "reason"]);
  const shadows = counter("millrace_shadow_problems_total", "Rows that a shadow did not score.", ["endpoint", "why"]);
  const outcomes = counter("millrace_outcomes_total", "Outcomes received.", ["endpoint"]);
  if (traffic !== null) {
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    gauge(
      "millrace_traffic_pending",
      "Records of the prediction log that wait for the disk.",
      () => traffic.health().pending,
    );
    gauge("millrace_traffic_dropped", "Records given up since the start.", () => traffic.health().dropped);
    gauge("millrace_traffic_written", "Records on disk since the start.", () => traffic.health().written);
  }
  return {
    request: (endpoint, protocol, status, took) => {
      requests.inc({ endpoint, protocol, status });
      seconds.observe({ endpoint, protocol }, took);
    },
    predictions: (endpoint, model, route, rows) =>
      predictions.inc({ endpoint, model: model.name, version: model.version, route }, rows),
    unknownColumns: (endpoint, cells) => unknown.inc({ endpoint }, cells),
    unusual: (endpoint, kind) => unusual.inc({ endpoint, kind }),
    refused: (endpoint, values) => refused.inc({ endpoint }, values),
    abstained: (endpoint, reason) => abstained.inc({ endpoint, reason }),
    imputed: (endpoint, values) => imputed.inc({ endpoint }, values),
    fallback: (endpoint, reason) => fallbacks.inc({ endpoint, reason }),
    shadowProblems: (endpoint, why, rows) => shadows.inc({ endpoint, why }, rows),
    outcomes: (endpoint, count) => outcomes.inc({ endpoint }, count),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
