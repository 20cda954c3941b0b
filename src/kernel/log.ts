import { createRequire } from "node:module";
import type { Logger } from "pino";

export type Log = Pick<Logger, "debug" | "info" | "warn" | "error" | "child">;

/** Loaded with the first log: most commands and threads keep none, and start without waiting for it. */
const load = createRequire(import.meta.url);

/** A log that writes JSON Lines to a file descriptor or path; `MILLRACE_LOG` sets its level (default `info`). */
export function openLog(destination: string | number, bindings: Record<string, unknown> = {}): Log {
  const { pino } = load("pino") as typeof import("pino");
  const level = process.env.MILLRACE_LOG ?? "info";
  return pino({ level, base: bindings }, pino.destination({ dest: destination, mkdir: true, sync: true }));
}

const nothing = (): void => undefined;

/** A log that keeps nothing. */
export const silentLog = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLog,
} as unknown as Log;
