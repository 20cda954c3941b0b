import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "@millrace/program";

export const bin = join(import.meta.dirname, "..", "..", "bin", "millrace.js");

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** One `millrace …` that runs in a process group of its own, as a shell starts it. */
export interface Running {
  readonly pid: number;
  /** All that it printed so far, both streams in order of arrival. */
  said(): string;
  /** Waits until it has printed the pattern `times` times. */
  until(pattern: RegExp, times?: number, timeoutMs?: number): Promise<RegExpExecArray>;
  /** Ctrl-C: a terminal sends it to the whole group. */
  interrupt(): void;
  kill(whom: "group" | "leader"): void;
  /** The living processes of the group, by their command lines. */
  group(): string[];
  readonly ended: Promise<Ended>;
}

const started = new Set<Running>();

/** Ends whatever a test left running. */
export function stopAll(): void {
  for (const one of started) one.kill("group");
  started.clear();
}

export function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Running {
  const beganMs = performance.now();
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: tmpdir(),
    env: { ...plainEnvironment(), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const pid = child.pid!;
  let stdout = "";
  let stderr = "";
  let both = "";
  let seconds = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    both += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    both += chunk.toString();
  });
  child.on("exit", () => {
    seconds = (performance.now() - beganMs) / 1000;
  });
  const signalGroup = (signal: NodeJS.Signals, target: number) => {
    try {
      process.kill(target, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  };
  const running: Running = {
    pid,
    said: () => both,
    async until(pattern, times = 1, timeoutMs = 120_000) {
      const all = new RegExp(pattern.source, "g");
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const found = [...both.matchAll(all)];
        if (found.length >= times) return found[times - 1]!;
        const over = child.exitCode !== null || child.signalCode !== null;
        if (over || Date.now() > deadline)
          throw new Error(`${over ? "ended" : "went on"} without having said ${pattern} ${times} times:\n${both}`);
        await sleep(25);
      }
    },
    interrupt: () => signalGroup("SIGINT", -pid),
    kill: (whom) => signalGroup("SIGKILL", whom === "group" ? -pid : pid),
    group: () => groupOf(pid),
    ended: new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr, seconds }));
    }),
  };
  started.add(running);
  return running;
}

/** Runs one command to its end. */
export function millrace(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return start(args, environment).ended;
}

/** Runs one command with `--json` and gives its object; it must end with 0 or one of the codes named. */
export async function millraceJson<T = JsonObject>(
  args: readonly string[],
  codes: readonly number[] = [0],
): Promise<T> {
  const { code, stdout, stderr } = await millrace([...args, "--json"]);
  if (code === null || !codes.includes(code))
    throw new Error(`millrace ${args.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
  return JSON.parse(stdout) as T;
}

/** A port that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Listens on a port so that nobody else can; where somebody already does, nothing is left to do. */
export async function occupy(port: number): Promise<() => Promise<void>> {
  const server = createServer();
  const ours = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
  return async () => {
    if (ours) await new Promise((resolve) => server.close(resolve));
  };
}

/** Whether somebody answers at an address. */
export async function answers(address: string): Promise<boolean> {
  try {
    await fetch(address, { signal: AbortSignal.timeout(2000) });
    return true;
  } catch {
    return false;
  }
}

/** The test runner's own settings are no part of what a user has. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_OPTIONS|NODE_ENV|FORCE_COLOR|MILLRACE_|INIT_CWD|npm_)/.test(name),
  );
  return { ...Object.fromEntries(kept), NO_COLOR: "1" };
}

function groupOf(leader: number): string[] {
  if (!existsSync("/proc/self/stat")) return groupByPs(leader);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        if (Number(group) !== leader || state === "Z") return [];
        return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")}`];
      } catch {
        return []; // It ended while we looked.
      }
    });
}

function groupByPs(leader: number): string[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,pgid=,stat=,command="], { encoding: "utf8" });
  return stdout.split("\n").filter((line) => {
    const [, group, state] = line.trim().split(/\s+/);
    return Number(group) === leader && state?.startsWith("Z") === false;
  });
}
