import type { JsonObject } from "@millrace/program";
import { appendDecided } from "./append-decided.ts";
import type { MonitorContext } from "./model.ts";

/** A request to turn the loop again, and the run that answered it. */
export interface RetrainRequest {
  readonly key: string;
  readonly requestedMs: number;
  readonly by: string;
  /** `{ endpoint, window, reasons }` of what asked for it. */
  readonly payload: JsonObject;
  readonly runId: string | null;
}

/** The factory's requests to retrain, oldest first; those without a run are waiting for one. */
export async function listRetrainRequests(
  context: Pick<MonitorContext, "metadata">,
  factory: string,
): Promise<readonly RetrainRequest[]> {
  const entries = await context.metadata.read({ find: "entries", stream: `trigger/${factory}` });
  const answered = new Map(
    entries
      .filter((entry) => entry.type === "retrain-answered")
      .map((entry) => [String(entry.data.request), String(entry.data.runId)]),
  );
  return entries
    .filter((entry) => entry.type === "retrain-requested")
    .map((entry) => ({
      key: entry.key ?? "",
      requestedMs: entry.atMs,
      by: String(entry.data.by),
      payload: entry.data,
      runId: answered.get(entry.key ?? "") ?? null,
    }));
}

/** Records which run answers a request; a request is answered once. */
export async function answerRetrainRequest(
  context: MonitorContext,
  answer: { readonly factory: string; readonly request: string; readonly runId: string },
): Promise<void> {
  const { factory, request, runId } = answer;
  const key = `answered/${request}`;
  await appendDecided(context, `trigger/${factory}`, (entries) =>
    entries.some((entry) => entry.key === key) ? [] : [{ type: "retrain-answered", data: { request, runId }, key }],
  );
}
