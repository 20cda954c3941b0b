import { knownNames, type Log, MillraceError } from "#kernel";
import { runtimeDifferences } from "#package";
import type { Endpoint, EndpointSource, ServedModel, WantedEndpoint } from "./model.ts";

export interface EndpointStatus {
  readonly endpoint: string;
  readonly revision: string | null;
  readonly serves: readonly string[];
  /** How the runtime differs from what each model was verified on; empty: in nothing that is on record. */
  readonly runtime: readonly string[];
  /** Why the wanted revision is not served; the one before stays. */
  readonly problem: string | null;
}

/** The endpoints as they are served now. A change is taken over whole: its models are loaded first, then swapped in at once. */
export interface EndpointSet {
  /** Errors: SERVE_ENDPOINT_UNKNOWN, SERVE_ENDPOINT_NOT_READY. */
  get(name: string): Endpoint;
  /** The one endpoint there is. Errors: SERVE_ENDPOINT_UNNAMED. */
  only(): Endpoint;
  list(): readonly Endpoint[];
  status(): readonly EndpointStatus[];
  /** True once every wanted endpoint serves something. */
  ready(): boolean;
  /** Looks for changes now. Rejects when the source cannot be read; endpoints then stay as they are. */
  refresh(): Promise<void>;
  /** Looks for changes every so often until `stop`. */
  watch(everyMs: number): void;
  stop(): void;
}

export function openEndpoints(source: EndpointSource, log: Log): EndpointSet {
  let served = new Map<string, Endpoint>();
  let problems = new Map<string, string>();
  let models = new Map<string, ServedModel>();
  let looked = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  const look = async () => {
    const wanted = await source.wanted();
    const next = new Map<string, Endpoint>();
    const found = new Map<string, string>();
    const used = new Map<string, ServedModel>();
    const load = async (model: string, version: number) => {
      const name = `${model}:${version}`;
      const loaded = used.get(name) ?? models.get(name) ?? (await source.load(model, version));
      used.set(name, loaded);
      return loaded;
    };
    for (const one of wanted) {
      const current = served.get(one.endpoint);
      try {
        next.set(one.endpoint, current?.revision === one.revision ? current : await build(one, load));
      } catch (error) {
        found.set(one.endpoint, error instanceof Error ? error.message : String(error));
        if (current !== undefined) next.set(one.endpoint, current);
        if (problems.get(one.endpoint) !== found.get(one.endpoint))
          log.error({ endpoint: one.endpoint, problem: found.get(one.endpoint) }, "a deployment cannot be served");
      }
    }
    for (const endpoint of next.values())
      for (const model of [
        ...endpoint.routes.map((route) => route.model),
        ...(endpoint.shadow ? [endpoint.shadow] : []),
      ])
        used.set(`${model.name}:${model.version}`, model);
    for (const endpoint of next.values())
      if (served.get(endpoint.name) !== endpoint)
        for (const note of runtimeNotes(endpoint))
          log.warn({ endpoint: endpoint.name, runtime: note }, "a model runs on what it was not verified on");
    served = next;
    problems = found;
    models = used;
    looked = true;
  };
  const refresh = () => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  return {
    get: (name) => {
      const endpoint = served.get(name);
      if (endpoint !== undefined) return endpoint;
      const problem = problems.get(name);
      throw problem === undefined ? unknown(name, [...served.keys()]) : notReady(name, problem);
    },
    only: () => {
      if (served.size === 1) return served.values().next().value!;
      throw new MillraceError("SERVE_ENDPOINT_UNNAMED", {
        message: `The request names no endpoint, and ${served.size} are served.`,
        next: "Name one: POST /v1/endpoints/{name}/invocations.",
        facts: { endpoints: [...served.keys()] },
      });
    },
    list: () => [...served.values()],
    status: () =>
      [...new Set([...served.keys(), ...problems.keys()])].sort().map((name) => {
        const endpoint = served.get(name);
        return {
          endpoint: name,
          revision: endpoint?.revision ?? null,
          serves: (endpoint?.routes ?? []).map(({ model }) => `${model.name}:${model.version}`),
          runtime: runtimeNotes(endpoint),
          problem: problems.get(name) ?? null,
        };
      }),
    ready: () => looked && [...problems.keys()].every((name) => served.has(name)),
    refresh,
    watch: (everyMs) => {
      timer = setInterval(() => {
        refresh().catch((error) =>
          log.warn({ error: String(error) }, "the deployments cannot be read; endpoints stay"),
        );
      }, everyMs);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}

function runtimeNotes(endpoint: Endpoint | undefined): readonly string[] {
  if (endpoint === undefined) return [];
  const models = [...endpoint.routes.map(({ model }) => model), ...(endpoint.shadow === null ? [] : [endpoint.shadow])];
  return models.flatMap(({ name, version, runtime }) =>
    runtime === undefined || runtime.differences.length === 0
      ? []
      : [`${name}:${version}: ${runtimeDifferences(runtime)}`],
  );
}

async function build(
  wanted: WantedEndpoint,
  load: (model: string, version: number) => Promise<ServedModel>,
): Promise<Endpoint> {
  if (wanted.routes.length === 0)
    throw new MillraceError("SERVE_ENDPOINT_NOT_READY", {
      message: `The alias that endpoint ${wanted.endpoint} follows points to no version.`,
      next: `Set the alias with \`millrace model promote\`, or deploy a version.`,
    });
  const routes = [];
  for (const { version, weight } of wanted.routes) routes.push({ model: await load(wanted.model, version), weight });
  const shadow = wanted.shadow === null ? null : await load(wanted.model, wanted.shadow);
  return { name: wanted.endpoint, revision: wanted.revision, routes, shadow };
}

function unknown(name: string, known: readonly string[]): MillraceError {
  return new MillraceError("SERVE_ENDPOINT_UNKNOWN", {
    message: `No endpoint is named "${name.slice(0, 80)}": ${knownNames(name.slice(0, 80), known)}.`,
    next: "List the endpoints with GET /v1/endpoints.",
    facts: { known },
  });
}

function notReady(name: string, problem: string): MillraceError {
  return new MillraceError("SERVE_ENDPOINT_NOT_READY", {
    message: `Endpoint ${name} serves no model yet: ${problem}`,
    next: "Ask again later, or see `millrace deploy status`.",
    facts: { endpoint: name },
  });
}
