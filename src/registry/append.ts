import type { Digest, JsonObject } from "@millrace/program";
import { digestJson, isMillraceError, type MetadataStore, MillraceError, type StreamEntry } from "#kernel";
import { auditStream, digestEntry, headOf, linkData } from "./chain.ts";
import type { RegistryContext } from "./model.ts";
import { checkActor } from "./names.ts";

/** What a command decided after it saw the stream: the entry to append, or that there is nothing to do. */
export type Decision<T> =
  | {
      readonly append: { readonly type: string; readonly data: JsonObject; readonly key?: string };
      readonly give: (entry: StreamEntry) => T;
    }
  | { readonly hit: T };

const attempts = 60;

/**
 * Reads a stream, lets `decide` look at it, and appends what it decided together with its link of the audit chain, in one
 * batch; when another writer was first, all of it is done again.
 */
export async function appendDecided<T>(
  context: RegistryContext,
  stream: string,
  decide: (entries: readonly StreamEntry[]) => Decision<T> | Promise<Decision<T>>,
): Promise<{ readonly value: T; readonly hit: boolean }> {
  checkActor(context);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const entries = await context.metadata.read({ find: "entries", stream });
    const decision = await decide(entries);
    if ("hit" in decision) return { value: decision.hit, hit: true };
    const entry: StreamEntry = {
      stream,
      sequence: (entries.at(-1)?.sequence ?? 0) + 1,
      type: decision.append.type,
      data: { ...decision.append.data, by: context.by },
      key: decision.append.key ?? null,
      atMs: context.clock.nowMs(),
    };
    if (await writeLinked(context, entry)) return { value: decision.give(entry), hit: false };
    await new Promise((resolve) => setTimeout(resolve, Math.min(50, attempt)));
  }
  throw new MillraceError("REGISTRY_WRITE_CONTENDED", {
    message: `Other writers were first ${attempts} times on ${stream}.`,
    next: "Run the command again.",
    facts: { stream, attempts },
  });
}

async function writeLinked(context: RegistryContext, entry: StreamEntry): Promise<boolean> {
  const last = await lastLink(context);
  const previous: Digest = last === undefined ? headOf(undefined) : headOf(last);
  const link = linkData(entry, previous);
  try {
    await context.metadata.write([
      {
        put: "entry",
        stream: entry.stream,
        type: entry.type,
        data: entry.data,
        ...(entry.key === null ? {} : { key: entry.key }),
        expectedSequence: entry.sequence - 1,
        atMs: entry.atMs,
      },
      {
        put: "entry",
        stream: auditStream,
        type: "link",
        data: link,
        key: digestJson({ stream: entry.stream, sequence: entry.sequence }),
        expectedSequence: last?.sequence ?? 0,
        atMs: entry.atMs,
      },
    ]);
    // A store may drop a repeated key before it looks at the sequence: the entry is ours only if it reads back as written.
    const [written] = await context.metadata.read({
      find: "entries",
      stream: entry.stream,
      afterSequence: entry.sequence - 1,
      limit: 1,
    });
    return written !== undefined && digestEntry(written) === link.entry;
  } catch (error) {
    if (isMillraceError(error) && error.code === "ADAPTERS_METADATA_CONFLICT") return false;
    throw error;
  }
}

const lastSeen = new WeakMap<MetadataStore, number>();

async function lastLink(context: RegistryContext): Promise<StreamEntry | undefined> {
  const from = lastSeen.get(context.metadata) ?? 0;
  const links = await context.metadata.read({
    find: "entries",
    stream: auditStream,
    afterSequence: Math.max(0, from - 1),
  });
  const last = links.at(-1);
  if (last !== undefined) lastSeen.set(context.metadata, last.sequence);
  return last;
}
