import { murmur3 } from "@millrace/program";
import type { Endpoint, ServedModel } from "./model.ts";

/**
 * The version that answers requests of this key: the same for the same key and weights, whoever asks; over many keys each
 * version gets its weight's share. When a weight grows, only keys of the versions beside it move.
 */
export function chooseRoute(endpoint: Pick<Endpoint, "name" | "routes">, key: string): ServedModel {
  const { routes } = endpoint;
  if (routes.length === 1) return routes[0]!.model;
  const total = routes.reduce((sum, route) => sum + route.weight, 0);
  const place = (murmur3(`${endpoint.name}\u0000${key}`) / 4294967296) * total;
  let passed = 0;
  for (const route of routes) {
    passed += route.weight;
    if (place < passed) return route.model;
  }
  return routes.at(-1)!.model;
}
