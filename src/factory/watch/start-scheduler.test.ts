import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock } from "#kernel";
import { pauseTriggers, resumeTriggers } from "#monitor";
import { defineFactory } from "../config.ts";
import { openProject } from "../open-project.ts";
import { startScheduler } from "./start-scheduler.ts";

test("while the triggers are paused nothing starts; what came meanwhile starts afterwards", async () => {
  const folder = await mkdtemp(join(tmpdir(), "millrace-scheduler-"));
  const project = await openProject(folder);
  const stop = new AbortController();
  try {
    await writeFile(join(folder, "rows.csv"), "y,x\n1,2\n");
    const config = defineFactory({
      name: "churn",
      task: "regression",
      target: "y",
      data: { rows: { source: { kind: "file", path: "rows.csv" } } },
    });
    const monitor = { metadata: project.metadata, clock: systemClock, by: "ana" };
    await pauseTriggers(monitor, { factory: "churn", reason: "", untilMs: null });
    const started: string[] = [];
    const faults: unknown[] = [];
    const scheduler = startScheduler(project, {
      load: async () => config,
      signal: stop.signal,
      everyMs: 20,
      onStart(reason) {
        started.push(reason);
        stop.abort();
      },
      onError: (error) => faults.push(error),
    });
    scheduler.nudge("the config changed");
    await sleep(300);
    expect([started, faults]).toEqual([[], []]);
    await resumeTriggers(monitor, { factory: "churn", reason: "" });
    await scheduler.ended;
    expect([started, faults]).toEqual([["the config changed"], []]);
  } finally {
    stop.abort();
    await project.close();
    await rm(folder, { recursive: true });
  }
});
