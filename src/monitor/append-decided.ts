import type { JsonObject } from "@millrace/program";
import { isMillraceError, MillraceError, type StreamEntry } from "#kernel";
import type { MonitorContext } from "./model.ts";

export interface NewEntry {
  readonly type: string;
  readonly data: JsonObject;
  readonly key?: string;
}

const attempts = 40;

/** Reads a stream, lets `decide` see it, and appends what it decided (nothing, for an empty list) unless somebody else was first. */
export async function appendDecided(
  context: MonitorContext,
  stream: string,
  decide: (entries: readonly StreamEntry[]) => readonly NewEntry[],
): Promise<readonly StreamEntry[]> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const entries = await context.metadata.read({ find: "entries", stream });
    const decided = decide(entries);
    if (decided.length === 0) return entries;
    const last = entries.at(-1)?.sequence ?? 0;
    try {
      await context.metadata.write(
        decided.map((entry) => ({
          put: "entry" as const,
          stream,
          type: entry.type,
          data: { ...entry.data, by: context.by },
          ...(entry.key === undefined ? {} : { key: entry.key }),
          expectedSequence: last,
          atMs: context.clock.nowMs(),
        })),
      );
      return await context.metadata.read({ find: "entries", stream });
    } catch (error) {
      if (!isMillraceError(error) || error.code !== "ADAPTERS_METADATA_CONFLICT") throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(50, attempt)));
  }
  throw new MillraceError("MONITOR_WRITE_CONTENDED", {
    message: `Other writers were first ${attempts} times on ${stream}.`,
    next: "Run the command again.",
    facts: { stream, attempts },
  });
}
