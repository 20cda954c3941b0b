import { canonicalJson, type JsonObject, type JsonValue } from "@millrace/program";
import type { Id } from "#kernel";
import type { ModelVersion, RegisteredMetric } from "#registry";
import type { Project } from "./open-project.ts";
import { scorerOf } from "./version-evidence.ts";

/** In what two versions differ; `null` where one of them has no such thing. */
export interface VersionDiff {
  readonly first: string;
  readonly second: string;
  /** Whether they are the same program, bit by bit. */
  readonly identical: boolean;
  /** Every metric of either, also an equal one. */
  readonly metrics: readonly {
    readonly name: string;
    readonly first: RegisteredMetric | null;
    readonly second: RegisteredMetric | null;
  }[];
  /** Columns that only one of them reads. */
  readonly inputs: { readonly onlyFirst: readonly string[]; readonly onlySecond: readonly string[] };
  /** Options of the steps that made them, by step and path, where they differ. */
  readonly options: readonly {
    readonly step: string;
    readonly option: string;
    readonly first: JsonValue;
    readonly second: JsonValue;
  }[];
}

type Stores = Pick<Project, "metadata" | "objects">;

/** What distinguishes two versions: figures with their intervals, what they read, and how they were made. */
export async function compareVersions(stores: Stores, first: ModelVersion, second: ModelVersion): Promise<VersionDiff> {
  const [reads, alsoReads] = [await inputsOf(stores, first), await inputsOf(stores, second)];
  const names = [...new Set([...Object.keys(first.metrics), ...Object.keys(second.metrics)])];
  return {
    first: `${first.model}:${first.version}`,
    second: `${second.model}:${second.version}`,
    identical: first.content === second.content,
    metrics: names.map((name) => ({
      name,
      first: first.metrics[name] ?? null,
      second: second.metrics[name] ?? null,
    })),
    inputs: {
      onlyFirst: reads.filter((name) => !alsoReads.includes(name)),
      onlySecond: alsoReads.filter((name) => !reads.includes(name)),
    },
    options: differences(await optionsOf(stores, first), await optionsOf(stores, second)),
  };
}

async function inputsOf(stores: Stores, version: ModelVersion): Promise<readonly string[]> {
  return (await scorerOf(stores, version)).program.inputs.map(({ name }) => name);
}

/** Options by `step` and `path.of.option`. */
async function optionsOf({ metadata }: Stores, { runId }: ModelVersion): Promise<ReadonlyMap<string, JsonValue>> {
  if (runId === null) return new Map();
  const executions = await metadata.read({ find: "executions", contextId: runId as Id });
  return new Map(
    executions.flatMap(({ properties }) =>
      leaves((properties.options ?? {}) as JsonObject).map(
        ([path, value]) => [`${String(properties.node)}\u0000${path}`, value] as const,
      ),
    ),
  );
}

function leaves(value: JsonObject, above = ""): (readonly [string, JsonValue])[] {
  return Object.entries(value).flatMap(([key, one]) => {
    const path = above === "" ? key : `${above}.${key}`;
    const isHolder = typeof one === "object" && one !== null && !Array.isArray(one) && Object.keys(one).length > 0;
    return isHolder ? leaves(one as JsonObject, path) : [[path, one] as const];
  });
}

function differences(
  first: ReadonlyMap<string, JsonValue>,
  second: ReadonlyMap<string, JsonValue>,
): VersionDiff["options"] {
  return [...new Set([...first.keys(), ...second.keys()])].sort().flatMap((key) => {
    const [was, is] = [first.get(key) ?? null, second.get(key) ?? null];
    if (canonicalJson(was) === canonicalJson(is)) return [];
    const [step = "", option = ""] = key.split("\u0000");
    return [{ step, option, first: was, second: is }];
  });
}
