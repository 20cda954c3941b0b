import type { MetadataStore } from "#kernel";
import { readJournal } from "./journal.ts";

/** How often the process that drives a run looks whether somebody cancelled it. */
const lookMs = 500;

const cancelStream = (runId: string): string => `cancel/${runId}`;

/** Asks whoever drives a run to stop it neatly: the driver sees the request within half a second, in whichever process it is. */
export async function requestCancel(
  metadata: MetadataStore,
  runId: string,
  { by, reason, atMs }: { readonly by: string; readonly reason: string; readonly atMs: number },
): Promise<void> {
  await metadata.write([
    { put: "entry", stream: cancelStream(runId), type: "cancel-requested", data: { by, reason }, atMs },
  ]);
}

/** Whether the last drive of a run was cancelled by somebody. */
export async function wasCancelled(metadata: MetadataStore, runId: string): Promise<boolean> {
  const drive = (await readJournal(metadata, runId)).findLast(
    ({ type }) => type === "run-started" || type === "run-resumed",
  );
  return askedSince(metadata, runId, drive?.atMs ?? 0);
}

/** Stops a drive that began at `sinceMs` once somebody asks for it. Returns what ends the watch. */
export function watchCancel(
  metadata: MetadataStore,
  runId: string,
  sinceMs: number,
  stop: AbortController,
): () => void {
  const timer = setInterval(() => {
    askedSince(metadata, runId, sinceMs).then(
      (asked) => asked && stop.abort(),
      // A store that cannot be read stops the run by itself; the watch is not the one to say so.
      () => undefined,
    );
  }, lookMs);
  timer.unref();
  return () => clearInterval(timer);
}

async function askedSince(metadata: MetadataStore, runId: string, sinceMs: number): Promise<boolean> {
  const asked = await metadata.read({ find: "entries", stream: cancelStream(runId) });
  return asked.some(({ atMs }) => atMs >= sinceMs);
}
