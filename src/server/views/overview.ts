import type { Clock, MetadataStore, StreamEntry } from "#kernel";
import { desiredDeployments } from "#registry";
import type { FactorySummaryView } from "../schemas/monitoring.ts";
import type { OverviewView } from "../schemas/overview.ts";
import { factoryAlerts } from "./alerts.ts";
import { endpointView } from "./endpoints.ts";
import { modelSummaries } from "./model-list.ts";
import { reportOf, windowsOf } from "./monitored-windows.ts";
import type { RunReader } from "./run-reader.ts";

const recentRuns = 50;
const urgency = { alert: 0, warning: 1, info: 2 } as const;

interface Stores {
  readonly metadata: MetadataStore;
  readonly clock: Clock;
}

/** Everything that the home page shows. */
export async function overview(stores: Stores, runs: RunReader, version: string): Promise<OverviewView> {
  const { metadata, clock } = stores;
  const [page, models, deployments, factories] = await Promise.all([
    runs.list(recentRuns),
    modelSummaries(metadata),
    desiredDeployments({ metadata }),
    factorySummaries(stores),
  ]);
  const number = (state: string) => page.runs.filter((run) => run.state === state).length;
  const alerts = await Promise.all(factories.map(({ factory }) => factoryAlerts(stores, factory)));
  return {
    version,
    nowMs: clock.nowMs(),
    runs: {
      recent: page.runs.length,
      more: page.next !== null,
      running: number("running"),
      waiting: number("waiting"),
      stopped: number("stopped"),
      failed: number("failed"),
      complete: number("complete"),
    },
    lastRuns: page.runs.slice(0, 10),
    models,
    endpoints: deployments.map(endpointView),
    factories,
    alerts: alerts
      .flat()
      .filter((alert) => alert.state === "open")
      .sort((a, b) => urgency[a.severity] - urgency[b.severity] || b.changedMs - a.changedMs),
  };
}

/** Every factory that has a monitored window or an alert, with its last window. */
export async function factorySummaries(stores: Stores): Promise<FactorySummaryView[]> {
  const { metadata } = stores;
  const [monitored, alerting] = await Promise.all([
    metadata.read({ find: "entries", streamPrefix: "monitor/" }),
    metadata.read({ find: "entries", streamPrefix: "alert/" }),
  ]);
  const windows = Map.groupBy(monitored, nameOf);
  const names = [...new Set([...windows.keys(), ...alerting.map(nameOf)])].sort();
  return Promise.all(
    names.map(async (factory) => {
      const views = windowsOf(windows.get(factory) ?? []);
      const last = views.at(-1);
      const alerts = await factoryAlerts(stores, factory);
      return {
        factory,
        endpoint: endpointOf(windows.get(factory) ?? []),
        windows: views.length,
        lastFromMs: last?.fromMs ?? null,
        lastToMs: last?.toMs ?? null,
        verdict: last?.verdict ?? null,
        drifted: last === undefined ? null : last.columns.filter((column) => column.drifted).length,
        columns: last?.columns.length ?? null,
        openAlerts: alerts.filter((alert) => alert.state === "open").length,
      };
    }),
  );
}

export function endpointOf(entries: readonly StreamEntry[]): string | null {
  return entries.map(reportOf).findLast((report) => report !== null)?.endpoint ?? null;
}

/** `monitor/bird-strikes` → `bird-strikes`. */
function nameOf(entry: StreamEntry): string {
  return entry.stream.slice(entry.stream.indexOf("/") + 1);
}
