import type { Digest, JsonValue } from "@millrace/program";
import type { StreamEntry } from "#kernel";
import type { Alias, Model, ModelVersion, RegisteredMetric, RiskTier, Stage } from "./model.ts";
import { approvalOf } from "./policies.ts";

type Facts = Omit<ModelVersion, "stage" | "aliases" | "approval">;

/** The model as its stream's entries make it. Entries of unknown types are passed over: newer versions may add some. */
export function foldModel(name: string, entries: readonly StreamEntry[]): Model {
  const facts: Facts[] = [];
  const stages = new Map<number, Stage>();
  const words = new Map<number, { by: string; approved: boolean }[]>();
  const aliases = new Map<string, Alias>();
  const history = new Map<string, number[]>();
  for (const entry of entries) {
    const data = entry.data;
    if (entry.type === "version-registered") facts.push(readFacts(name, entry));
    else if (entry.type === "stage-set") stages.set(Number(data.version), data.stage as Stage);
    else if (entry.type === "approved" || entry.type === "rejected") {
      const list = words.get(Number(data.version)) ?? [];
      list.push({ by: String(data.by), approved: entry.type === "approved" });
      words.set(Number(data.version), list);
    } else if (entry.type === "alias-set") {
      const alias = String(data.alias);
      const stack = history.get(alias) ?? [];
      if (data.rollback === true) stack.pop();
      else if (stack.at(-1) !== data.version) stack.push(Number(data.version));
      history.set(alias, stack);
      aliases.set(alias, {
        alias,
        version: Number(data.version),
        previous: stack.at(-2) ?? null,
        by: String(data.by),
        reason: String(data.reason),
        atMs: entry.atMs,
      });
    } else if (entry.type === "alias-removed") aliases.delete(String(data.alias));
  }
  const versions = facts.map((fact) => ({
    ...fact,
    stage: stages.get(fact.version) ?? ("development" as const),
    aliases: [...aliases.values()].filter((alias) => alias.version === fact.version).map((alias) => alias.alias),
    approval: approvalOf(fact.riskTier, fact.registeredBy, words.get(fact.version) ?? []),
  }));
  return { name, versions, aliases: [...aliases.values()] };
}

function readFacts(model: string, entry: StreamEntry): Facts {
  const data = entry.data;
  return {
    model,
    version: Number(data.version),
    artifactId: String(data.artifactId),
    content: data.content as Digest,
    runId: (data.runId as string | null) ?? null,
    metrics: readMetrics(data.metrics),
    champion: (data.champion as Digest | null) ?? null,
    riskTier: data.riskTier as RiskTier,
    owner: String(data.owner),
    registeredBy: String(data.by),
    registeredMs: entry.atMs,
  };
}

/** Early records hold bare numbers; what is no figure is passed over. */
function readMetrics(recorded: JsonValue | undefined): Readonly<Record<string, RegisteredMetric>> {
  return Object.fromEntries(
    Object.entries(recorded ?? {}).flatMap(([name, given]: [string, JsonValue]) => {
      if (typeof given === "number") return [[name, { value: given, low: null, high: null }]];
      const { value, low, high } = (given ?? {}) as { readonly [part: string]: JsonValue };
      return typeof value === "number" ? [[name, { value, low: numberOr(low), high: numberOr(high) }]] : [];
    }),
  );
}

function numberOr(value: JsonValue | undefined): number | null {
  return typeof value === "number" ? value : null;
}
