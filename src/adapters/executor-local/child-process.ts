import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { getCompileCacheDir } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { FromChild, ToChild } from "./messages.ts";

/** One child process of the pool. */
export interface Child {
  readonly process: ChildProcess;
  /** Of the source files that it may have loaded. */
  readonly generation: number;
  /** The last lines that it wrote to its streams. */
  tail(): string;
  /** Hears each line that it writes to its streams. */
  onLine(listener: (line: string) => void): () => void;
  send(message: ToChild): void;
  readonly gone: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

const tailBytes = 4096;

/** Starts a child with the hooks that the command has, and without what is meant for the parent alone. */
export function startChild(generation: number, imports: readonly string[]): Child {
  const main = fileURLToPath(
    new URL(`./child-main${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url),
  );
  const hooks = [...commandHooks(), ...imports].flatMap((url) => ["--import", url]);
  const { MILLRACE_CRASH_AT: _unused, NODE_OPTIONS: _options, ...environment } = process.env;
  const cache = getCompileCacheDir();
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...hooks, main], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: cache === undefined ? environment : { ...environment, NODE_COMPILE_CACHE: cache },
  });
  let tail = "";
  const listeners = new Set<(line: string) => void>();
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      tail = (tail + text).slice(-tailBytes);
      for (const line of text.split("\n")) if (line !== "") for (const listener of listeners) listener(line);
    });
  const gone = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", () => resolve({ code: null, signal: null }));
  });
  return {
    process: child,
    generation,
    gone,
    tail: () => tail,
    onLine(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    // A child that died between two messages is noticed by its exit.
    send: (message) => void child.send(message, () => undefined),
  };
}

export function onMessage(child: Child, listener: (message: FromChild) => void): () => void {
  child.process.on("message", listener);
  return () => child.process.off("message", listener);
}

/** While it is idle, a child does not keep its parent alive. */
export function setIdle(child: Child, idle: boolean): void {
  const handles = [child.process, child.process.channel, child.process.stdout, child.process.stderr];
  for (const handle of handles as readonly ({ ref?(): void; unref?(): void } | null | undefined)[])
    if (idle) handle?.unref?.();
    else handle?.ref?.();
}

function commandHooks(): readonly string[] {
  const candidates = ["../../../bin/hooks.js", "../../bin/hooks.js"].map((path) => new URL(path, import.meta.url));
  const found = candidates.find((url) => existsSync(url));
  return found === undefined ? [] : [pathToFileURL(fileURLToPath(found)).href];
}
