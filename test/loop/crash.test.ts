import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { randomStream } from "#kernel";
import { type Ended, millrace, start, stopAll } from "./millrace.ts";
import { type RunRecord, recordOf } from "./records.ts";
import { smallProject } from "./small-project.ts";

/*
 * `millrace run` is killed with SIGKILL, by the clock and at its own boundaries, the whole process group or only the process
 * that leads it, and goes on with `run --resume`: in the end the stores say the same as after an undisturbed run.
 * LOOP_KILLS sets how many kills; the pipeline has a harness of its own with more of them (CRASH_KILLS).
 */
const kills = Number(process.env.LOOP_KILLS ?? 12);
const folders: string[] = [];

async function newFolder(): Promise<string> {
  const folder = await smallProject();
  folders.push(folder);
  return folder;
}

/** Starts the run, or goes on with the one that is recorded. */
async function drive(folder: string, environment: NodeJS.ProcessEnv = {}) {
  const begun = (await recordOf(folder, "churn")).runs.length > 0;
  return start(["run", "--project", folder, ...(begun ? ["--resume"] : [])], environment);
}

function expectWhole(record: RunRecord, undisturbed: RunRecord): void {
  expect(record.runs).toEqual(["complete"]);
  expect(record.runsFinished).toBe(1);
  expect(record.finished.filter((node, k) => record.finished.indexOf(node) !== k)).toEqual([]);
  expect(record.contents).toEqual(undisturbed.contents);
  expect(record.effects.toSorted()).toEqual(undisturbed.effects.toSorted());
}

describe("a run that is cut off", () => {
  let undisturbed: RunRecord;
  let tookMs = 0;

  beforeAll(async () => {
    const folder = await newFolder();
    const { code, seconds, stderr } = await millrace(["run", "--project", folder]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    tookMs = seconds * 1000;
    undisturbed = await recordOf(folder, "churn");
  });
  afterEach(stopAll);
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

  test("the undisturbed run registers one version and lets the endpoint follow it", () => {
    expect(undisturbed.contents.filter((line) => line.startsWith("train.model"))).toHaveLength(1);
    expect(undisturbed.effects).toEqual([
      "model/churn version-registered",
      "model/churn alias-set",
      "model/churn alias-set",
      "deployment/churn deployment-set",
    ]);
    expectWhole(undisturbed, undisturbed);
  });

  test(`by ${kills} kills, it ends as if nothing had happened`, { timeout: 60_000 + kills * 20_000 }, async () => {
    const random = randomStream(20_260_301, "loop kills");
    let struck = 0;
    while (struck < kills) {
      const folder = await newFolder();
      let over = false;
      for (let ofThis = 0; ofThis < 4 && struck < kills && !over; ofThis++) {
        const ended = await disturb(folder, struck);
        const killed = ended.signal === "SIGKILL";
        if (killed) struck++;
        else expect({ code: ended.code, said: ended.stderr }).toMatchObject({ code: 0 });
        // A kill may come between the run's last entry and the end of its process: then nothing is left to resume.
        over = !killed || (await recordOf(folder, "churn")).runs[0] === "complete";
      }
      if ((await recordOf(folder, "churn")).runs[0] !== "complete") {
        const { code, stderr } = await (await drive(folder)).ended;
        expect({ code, stderr }).toMatchObject({ code: 0 });
      }
      expectWhole(await recordOf(folder, "churn"), undisturbed);
    }

    async function disturb(folder: string, index: number): Promise<Ended> {
      if (index % 3 === 2) {
        const running = await drive(folder, { MILLRACE_CRASH_AT: `*:${1 + random.integer(60)}` });
        const ended = await running.ended;
        await emptied(running.group);
        return ended;
      }
      const running = await drive(folder);
      const timer = setTimeout(
        () => running.kill(index % 3 === 0 ? "group" : "leader"),
        tookMs * (0.1 + 0.8 * random.uniform()),
      );
      const ended = await running.ended;
      clearTimeout(timer);
      await emptied(running.group);
      return ended;
    }
  });

  test("by Ctrl-C, it says how to go on, leaves nothing running, and goes on", { timeout: 120_000 }, async () => {
    const folder = await newFolder();
    const running = start(["run", "--project", folder]);
    await running.until(/✓ split/);
    running.interrupt();
    const { code, stdout } = await running.ended;
    expect(running.group()).toEqual([]);
    expect(code).toBe(130);
    expect(stdout).toContain("Go on with: millrace run --resume");
    expect((await millrace(["run", "--project", folder, "--resume"])).code).toBe(0);
    expectWhole(await recordOf(folder, "churn"), undisturbed);
  });
});

/** Processes whose leader was killed end by themselves, soon. */
async function emptied(group: () => string[]): Promise<void> {
  for (let waitedMs = 0; group().length > 0 && waitedMs < 10_000; waitedMs += 50) await sleep(50);
  expect(group()).toEqual([]);
}
