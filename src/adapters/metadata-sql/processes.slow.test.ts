import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { randomStream } from "#kernel";
import { temporaryFolder } from "#testing";
import { sqliteMetadata } from "./sqlite-metadata.ts";

const writer = new URL("./trials/writer.ts", import.meta.url).pathname;

interface Running {
  readonly process: ChildProcess;
  /** Numbers that the writer was told are durable. */
  readonly acknowledged: number[];
  readonly errors: string[];
  /** Resolves with the first acknowledgement, or with the end. */
  readonly begun: Promise<void>;
  readonly ended: Promise<number | null>;
}

function start(path: string, thread: boolean, name: string, count: number, together: number): Running {
  const child = spawn(process.execPath, [writer, path, thread ? "1" : "0", name, String(count), String(together)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const acknowledged: number[] = [];
  const errors: string[] = [];
  const lines = createInterface({ input: child.stdout! });
  const begun = Promise.race([once(lines, "line"), once(lines, "close")]).then(() => undefined);
  lines.on("line", (line) => acknowledged.push(Number(line)));
  createInterface({ input: child.stderr! }).on("line", (line) => errors.push(line));
  const ended = Promise.all([once(child, "close"), once(lines, "close")]).then(([[code]]) => code as number | null);
  return { process: child, acknowledged, errors, begun, ended };
}

async function sequences(path: string, stream: string): Promise<{ sequence: number; number: number }[]> {
  const metadata = sqliteMetadata({ path });
  await metadata.open();
  const entries = await metadata.read({ find: "entries", stream });
  await metadata.close();
  return entries.map((entry) => ({ sequence: entry.sequence, number: entry.data.number as number }));
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe("sqlite metadata in several processes", () => {
  test("two processes write 500 transactions each to one file, with no error and every entry there", async () => {
    const path = join(await temporaryFolder(), "metadata.db");
    const runs = [start(path, false, "a", 500, 1), start(path, true, "b", 500, 1)];
    expect(await Promise.all(runs.map((run) => run.ended))).toEqual([0, 0]);
    expect(runs.flatMap((run) => run.errors)).toEqual([]);
    expect(runs.map((run) => run.acknowledged.length)).toEqual([500, 500]);
    expect((await sequences(path, "shared")).map((entry) => entry.sequence)).toEqual(upTo(1000));
    for (const name of ["a", "b"])
      expect(await sequences(path, `own/${name}`)).toEqual(upTo(500).map((n) => ({ sequence: n, number: n - 1 })));
  });

  test("a writer killed at any moment loses nothing that was acknowledged, and leaves no gap", async () => {
    const path = join(await temporaryFolder(), "metadata.db");
    const random = randomStream(20, "kill -9");
    const kills = 20;
    let written = 0;
    for (let kill = 0; kill < kills; kill++) {
      const run = start(path, kill % 4 === 3, `kill-${kill}`, 1_000_000, [1, 8, 50][kill % 3]!);
      await run.begun;
      await new Promise((resolve) => setTimeout(resolve, random.uniform() * 80));
      run.process.kill("SIGKILL");
      await run.ended;
      expect(run.errors).toEqual([]);
      expect(run.acknowledged.length).toBeGreaterThan(0);
      const own = await sequences(path, `own/kill-${kill}`);
      expect(own.map((entry) => entry.sequence)).toEqual(upTo(own.length));
      const stored = new Set(own.map((entry) => entry.number));
      expect(run.acknowledged.filter((number) => !stored.has(number))).toEqual([]);
      written += own.length;
    }
    // Each batch wrote to both streams or to neither.
    expect((await sequences(path, "shared")).map((entry) => entry.sequence)).toEqual(upTo(written));
    const database = new DatabaseSync(path);
    expect(database.prepare("pragma integrity_check").get()).toEqual({ integrity_check: "ok" });
    database.close();
  }, 120_000);
});
