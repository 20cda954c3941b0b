import type { JsonObject } from "@millrace/program";
import { digestJson, knownNames, MillraceError, type StreamEntry } from "#kernel";
import { appendDecided } from "./append.ts";
import type { Deployment, Done, Model, RegistryContext, Route } from "./model.ts";
import { checkName } from "./names.ts";
import { listModels, readModel, versionOf } from "./read-model.ts";
import { aliasOf } from "./resolve-model.ts";

export interface DeploymentRequest {
  readonly endpoint: string;
  readonly model: string;
  /** Follow this alias with all the traffic; instead of `routes`. */
  readonly alias?: string;
  readonly routes?: readonly Route[];
  readonly shadow?: number | null;
  readonly reason: string;
  /** Idempotency key of the command. */
  readonly key?: string;
}

/**
 * Records what an endpoint should serve: versions with weights, or an alias that it follows, and perhaps a shadow.
 * Recording what already stands is a hit.
 *
 * Errors: REGISTRY_ROUTES_INVALID; REGISTRY_MODEL_UNKNOWN, REGISTRY_VERSION_UNKNOWN, REGISTRY_ALIAS_UNKNOWN.
 */
export async function recordDeployment(
  context: RegistryContext,
  request: DeploymentRequest,
): Promise<Done<Deployment>> {
  const { endpoint } = request;
  checkName("endpoint", endpoint);
  const model = await readModel(context, request.model);
  checkRoutes(model, request);
  const wanted: JsonObject = {
    endpoint,
    model: request.model,
    alias: request.alias ?? null,
    routes: (request.routes ?? []).map((route) => ({ version: route.version, weight: route.weight })),
    shadow: request.shadow ?? null,
  };
  const key = request.key === undefined ? undefined : `deploy/${request.key}`;
  return await appendDecided<Deployment>(context, `deployment/${endpoint}`, (entries) => {
    const last = entries.at(-1);
    const stands = last?.type === "deployment-set" && digestJson(wantedOf(last)) === digestJson(wanted);
    const current = last?.type === "deployment-set" ? resolve(last, model) : undefined;
    if (current !== undefined && (stands || (key !== undefined && entries.some((entry) => entry.key === key))))
      return { hit: current };
    return {
      append: {
        type: "deployment-set",
        data: { ...wanted, reason: request.reason },
        ...(key === undefined ? {} : { key }),
      },
      give: (entry) => resolve(entry, model),
    };
  });
}

/** Records that an endpoint should serve nothing any more; one that is not deployed is a hit. */
export async function removeDeployment(
  context: RegistryContext,
  request: { readonly endpoint: string; readonly reason: string },
): Promise<Done<null>> {
  return await appendDecided<null>(context, `deployment/${request.endpoint}`, (entries) => {
    if (entries.at(-1)?.type !== "deployment-set") return { hit: null };
    return {
      append: { type: "deployment-removed", data: { endpoint: request.endpoint, reason: request.reason } },
      give: () => null,
    };
  });
}

/**
 * What each endpoint should serve now, in order of endpoint; an alias is resolved to the version it points to.
 *
 * Shapes: `revision` changes when, and only when, the routes or the shadow do; `routes` is empty while the alias that
 * an endpoint follows does not exist.
 */
export async function desiredDeployments(context: Pick<RegistryContext, "metadata">): Promise<readonly Deployment[]> {
  const last = new Map<string, StreamEntry>();
  for (const entry of await context.metadata.read({ find: "entries", streamPrefix: "deployment/" }))
    last.set(entry.stream, entry);
  const standing = [...last.values()].filter((entry) => entry.type === "deployment-set");
  if (standing.length === 0) return [];
  const models = new Map((await listModels(context)).map((model) => [model.name, model]));
  return standing
    .map((entry) => resolve(entry, models.get(String(entry.data.model))!))
    .sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1));
}

/**
 * What one endpoint should serve.
 *
 * Errors: REGISTRY_ENDPOINT_UNKNOWN: with the known endpoints and the nearest.
 */
export async function desiredDeployment(
  context: Pick<RegistryContext, "metadata">,
  endpoint: string,
): Promise<Deployment> {
  const all = await desiredDeployments(context);
  const found = all.find((one) => one.endpoint === endpoint);
  if (found !== undefined) return found;
  const known = all.map((one) => one.endpoint);
  throw new MillraceError("REGISTRY_ENDPOINT_UNKNOWN", {
    message: `No endpoint is named "${endpoint}": ${knownNames(endpoint, known)}.`,
    next: "List the endpoints with `millrace deploy status`.",
    facts: { endpoint, known },
  });
}

function wantedOf(entry: StreamEntry): JsonObject {
  const { endpoint, model, alias, routes, shadow } = entry.data;
  return { endpoint: endpoint!, model: model!, alias: alias!, routes: routes!, shadow: shadow! };
}

function resolve(entry: StreamEntry, model: Model): Deployment {
  const alias = entry.data.alias as string | null;
  const stated = entry.data.routes as unknown as readonly Route[];
  // An alias that was removed leaves no route: the endpoint keeps what it serves and says so.
  const pointed = alias === null ? undefined : model.aliases.find((one) => one.alias === alias);
  const routes = alias === null ? stated : pointed === undefined ? [] : [{ version: pointed.version, weight: 1 }];
  const served = {
    endpoint: String(entry.data.endpoint),
    model: model.name,
    routes,
    shadow: entry.data.shadow as number | null,
  };
  return {
    ...served,
    alias,
    revision: digestJson(served as unknown as JsonObject),
    by: String(entry.data.by),
    reason: String(entry.data.reason),
    atMs: entry.atMs,
  };
}

function checkRoutes(model: Model, request: DeploymentRequest): void {
  const routes = request.routes ?? [];
  const refuse = (message: string): never => {
    throw new MillraceError("REGISTRY_ROUTES_INVALID", {
      message: `The routes of ${request.endpoint} are not valid: ${message}.`,
      next: "Give an alias to follow, or routes with distinct versions and weights above 0.",
      facts: { endpoint: request.endpoint },
    });
  };
  if (request.alias !== undefined && routes.length > 0) refuse("both an alias and routes are given");
  if (request.alias === undefined && routes.length === 0) refuse("there is neither an alias nor a route");
  if (request.alias !== undefined) aliasOf(model, request.alias);
  if (new Set(routes.map((route) => route.version)).size !== routes.length) refuse("a version is named twice");
  for (const route of routes) {
    versionOf(model, route.version);
    if (!(Number.isFinite(route.weight) && route.weight > 0))
      refuse(`version ${route.version} has weight ${route.weight}`);
  }
  if (request.shadow !== undefined && request.shadow !== null) {
    versionOf(model, request.shadow);
    if (routes.some((route) => route.version === request.shadow)) refuse("the shadow is also a route");
  }
}
