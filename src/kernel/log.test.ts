import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openLog, silentLog } from "./log.ts";
import { plainContext } from "./work-context.ts";

test("a log writes JSON Lines with its bindings, in a folder that it makes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "millrace-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "logs", "run.jsonl");
  const log = openLog(path, { run: "run_1" });
  log.info({ rows: 3 }, "read");
  log.child({ step: "train" }).warn("slow");
  log.debug("unseen");
  const lines = (await readFile(path, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { level: 30, run: "run_1", rows: 3, msg: "read" },
    { level: 40, run: "run_1", step: "train", msg: "slow" },
  ]);
});

test("a silent log takes everything and keeps nothing", () => {
  silentLog.child({ a: 1 }).info({ b: 2 }, "nothing");
  expect(silentLog.child({})).toBe(silentLog);
});

test("a context stops when its signal does", () => {
  const controller = new AbortController();
  const context = plainContext({ signal: controller.signal });
  expect(context.stopping()).toBe(false);
  controller.abort();
  expect(context.stopping()).toBe(true);
});
