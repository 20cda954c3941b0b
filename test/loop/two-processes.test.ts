import { rm } from "node:fs/promises";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { openProject } from "#factory";
import { startServer } from "#server";
import { type Ended, millrace, millraceJson, start, stopAll } from "./millrace.ts";
import { recordOf } from "./records.ts";
import { smallProject } from "./small-project.ts";

const folders: string[] = [];
const loops = 30;

async function newFolder(): Promise<string> {
  const folder = await smallProject();
  folders.push(folder);
  return folder;
}

describe("several processes on one store", () => {
  afterEach(stopAll);
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

  test("run, list, score and read beside each other; nobody finds a locked database", {
    timeout: 240_000,
  }, async () => {
    const folder = await newFolder();
    expect((await millrace(["run", "--project", folder])).code).toBe(0);
    const serving = start(["serve", "--project", folder, "--port", "0", "--any-port"]);
    const [, endpoints = ""] = await serving.until(/Listening on (http:\S+)/);
    const project = await openProject(folder, { thread: true });
    const api = await startServer({ metadata: project.metadata, objects: project.objects, port: 0, version: "test" });
    let over = false;
    const ends: Ended[] = [];
    const replies = new Map<number, number>();

    const running = async () => {
      for (const change of ["train.budgetTrials=1", "train.budgetTrials=3", "train.budgetTrials=4"])
        ends.push(await millrace(["run", "--project", folder, "--json", "--set", change]));
    };
    const listing = async () => {
      for (let k = 0; k < loops; k++)
        ends.push(await millrace([k % 2 === 0 ? "runs" : "model", "list", "--project", folder, "--json"]));
    };
    const reading = async (addresses: readonly string[]) => {
      for (let k = 0; !over; k++) {
        const { status } = await fetch(addresses[k % addresses.length]!);
        replies.set(status, (replies.get(status) ?? 0) + 1);
      }
    };
    const scoring = async () => {
      while (!over) {
        const { status } = await fetch(`${endpoints}/v1/endpoints/churn/score`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ row: { age: 41, plan: "gold", visits: 9 } }),
        });
        replies.set(status, (replies.get(status) ?? 0) + 1);
      }
    };
    const beside = [
      reading([`${api.url}/api/v1/runs`, `${api.url}/api/v1/models`, `${api.url}/api/v1/overview`]),
      reading([`${endpoints}/readyz`, `${endpoints}/v1/endpoints/churn`]),
      scoring(),
    ];
    await Promise.all([running(), listing()]).finally(() => {
      over = true;
    });
    await Promise.all(beside);
    await api.close();
    await project.close();
    serving.interrupt();
    ends.push(await serving.ended);

    for (const { code, stdout, stderr } of ends) {
      expect(`${stdout}${stderr}`).not.toMatch(/database is locked|SQLITE_BUSY|KERNEL_INVARIANT/i);
      expect(code, stderr).toBeOneOf([0, 3]);
    }
    expect([...replies.keys()]).toEqual([200]);
    expect(replies.get(200)).toBeGreaterThan(3 * loops);
    const { runs } = await millraceJson<{ runs: { state: string }[] }>(["runs", "list", "--project", folder]);
    expect(runs.map(({ state }) => state)).toEqual(["complete", "complete", "complete", "complete"]);
  });

  test("two runs of one factory at once register one version", { timeout: 120_000 }, async () => {
    const folder = await newFolder();
    const both = await Promise.all([1, 2].map(() => millrace(["run", "--project", folder, "--json"])));
    for (const { code, stdout, stderr } of both) {
      expect(`${stdout}${stderr}`).not.toMatch(/database is locked|SQLITE_BUSY|KERNEL_INVARIANT/i);
      expect(code, stderr).toBe(0);
    }
    const { runs, effects, contents } = await recordOf(folder, "churn");
    expect(runs).toEqual(["complete", "complete"]);
    expect(new Set(contents).size).toBe(contents.length / 2);
    expect(effects.toSorted()).toEqual([
      "deployment/churn deployment-set",
      "model/churn alias-set",
      "model/churn alias-set",
      "model/churn version-registered",
    ]);
  });

  test("a run that another process still drives is not taken over", { timeout: 60_000 }, async () => {
    const folder = await newFolder();
    const first = start(["run", "--project", folder]);
    await first.until(/✓ ingest/);
    const second = await millrace(["run", "--project", folder, "--resume"]);
    expect(second.code, second.stderr).toBe(7);
    expect(second.stderr).toMatch(/PIPELINE_RUN_/);
    expect((await first.ended).code).toBe(0);
  });
});
