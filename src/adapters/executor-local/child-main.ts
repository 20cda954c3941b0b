import { performance } from "node:perf_hooks";
import type { JsonObject, JsonValue } from "@millrace/program";
import type { Log } from "#kernel";
import type { FromChild, LogLevel, ToChild } from "./messages.ts";
import { peakMemoryBytes, resetPeakMemory } from "./resident-memory.ts";
import { loadTaskFunction, taskError } from "./task-function.ts";

/*
 * The main module of a child process: it runs one task after another until its parent goes. Its parent alone decides when it
 * ends, so a Ctrl-C that the terminal sends to all is not its business.
 */
process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit(0));

let current: AbortController | undefined;

process.on("message", (message: ToChild) => {
  if (message.type === "stop") current?.abort(new Error("stopped"));
  else void run(message);
});

if (process.platform !== "linux") {
  const beat = () => send({ type: "memory", residentBytes: process.memoryUsage.rss() });
  setInterval(beat, 250).unref();
}

send({ type: "ready" });

async function run(message: Extract<ToChild, { type: "run" }>): Promise<void> {
  const own = new AbortController();
  current = own;
  resetPeakMemory();
  const began = performance.now();
  const cpu = process.cpuUsage();
  try {
    const task = await loadTaskFunction(message.module, message.export);
    const value = await task(message.payload, {
      signal: own.signal,
      stopping: () => own.signal.aborted,
      log: relayedLog({}),
      progress: (progress) => send({ type: "progress", progress }),
    });
    const used = process.cpuUsage(cpu);
    const cost = {
      cpuSeconds: (used.user + used.system) / 1e6,
      wallSeconds: (performance.now() - began) / 1000,
      peakMemoryBytes: peakMemoryBytes(),
    };
    send({ type: "done", value: value ?? null, cost });
  } catch (error) {
    send({ type: "failed", error: taskError(error).toJSON() });
  } finally {
    current = undefined;
  }
}

function send(message: FromChild): void {
  if (process.connected) process.send?.(message);
}

/** A log whose lines the parent writes. */
function relayedLog(bindings: JsonObject): Log {
  const relay =
    (level: LogLevel) =>
    (...args: unknown[]): void =>
      send({ type: "log", level, bindings, args: args.map(plain) });
  return {
    debug: relay("debug"),
    info: relay("info"),
    warn: relay("warn"),
    error: relay("error"),
    child: (more: JsonObject) => relayedLog({ ...bindings, ...more }),
  } as unknown as Log;
}

function plain(value: unknown): JsonValue {
  if (value instanceof Error) return { message: value.message, stack: value.stack ?? "" };
  return (value ?? null) as JsonValue;
}
