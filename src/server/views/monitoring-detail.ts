import { type Clock, knownNames, type MetadataStore, MillraceError } from "#kernel";
import type { MonitoringDetailView } from "../schemas/monitoring.ts";
import { factoryAlerts } from "./alerts.ts";
import { windowsOf } from "./monitored-windows.ts";
import { endpointOf, factorySummaries } from "./overview.ts";

/** A factory's newest windows and its alerts. Errors: SERVER_FACTORY_MISSING. */
export async function monitoringDetail(
  stores: { readonly metadata: MetadataStore; readonly clock: Clock },
  factory: string,
  limit: number,
): Promise<MonitoringDetailView> {
  const [entries, alerts] = await Promise.all([
    stores.metadata.read({ find: "entries", stream: `monitor/${factory}` }),
    factoryAlerts(stores, factory),
  ]);
  if (entries.length === 0 && alerts.length === 0) {
    const known = (await factorySummaries(stores)).map((one) => one.factory);
    throw new MillraceError("SERVER_FACTORY_MISSING", {
      message: `Nothing is monitored under the name ${factory.slice(0, 100)}: ${knownNames(factory.slice(0, 100), known)}.`,
      next: "Watch it with `millrace monitor run`.",
      facts: { factory: factory.slice(0, 100), known },
    });
  }
  return { factory, endpoint: endpointOf(entries), windows: windowsOf(entries).slice(-limit), alerts };
}
