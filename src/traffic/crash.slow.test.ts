import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import { readWindow } from "./index.ts";

const child = fileURLToPath(new URL("./fixtures/write-until-killed.ts", import.meta.url));

/** Runs the writer for a while, kills it without warning, and gives what it had said by then. */
async function killAfter(
  folder: string,
  ms: number,
): Promise<{ said: { count: number; atMs: number }[]; killedMs: number }> {
  const process_ = spawn(process.execPath, [child, folder, "serve-1"], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  const started = new Promise<void>((resolve) => {
    process_.stdout.on("data", (chunk) => {
      text += chunk;
      resolve();
    });
  });
  const ended = new Promise((resolve) => process_.on("close", resolve));
  await started;
  await new Promise((resolve) => setTimeout(resolve, ms));
  const killedMs = Date.now();
  process_.kill("SIGKILL");
  await ended;
  const whole = text.slice(0, text.lastIndexOf("\n"));
  return {
    said: whole.split("\n").map((line) => ({ count: Number(line.split(" ")[0]), atMs: Number(line.split(" ")[1]) })),
    killedMs,
  };
}

test("a writer killed again and again loses no more than the last moments, and the gaps count exactly what", async () => {
  const folder = await mkdtemp(join(tmpdir(), "millrace-kill-"));
  const random = randomStream(7, "kills");
  let promised = 0;
  for (let kill = 0; kill < 12; kill++) {
    const before = await readWindow({ folder, endpoint: "churn" });
    const { said, killedMs } = await killAfter(folder, 20 + random.integer(400));
    promised += said.at(-1)!.count;
    const after = await readWindow({ folder, endpoint: "churn" });
    const kept = after.predictions.length - before.predictions.length;
    // 100 ms are promised; the machine that runs the tests may be busy with others.
    const old = said.filter((one) => one.atMs < killedMs - 250).length;
    expect(kept).toBeGreaterThanOrEqual(old);
    const sequences = after.predictions.map((one) => one.sequence);
    expect(new Set(sequences).size).toBe(sequences.length);
  }
  const window = await readWindow({ folder, endpoint: "churn" });
  // Every number that was given out is either there or in a gap: also what the last kill took.
  const given = window.predictions.length + window.lost;
  expect(given).toBeGreaterThanOrEqual(promised);
  expect(given).toBeLessThanOrEqual(promised + 12 * 50);
  expect(window.torn).toBeLessThanOrEqual(12);
  await rm(folder, { recursive: true });
});
