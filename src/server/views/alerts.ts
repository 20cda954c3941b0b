import type { Clock, MetadataStore } from "#kernel";
import { listAlerts } from "#monitor";
import type { AlertView } from "../schemas/monitoring.ts";

/** A factory's alerts with its name, newest change first. */
export async function factoryAlerts(
  stores: { readonly metadata: MetadataStore; readonly clock: Clock },
  factory: string,
): Promise<AlertView[]> {
  const alerts = await listAlerts(stores, factory);
  return alerts.map((alert) => ({ ...alert, factory }));
}
