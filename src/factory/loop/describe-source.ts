import type { FactoryConfig } from "../config.ts";

/** Where rows come from, in a few words; never a password, which an address may not hold. */
export function describeSource(source: FactoryConfig["data"][string]["source"]): string {
  if (source.kind === "postgres") return `${source.address} ${source.table ?? source.query}`;
  if (source.kind === "sqlite") return `${source.path} ${source.table ?? source.query}`;
  return source.path;
}
