import type { Deployment } from "#registry";
import type { EndpointView } from "../schemas/monitoring.ts";

/** What an endpoint should serve, with its routes as shares of the traffic. */
export function endpointView(deployment: Deployment): EndpointView {
  const total = deployment.routes.reduce((sum, route) => sum + route.weight, 0);
  return {
    name: deployment.endpoint,
    model: deployment.model,
    alias: deployment.alias,
    routes: deployment.routes.map((route) => ({ version: route.version, share: total > 0 ? route.weight / total : 0 })),
    shadow: deployment.shadow,
    revision: deployment.revision,
    by: deployment.by,
    reason: deployment.reason,
    updatedMs: deployment.atMs,
  };
}
