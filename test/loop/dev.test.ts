import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { answers, freePort, start, stopAll } from "./millrace.ts";
import { customers, smallProject } from "./small-project.ts";

const folders: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await smallProject();
  folders.push(folder);
  return folder;
}

async function dev(folder: string) {
  const port = await freePort();
  const endpointPort = await freePort();
  const running = start(["dev", "--project", folder, "--port", `${port}`, "--endpoint-port", `${endpointPort}`]);
  return { running, port, endpointPort };
}

describe("millrace dev", () => {
  afterEach(stopAll);
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

  test("turns the loop at the start, for a changed config and for new data, survives a broken config, and stops on Ctrl-C", {
    timeout: 180_000,
  }, async () => {
    const folder = await newFolder();
    const beganMs = performance.now();
    const { running, port, endpointPort } = await dev(folder);
    const [, seconds] = await running.until(/Ready in ([\d.]+) s/);
    console.info(
      `dev: ready in ${seconds} s by its own clock, ${((performance.now() - beganMs) / 1000).toFixed(1)} s in all`,
    );
    expect(running.said()).toContain(`Console    http://localhost:${port}`);
    expect(running.said()).toContain(`Endpoints  http://127.0.0.1:${endpointPort}`);
    expect(running.said()).not.toContain("is taken");
    await running.until(/run_\S+: complete/);
    expect(running.said()).toContain("the factory starts");

    const config = join(folder, "millrace.config.ts");
    const whole = await readFile(config, "utf8");
    await writeFile(config, whole.replace("budgetTrials", "bugdetTrials"));
    await running.until(/FACTORY_CONFIG_INVALID/);
    await sleep(6000);
    // It goes on looking, and does not say the same again and again.
    expect(running.said().match(/FACTORY_CONFIG_INVALID/g)).toHaveLength(1);
    expect(running.said()).toContain("budgetTrials");
    await writeFile(config, whole.replace("budgetTrials: 2", "budgetTrials: 3"));
    await running.until(/millrace\.config\.ts changed/);
    await running.until(/runs again: option budgetTrials 2 → 3/);
    await running.until(/run_\S+: complete/, 2);

    await writeFile(join(folder, "data", "more.csv"), customers(200, "d"));
    await running.until(/new data arrived/);
    await running.until(/runs again: source changed: more\.csv \(new\)/);
    const before = running
      .said()
      .split("new data arrived")[0]!
      .match(/run_\S+: complete/g)!.length;
    await running.until(/run_\S+: complete/, before + 1);

    expect(
      ((await (await fetch(`http://localhost:${port}/api/v1/models`)).json()) as { models: unknown[] }).models,
    ).toHaveLength(1);
    expect(await scoreOne(endpointPort)).toBeGreaterThan(0);
    running.interrupt();
    const { code, stdout, stderr } = await running.ended;
    expect(running.group()).toEqual([]);
    expect(code).toBeOneOf([0, 130]);
    expect(stdout + stderr).not.toMatch(/KERNEL_|database is locked/i);
    expect(await answers(`http://localhost:${port}/healthz`)).toBe(false);
    expect(await answers(`http://127.0.0.1:${endpointPort}/healthz`)).toBe(false);
  });

  test("Ctrl-C in the middle of a turn leaves nothing running, and the next start goes on", {
    timeout: 120_000,
  }, async () => {
    const folder = await newFolder();
    const { running } = await dev(folder);
    await running.until(/✓ split/);
    running.interrupt();
    const { code } = await running.ended;
    expect(running.group()).toEqual([]);
    expect(code).toBeOneOf([0, 130]);
    const next = await dev(folder);
    await next.running.until(/run_\S+: complete/);
    expect(next.running.said()).toMatch(/= ingest-customers .* cached: /);
    next.running.interrupt();
    await next.running.ended;
  });

  test("endpoints that are killed are back at the same address, and it says so", { timeout: 60_000 }, async () => {
    const folder = await newFolder();
    const { running, endpointPort } = await dev(folder);
    await running.until(/Ready in/);
    const pid = (await readdir(join(folder, ".millrace", "traffic")))
      .map((name) => /^serve-(\d+)\.lock$/.exec(name)?.[1])
      .find((one) => one !== undefined);
    process.kill(Number(pid), "SIGKILL");
    await running.until(/endpoints' process ended by itself \(SIGKILL\); it starts again in 0\.25 s/);
    await running.until(new RegExp(`endpoints are back at http://127\\.0\\.0\\.1:${endpointPort}`));
    expect(await answers(`http://127.0.0.1:${endpointPort}/healthz`)).toBe(true);
    running.interrupt();
    const { code } = await running.ended;
    expect(code).toBeOneOf([0, 130]);
    expect(running.said().match(/ended by itself/g)).toHaveLength(1);
    expect(running.group()).toEqual([]);
  });

  test("killed, it leaves no endpoint behind that holds the port", { timeout: 60_000 }, async () => {
    const { running, endpointPort } = await dev(await newFolder());
    await running.until(/Ready in/);
    running.kill("leader");
    await running.ended;
    for (let waitedMs = 0; running.group().length > 0 && waitedMs < 10_000; waitedMs += 50) await sleep(50);
    expect(running.group()).toEqual([]);
    expect(await answers(`http://127.0.0.1:${endpointPort}/healthz`)).toBe(false);
  });
});

async function scoreOne(port: number): Promise<number> {
  const reply = await fetch(`http://127.0.0.1:${port}/v1/endpoints/churn/score`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ row: { age: 30, plan: "basic", visits: 3 } }),
  });
  const body = (await reply.json()) as { predictions: { score: number }[] };
  expect(reply.status, JSON.stringify(body)).toBe(200);
  return body.predictions[0]!.score;
}
