import { appendDecided } from "./append-decided.ts";
import type { MonitorContext } from "./model.ts";

/** While it lasts, nothing but a person turns the loop. */
export interface TriggerPause {
  readonly by: string;
  readonly reason: string;
  readonly sinceMs: number;
  /** `null`: until it is lifted. */
  readonly untilMs: number | null;
}

/** The factory's pause that holds now, or `null`. */
export async function triggerPause(
  context: Pick<MonitorContext, "metadata" | "clock">,
  factory: string,
): Promise<TriggerPause | null> {
  return pauseIn(await context.metadata.read({ find: "entries", stream: `trigger/${factory}` }), context.clock.nowMs());
}

/** Holds the factory's triggers; a later pause takes the place of an earlier one. Requests are kept until it ends. */
export async function pauseTriggers(
  context: MonitorContext,
  request: { readonly factory: string; readonly reason: string; readonly untilMs: number | null },
): Promise<TriggerPause> {
  const { factory, reason, untilMs } = request;
  const nowMs = context.clock.nowMs();
  await appendDecided(context, `trigger/${factory}`, () => [{ type: "paused", data: { reason, untilMs } }]);
  return { by: context.by, reason, sinceMs: nowMs, untilMs };
}

/** Lifts the pause; `null` where there was none. */
export async function resumeTriggers(
  context: MonitorContext,
  request: { readonly factory: string; readonly reason: string },
): Promise<TriggerPause | null> {
  const { factory, reason } = request;
  let lifted: TriggerPause | null = null;
  await appendDecided(context, `trigger/${factory}`, (entries) => {
    lifted = pauseIn(entries, context.clock.nowMs());
    return lifted === null ? [] : [{ type: "resumed", data: { reason } }];
  });
  return lifted;
}

type Entries = Parameters<Parameters<typeof appendDecided>[2]>[0];

function pauseIn(entries: Entries, nowMs: number): TriggerPause | null {
  const last = entries.findLast(({ type }) => type === "paused" || type === "resumed");
  if (last === undefined || last.type === "resumed") return null;
  const untilMs = typeof last.data.untilMs === "number" ? last.data.untilMs : null;
  if (untilMs !== null && untilMs <= nowMs) return null;
  return { by: String(last.data.by), reason: String(last.data.reason ?? ""), sinceMs: last.atMs, untilMs };
}
