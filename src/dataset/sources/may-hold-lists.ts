import type { SourceRef } from "./source-schema.ts";

/** Whether a format has lists and structures of its own; in others what looks like one is a text. */
export const holdsLists = (format: string): boolean => ["jsonl", "json", "parquet"].includes(format);

/** Whether what a source names may hold lists and structures, by its format or its file's name. */
export function mayHoldLists(source: SourceRef): boolean {
  if (source.kind !== "file") return false;
  if (source.format !== undefined) return holdsLists(source.format);
  return /\.(jsonl|ndjson|jsonlines|json|parquet|pq)(\.gz)?$/i.test(source.path);
}
