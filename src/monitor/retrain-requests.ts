import type { JsonObject } from "@millrace/program";
import { newId } from "#kernel";
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

/** Asks by hand for another turn of the loop. While a request by hand is open, asking again is the same request. */
export async function requestRetrain(
  context: MonitorContext,
  request: { readonly factory: string; readonly reason: string },
): Promise<RetrainRequest> {
  const { factory, reason } = request;
  const key = `${byHand}${newId("evt", context.clock.nowMs())}`;
  let open: string | undefined;
  await appendDecided(context, `trigger/${factory}`, (entries) => {
    open = entries.findLast(
      (entry) =>
        entry.type === "retrain-requested" &&
        entry.key?.startsWith(byHand) === true &&
        !entries.some((other) => other.type === "retrain-answered" && other.data.request === entry.key),
    )?.key as string | undefined;
    return open === undefined ? [{ type: "retrain-requested", data: { window: null, reasons: [reason] }, key }] : [];
  });
  const all = await listRetrainRequests(context, factory);
  return all.find((one) => one.key === (open ?? key))!;
}

const byHand = "retrain/by-hand/";

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
