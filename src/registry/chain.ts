import type { Digest, JsonObject } from "@millrace/program";
import { digestJson, type StreamEntry } from "#kernel";
import type { AuditEntry, AuditVerdict, RegistryContext } from "./model.ts";

/** The one stream whose links cover every entry on `model/…` and `deployment/…`, in the order they were made. */
export const auditStream = "audit/registry";

/** Head of an empty chain. */
const genesis: Digest = `sha256:${"0".repeat(64)}`;

/** The link of an entry: its digest and the head before it. */
export function linkData(entry: StreamEntry, previous: Digest): JsonObject {
  return {
    stream: entry.stream,
    entrySequence: entry.sequence,
    type: entry.type,
    by: String(entry.data.by ?? ""),
    entry: digestEntry(entry),
    previous,
  };
}

/** The head after a link: the digest of the link, which holds the head before it. */
export function headOf(link: StreamEntry | undefined): Digest {
  return link === undefined ? genesis : digestJson({ sequence: link.sequence, atMs: link.atMs, data: link.data });
}

/** Digest of all that an entry says. */
export function digestEntry(entry: StreamEntry): Digest {
  return digestJson({
    stream: entry.stream,
    sequence: entry.sequence,
    type: entry.type,
    data: entry.data,
    key: entry.key,
    atMs: entry.atMs,
  });
}

/**
 * The audit chain's links, oldest first: who changed what in the registry and the deployments, and when.
 *
 * Errors: those of the metadata store.
 */
export async function readAudit(
  context: Pick<RegistryContext, "metadata">,
  options: { readonly afterSequence?: number; readonly limit?: number } = {},
): Promise<readonly AuditEntry[]> {
  const links = await context.metadata.read({ find: "entries", stream: auditStream, ...options });
  return links.map((link) => ({
    sequence: link.sequence,
    stream: String(link.data.stream),
    entrySequence: Number(link.data.entrySequence),
    type: String(link.data.type),
    by: String(link.data.by),
    atMs: link.atMs,
    entry: link.data.entry as Digest,
    previous: link.data.previous as Digest,
    head: headOf(link),
  }));
}

/**
 * Whether the registry's and the deployments' entries are exactly those that were recorded, in that order.
 *
 * Reads the whole chain: each link must hold the head before it, the digest of its entry as it stands now, and every entry
 * must have a link. A chain cut at its end is only seen with `expectedHead`, a head that was noted elsewhere.
 *
 * Shapes: `brokenAt` names the first link that does not hold (`sequence`), its entry's stream and why.
 */
export async function verifyAudit(
  context: Pick<RegistryContext, "metadata">,
  options: { readonly expectedHead?: Digest } = {},
): Promise<AuditVerdict> {
  const links = await context.metadata.read({ find: "entries", stream: auditStream });
  const entries = new Map<string, StreamEntry>();
  for (const streamPrefix of ["model/", "deployment/", "test-set/", "waiver/"])
    for (const entry of await context.metadata.read({ find: "entries", streamPrefix }))
      entries.set(`${entry.stream}#${entry.sequence}`, entry);
  let head = genesis;
  let seenExpected = options.expectedHead === undefined || options.expectedHead === genesis;
  const broken = (sequence: number, stream: string, reason: string): AuditVerdict => ({
    ok: false,
    entries: links.length,
    head,
    brokenAt: { sequence, stream, reason },
  });
  for (const [index, link] of links.entries()) {
    const stream = String(link.data.stream);
    const name = `${stream}#${Number(link.data.entrySequence)}`;
    if (link.sequence !== index + 1) return broken(index + 1, stream, `link ${index + 1} is missing`);
    if (link.data.previous !== head) return broken(link.sequence, stream, "the link does not hold the head before it");
    const entry = entries.get(name);
    if (entry === undefined) return broken(link.sequence, stream, `entry ${name} is gone or was recorded twice`);
    if (digestEntry(entry) !== link.data.entry) return broken(link.sequence, stream, `entry ${name} was changed`);
    entries.delete(name);
    head = headOf(link);
    if (head === options.expectedHead) seenExpected = true;
  }
  const unlinked = entries.values().next().value;
  if (unlinked !== undefined)
    return broken(links.length + 1, unlinked.stream, `entry ${unlinked.stream}#${unlinked.sequence} has no link`);
  if (!seenExpected) return broken(links.length + 1, auditStream, "the chain does not reach the head that was noted");
  return { ok: true, entries: links.length, head };
}
