import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { MetadataStore } from "#kernel";

const pauseMs = 400;
const beatMs = 15_000;

/** The journal as server-sent events from a sequence number on; ends with the run, goes on after `Last-Event-ID`. */
export function streamRunEvents(c: Context, metadata: MetadataStore, runId: string, after: number): Response {
  const resumed = Number(c.req.header("last-event-id") ?? Number.NaN);
  return streamSSE(c, async (stream) => {
    let sequence = Number.isSafeInteger(resumed) ? resumed : after;
    let quietMs = 0;
    while (!stream.aborted && !stream.closed) {
      const entries = await metadata.read({
        find: "entries",
        stream: `run/${runId}`,
        afterSequence: sequence,
        limit: 500,
      });
      for (const entry of entries) {
        sequence = entry.sequence;
        const { type, atMs, data } = entry;
        await stream.writeSSE({
          id: String(sequence),
          event: "entry",
          data: JSON.stringify({ sequence, type, atMs, data }),
        });
      }
      if (entries.at(-1)?.type === "run-finished") {
        await stream.writeSSE({ event: "end", data: "{}" });
        return;
      }
      quietMs = entries.length > 0 ? 0 : quietMs + pauseMs;
      if (quietMs >= beatMs) {
        quietMs = 0;
        await stream.writeSSE({ event: "beat", data: "{}" });
      }
      await stream.sleep(pauseMs);
    }
  });
}
