import { spawn } from "node:child_process";
import type { CommandOptions } from "./options.ts";
import { trainerFailed } from "./trainer-failed.ts";

const mostOutput = 4000;
const pollMs = 200;

/**
 * Runs a trainer over its folder. It gets the environment without Millrace's secrets; its whole process group ends with it.
 *
 * Errors: LEARN_TRAINER_FAILED: it is not there, ends with another code than 0, or takes too long; KERNEL_STOPPED.
 */
export function runCommand(
  [program, ...args]: readonly string[],
  folder: string,
  { timeLimitSeconds }: CommandOptions,
  stopping: () => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const known = Object.entries(process.env).filter(([name]) => !name.startsWith("MILLRACE_SECRET_"));
    const env = { ...Object.fromEntries(known), MILLRACE_TRAIN: folder };
    const child = spawn(program!, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString("utf8")).slice(-mostOutput);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    let ended: string | undefined;
    const end = (why: string) => {
      ended ??= why;
      try {
        process.kill(-child.pid!, "SIGKILL");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    };
    const limit = setTimeout(() => end(`it took longer than ${timeLimitSeconds} s`), timeLimitSeconds * 1000);
    const poll = setInterval(() => {
      if (stopping()) end("the search was stopped");
    }, pollMs);
    const settle = (work: () => void) => {
      clearTimeout(limit);
      clearInterval(poll);
      work();
    };
    child.on("error", (error) =>
      settle(() => reject(trainerFailed(program!, `it cannot be started (${error.message})`))),
    );
    child.on("close", (code, signal) =>
      settle(() => {
        if (ended !== undefined) reject(trainerFailed(program!, ended, output));
        else if (code !== 0) reject(trainerFailed(program!, `it ended with ${signal ?? `code ${code}`}`, output));
        else resolve();
      }),
    );
  });
}
