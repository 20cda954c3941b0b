import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { MillraceError } from "#kernel";

export interface ChildOptions {
  readonly cwd: string;
  /** Where it keeps temporary files; made where it is not there. Default: the system's. Go reads no module that lies in it. */
  readonly temporary?: string;
  readonly stdin?: string;
  readonly timeLimitMs: number;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const mostOutput = 512 * 1024 * 1024;
const kept = ["PATH", "HOME", "SystemRoot", "GOCACHE", "GOPATH", "GOROOT", "JAVA_HOME"];

/**
 * Runs a program to its end: no shell, an environment of its own, killed with all that it started when its time is over.
 *
 * Errors: PACKAGE_CHILD_TIMEOUT; PACKAGE_CHILD_FAILED: when it cannot be started or writes without end; KERNEL_STOPPED.
 */
export function runChild(command: string, args: readonly string[], options: ChildOptions): Promise<Ended> {
  const { cwd, stdin = "", timeLimitMs, signal, temporary = tmpdir() } = options;
  mkdirSync(temporary, { recursive: true });
  const own = Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...own, TMPDIR: temporary, LC_ALL: "C.UTF-8", ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let size = 0;
    let failure: MillraceError | undefined;
    const kill = (error: MillraceError) => {
      failure ??= error;
      if (child.pid === undefined) return;
      try {
        // The whole group: compilers start processes of their own.
        process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    };
    const timer = setTimeout(() => kill(timedOut(command, timeLimitMs)), timeLimitMs);
    const stop = () => kill(stopped(command));
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    const collect = (chunks: Buffer[]) => (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostOutput) kill(endless(command));
      else chunks.push(chunk);
    };
    child.stdout.on("data", collect(out));
    child.stderr.on("data", collect(err));
    // A child that ends before it has read everything is judged by how it ended.
    child.stdin.on("error", () => undefined);
    child.on("error", (cause) => {
      failure ??= new MillraceError("PACKAGE_CHILD_FAILED", {
        message: `${command} cannot be started: ${cause.message}.`,
        next: "Check that it is installed and on the PATH.",
        facts: { command },
        cause,
      });
      done(null);
    });
    child.on("close", done);
    let ended = false;
    function done(code: number | null) {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      if (failure !== undefined) reject(failure);
      else resolve({ code, stdout: Buffer.concat(out).toString("utf8"), stderr: Buffer.concat(err).toString("utf8") });
    }
    child.stdin.end(stdin);
  });
}

function timedOut(command: string, limitMs: number): MillraceError {
  return new MillraceError("PACKAGE_CHILD_TIMEOUT", {
    message: `${command} was still running after ${limitMs / 1000} seconds, and was ended.`,
    next: "Verify with fewer --rows, or with --targets that are quicker.",
    facts: { command, limitMs },
  });
}

function stopped(command: string): MillraceError {
  return new MillraceError("KERNEL_STOPPED", {
    message: `${command} was ended because the command was stopped.`,
    next: "Start the command again.",
  });
}

function endless(command: string): MillraceError {
  return new MillraceError("PACKAGE_CHILD_FAILED", {
    message: `${command} wrote more than ${mostOutput} bytes, and was ended.`,
    next: "Report this with the model file.",
    facts: { command },
  });
}
