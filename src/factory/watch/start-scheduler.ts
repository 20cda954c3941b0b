import { setTimeout as sleep } from "node:timers/promises";
import { sourceWatermark } from "#dataset";
import { digestJson, isMillraceError, systemClock } from "#kernel";
import { triggerPause } from "#monitor";
import type { RunEvent, RunOutcome } from "#pipeline";
import { desiredDeployments } from "#registry";
import type { FactoryConfig } from "../config.ts";
import type { Project } from "../open-project.ts";
import { turnLoop } from "../run-factory.ts";
import { openRequests, turnAndAnswer } from "./turn-and-answer.ts";
import { watchWindow } from "./watch-window.ts";

export interface SchedulerOptions {
  /** Reads the config as it is now. */
  readonly load: () => Promise<FactoryConfig>;
  readonly signal: AbortSignal;
  /** How often sources and requests are looked at; default 5000. */
  readonly everyMs?: number;
  readonly onStart?: (reason: string) => void;
  readonly onEvent?: (event: RunEvent) => void;
  readonly onEnd?: (outcome: RunOutcome) => void;
  /** What went wrong in one turn; the scheduler goes on. */
  readonly onError?: (error: unknown) => void;
}

export interface Scheduler {
  /** Turns the loop as soon as it is free. */
  nudge(reason: string): void;
  /** Resolves when the signal has stopped it. */
  readonly ended: Promise<void>;
}

/**
 * Keeps the loop turning: at the start, when the config or a source changes, when monitoring or a person asks for it
 * (`trigger/<factory>`), and judges a window of traffic every `monitor.everyMinutes`. While the triggers are paused, only a
 * run that waits for a person goes on.
 */
export function startScheduler(project: Project, options: SchedulerOptions): Scheduler {
  const { signal, everyMs = 5000 } = options;
  const reasons: string[] = [];
  let seen: string | undefined;
  let watchedMs = 0;
  let complaint = "";

  const turnOptions = { signal, ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }) };

  const tick = async () => {
    const config = await options.load();
    const answered = await answeredRun(project, config);
    if (answered !== undefined) {
      options.onStart?.(`${answered} goes on: a person answered`);
      options.onEnd?.(await turnLoop(project, config, { resume: answered, ...turnOptions }));
    }
    const pause = await triggerPause({ metadata: project.metadata, clock: systemClock }, config.name);
    const reason = pause === null ? await nextReason(config) : undefined;
    if (reason !== undefined) {
      options.onStart?.(reason);
      const outcome = await turnAndAnswer(project, config, turnOptions);
      options.onEnd?.(outcome);
    }
    await monitor(config);
  };

  const nextReason = async (config: FactoryConfig): Promise<string | undefined> =>
    reasons.shift() ?? (await sourceReason(config)) ?? (await requestReason(project, config));

  const sourceReason = async (config: FactoryConfig): Promise<string | undefined> => {
    const marks: Record<string, string> = {};
    for (const [name, { source }] of Object.entries(config.data))
      marks[name] = digestJson(await sourceWatermark(source, { project: project.folder }));
    const key = digestJson(marks);
    if (key === seen) return undefined;
    const reason = seen === undefined ? "the factory starts" : "new data arrived";
    seen = key;
    return reason;
  };

  const monitor = async (config: FactoryConfig) => {
    const { everyMinutes, windowHours } = config.monitor;
    const nowMs = systemClock.nowMs();
    if (nowMs - watchedMs < everyMinutes * 60_000) return;
    watchedMs = nowMs;
    const deployed = (await desiredDeployments(project)).some((one) => one.endpoint === config.name);
    if (deployed) await watchWindow(project, config, { fromMs: nowMs - windowHours * 3_600_000, toMs: nowMs });
  };

  const loop = async () => {
    while (!signal.aborted) {
      try {
        await tick();
        complaint = "";
      } catch (error) {
        const text = isMillraceError(error) ? error.code + error.message : String(error);
        // The same complaint every five seconds would bury everything else.
        if (text !== complaint) options.onError?.(error);
        complaint = text;
      }
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  };
  return { nudge: (reason) => void reasons.push(reason), ended: loop() };
}

/** Why retraining was asked for, where no run has answered yet. */
async function requestReason(project: Project, config: FactoryConfig): Promise<string | undefined> {
  const [request] = await openRequests(project, config);
  if (request === undefined) return undefined;
  const reasons = request.payload.reasons;
  return `retraining was asked for: ${Array.isArray(reasons) ? reasons.join(" ") : "no reason was given"}`;
}

/** The newest run of the factory, where it waits for a person who has spoken since. */
async function answeredRun({ metadata }: Project, { name }: FactoryConfig): Promise<string | undefined> {
  const runs = await metadata.read({ find: "contexts", type: "run", limit: 20 });
  const newest = runs.find((run) => run.properties.pipeline === name);
  if (newest === undefined || newest.properties.state !== "waiting") return undefined;
  const journal = await metadata.read({ find: "entries", stream: `run/${newest.name}`, type: "run-waiting" });
  const sinceMs = journal.at(-1)?.atMs ?? newest.createdMs;
  const words = await metadata.read({ find: "entries", stream: `model/${name}` });
  const spoken = words.some(({ type, atMs }) => (type === "approved" || type === "rejected") && atMs >= sinceMs);
  return spoken ? newest.name : undefined;
}
