import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ended, millrace, startMillrace, temporaryFolder, writeWeather } from "./millrace.ts";

const folder = temporaryFolder();
const cwd = folder.path;
const trials = ["--set", "train.budgetTrials=2"];
let first: string;

/** Runs a command that must succeed. */
function ok(...args: readonly string[]): Ended {
  const ended = millrace(args, { cwd });
  expect([args.join(" "), ended.code, ended.code === 0 ? "" : ended.stderr]).toEqual([args.join(" "), 0, ""]);
  return ended;
}

function refused(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, json } = millrace([...args, "--json"], { cwd, env });
  const { error } = json();
  expect(error.next).toMatch(/^[A-Z].*\.$/s);
  return { code, error: error.code as string, message: error.message as string };
}

beforeAll(async () => {
  await writeWeather(cwd);
  ok("init", "weather.csv", "--quiet");
  const path = join(cwd, "millrace.config.ts");
  const assumptions = `assumptions: [
    { name: "wind", owner: "ana", statement: "No wind is negative.", check: { column: "wind", min: 0 } },
    { name: "warm", owner: "ana", statement: "It never freezes.", check: { column: "temp_min", min: 0 } },
    { name: "site", owner: "ana", statement: "The station was never moved." },
  ],`;
  await writeFile(path, (await readFile(path, "utf8")).replace(/^(\s*target:.*)$/m, `$1\n  ${assumptions}`));
  first = ok("run", ...trials, "--json").json().runId;
});
afterAll(() => folder.remove());

describe("what is shown of a version and a run", () => {
  test("model list counts the assumptions, and holds them whole under --json", () => {
    expect(ok("model", "list").stdout).toContain("1 broken, 1 unchecked, 1 hold");
    const [model] = ok("model", "list", "--json").json().models;
    expect(model.versions[0].assumptions.map((one: { verdict: string }) => one.verdict)).toEqual([
      "holds",
      "broken",
      "unchecked",
    ]);
  });

  test("metrics have their intervals", () => {
    const { metrics } = ok("model", "show", "weather:1", "--json").json();
    expect(metrics.logLoss.low).toBeLessThan(metrics.logLoss.value);
    expect(metrics.logLoss.high).toBeGreaterThan(metrics.logLoss.value);
    expect(ok("model", "show", "weather:1").stdout).toMatch(/logLoss +\d\.\d{4} \(\d\.\d{4} to \d\.\d{4}\)/);
  });

  test("a run says which model stood before it, and its cache key does not know", () => {
    expect(ok("runs", "show", first, "--json").json().previousModel).toBeNull();
    expect(ok("runs", "show", first).stdout).toContain("previous model: none");
    const again = ok("run", ...trials, "--json").json();
    expect(again.nodes.filter((node: { state: string }) => node.state === "done")).toEqual([]);
    const shown = ok("runs", "show", again.runId, "--json").json();
    expect(shown.previousModel).toEqual({
      reference: "weather:1",
      content: expect.stringMatching(/^sha256:/),
      artifactId: expect.stringMatching(/^art_/),
    });
    expect(ok("runs", "show").stdout).toContain("previous model: weather:1");
  });
});

describe("runs", () => {
  test("logs tells the journal, of one step where that is asked", () => {
    const all = ok("runs", "logs", first).stdout.trimEnd().split("\n");
    expect(all[0]).toContain("started: weather");
    expect(all.at(-1)).toContain("complete");
    const train = ok("runs", "logs", first, "--step", "train", "--json").stdout.trimEnd().split("\n");
    const lines = train.map((line) => JSON.parse(line));
    expect(new Set(lines.map(({ node }) => node))).toEqual(new Set(["train"]));
    expect(lines.at(-1).message).toMatch(/^done in /);
    expect(refused(["runs", "logs", first, "--step", "trian"])).toMatchObject({
      code: 5,
      message: expect.stringContaining("did you mean train?"),
    });
    expect(refused(["runs", "logs", "run_nothing"])).toMatchObject({ code: 5, error: "PIPELINE_RUN_UNKNOWN" });
  });

  test("fork takes the plan and seed of then, and changes what is asked", () => {
    const same = ok("runs", "fork", first, "--json").json();
    expect(same.nodes.filter((node: { state: string }) => node.state === "done")).toEqual([]);
    expect(ok("runs", "show", same.runId).stdout).toContain(`forked from ${first}`);
    const { code, json } = millrace(["runs", "fork", first, "--set", "train.budgetTrials=3", "--json"], { cwd });
    expect(code).toBeOneOf([0, 3]);
    const states = new Map(json().nodes.map((node: { id: string; state: string }) => [node.id, node.state]));
    expect([states.get("split"), states.get("train")]).toEqual(["cached", "done"]);
    const changed = ok("model", "list", "--json").json().models[0].versions.length;
    if (changed === 2) {
      const diff = ok("model", "diff", "weather:1", "weather:2", "--json").json();
      expect(diff.options).toContainEqual({ step: "train", option: "budgetTrials", first: 2, second: 3 });
      expect(ok("model", "diff", "weather:1", "weather:2").stdout).toContain("train.budgetTrials");
    }
    expect(ok("model", "diff", "weather:1", "weather:1").stdout).toContain("the same program");
    expect(refused(["runs", "fork", first, "--set", "train.budgetTrails=2"])).toMatchObject({
      code: 2,
      error: "PIPELINE_OPTION_INVALID",
    });
    expect(refused(["runs", "fork", first, "--set", "trian.budgetTrials=2"])).toMatchObject({ code: 5 });
  });

  test("cancel stops a run of another process; one that nobody drives is refused", async () => {
    expect(refused(["runs", "cancel", first])).toMatchObject({ code: 7, error: "FACTORY_RUN_NOT_UNDER_WAY" });
    const newest = () => ok("runs", "show", "--json").json();
    const before = newest().runId;
    const long = startMillrace(["run", "--set", "train.budgetTrials=500", "--seed", "7", "--json"], { cwd });
    const ended = once(long, "exit");
    let stderr = "";
    long.stderr.on("data", (bytes: Buffer) => (stderr += bytes));
    const deadline = Date.now() + 20_000;
    const underWay = () => {
      const { nodes, runId } = newest();
      const split = nodes.find((node: { id: string }) => node.id === "split");
      return runId !== before && split.state !== "pending" ? (runId as string) : undefined;
    };
    let run: string | undefined;
    while (run === undefined && Date.now() < deadline) {
      await sleep(200);
      run = underWay();
    }
    expect([typeof run, stderr]).toEqual(["string", ""]);
    const told = ok("runs", "cancel", run!, "--reason", "a test", "--json").json();
    expect(told).toEqual({ run, state: "stopped" });
    expect((await ended)[0]).toBe(130);
    expect(ok("runs", "logs", run!).stdout).toContain("stopped: ");
    expect(refused(["runs", "cancel", run!])).toMatchObject({ code: 7 });
  });
});

describe("trigger", () => {
  test("fire asks once until it is answered; pause and resume are on record", () => {
    const asked = ok("trigger", "fire", "--by", "ana", "--reason", "new sensors", "--json").json();
    expect(asked).toMatchObject({ factory: "weather", request: { by: "ana", runId: null }, paused: null });
    expect(ok("trigger", "fire", "--json").json().request.key).toBe(asked.request.key);
    expect(ok("trigger", "pause", "--hours", "2", "--by", "ana").stdout).toMatch(/paused by ana until \d{4}-/);
    expect(ok("trigger", "list").stdout).toMatch(/^The triggers of weather are paused by ana/);
    expect(ok("trigger", "fire").stdout).toContain("millrace trigger resume");
    expect(ok("trigger", "resume", "--json").json()).toMatchObject({ paused: null, lifted: { by: "ana" } });
    expect(ok("trigger", "resume", "--json").json()).toMatchObject({ lifted: null });
    const { paused, triggers } = ok("trigger", "list", "--json").json();
    expect(paused).toBeNull();
    expect(triggers.map((one: { type: string }) => one.type)).toEqual(["resumed", "paused", "retrain-requested"]);
    expect(refused(["trigger", "pause", "--hours", "soon"])).toMatchObject({ code: 2, error: "CLI_OPTION_INVALID" });
  });
});

describe("backup and restore", () => {
  test("bring everything back, verified, into another home", () => {
    expect(ok("backup", "b0", "--dry-run").stdout).toContain("Would back up");
    expect(existsSync(join(cwd, "b0"))).toBe(false);
    const made = ok("backup", "b1", "--json").json();
    expect(readdirSync(join(cwd, "b1")).toSorted()).toEqual(["backup.json", "metadata.db", "objects", "traffic"]);
    expect(made.objects.count).toBeGreaterThan(20);
    expect(ok("restore", "b1", "--dry-run").stdout).toContain("is whole");
    const env = { MILLRACE_HOME: join(cwd, "elsewhere") };
    const restored = millrace(["restore", "b1", "--json"], { cwd, env });
    expect([restored.code, restored.json().replaced]).toEqual([0, null]);
    expect(readdirSync(join(cwd, "elsewhere")).toSorted()).toEqual(["metadata.db", "objects", "traffic"]);
    expect(millrace(["audit", "verify"], { cwd, env }).stdout).toBe(ok("audit", "verify").stdout);
    expect(millrace(["model", "verify", "weather@champion"], { cwd, env }).code).toBe(0);
    const run = millrace(["runs", "fork", first, "--json"], { cwd, env }).json();
    // Another model was registered since: the effects take the first one up again, and nothing is computed anew.
    const again = run.nodes.filter((node: { state: string }) => node.state === "done");
    expect(again.map(({ id }: { id: string }) => id)).toEqual(["open-test", "register", "promote", "deploy"]);
    expect(readdirSync(cwd).filter((name) => name.includes(".part-"))).toEqual([]);
  });

  test("are refused where something would be lost", () => {
    expect(refused(["backup", "b1"])).toMatchObject({ code: 7, error: "FACTORY_BACKUP_EXISTS" });
    expect(refused(["backup", "weather.csv"])).toMatchObject({ code: 7, error: "FACTORY_BACKUP_EXISTS" });
    expect(refused(["backup", ".millrace/b"])).toMatchObject({ code: 1, error: "FACTORY_BACKUP_INSIDE" });
    const unwritable = ["weather.csv/b", ...(process.platform === "linux" ? ["/proc/b", "/proc/b/c"] : [])];
    for (const target of unwritable)
      expect(refused(["backup", target])).toMatchObject({ code: 1, error: "KERNEL_FOLDER_READ_ONLY" });
    expect(refused(["restore", "b1"])).toMatchObject({ code: 7, error: "FACTORY_HOME_OCCUPIED" });
    expect(refused(["restore", "nothing"])).toMatchObject({ code: 5, error: "FACTORY_BACKUP_MISSING" });
    const env = { MILLRACE_HOME: join(cwd, "elsewhere") };
    const forced = millrace(["restore", "b1", "--force", "--json"], { cwd, env }).json();
    expect(readdirSync(forced.replaced).toSorted()).toEqual(["metadata.db", "objects"]);
    expect(millrace(["model", "verify", "weather@champion"], { cwd, env }).code).toBe(0);
  });

  test("a damaged backup changes nothing", async () => {
    const objects = join(cwd, "b1", "objects", "sha256");
    const [head] = readdirSync(objects).filter((name) => readdirSync(join(objects, name)).length > 0);
    const path = join(objects, head!, readdirSync(join(objects, head!))[0]!);
    const bytes = await readFile(path);
    bytes[bytes.length >> 1]! ^= 1;
    await chmod(path, 0o644);
    await writeFile(path, bytes);
    const home = join(cwd, "third");
    const env = { MILLRACE_HOME: home };
    expect(refused(["restore", "b1"], env)).toMatchObject({ code: 1, error: "FACTORY_BACKUP_DAMAGED" });
    expect(refused(["restore", "b1", "--dry-run"], env)).toMatchObject({ code: 1, error: "FACTORY_BACKUP_DAMAGED" });
    expect(existsSync(home) ? readdirSync(home) : []).toEqual([]);
    const database = join(cwd, "b1", "metadata.db");
    await writeFile(database, (await readFile(database)).subarray(0, 50_000));
    expect(refused(["restore", "b1"], env).message).toContain("metadata.db");
  });

  test("a backup of a project that a run is writing to is whole", async () => {
    const run = startMillrace(["run", ...trials, "--seed", "11", "--json"], { cwd });
    const ended = once(run, "exit");
    const names: string[] = [];
    while (run.exitCode === null && names.length < 3) {
      names.push(`live-${names.length}`);
      ok("backup", names.at(-1)!);
      await sleep(50);
    }
    expect((await ended)[0]).toBeOneOf([0, 3]);
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) expect(ok("restore", name, "--dry-run").stdout).toContain("is whole");
  });

  test("a state that a process uses is not replaced", async () => {
    ok("backup", "b2");
    const server = startMillrace(["serve", "--port", "0", "--json"], { cwd });
    await once(server.stdout, "data");
    expect(refused(["restore", "b2", "--force"])).toMatchObject({ code: 7, error: "FACTORY_HOME_IN_USE" });
    server.kill("SIGTERM");
    await once(server, "exit");
    expect(ok("restore", "b2", "--force", "--json").json().replaced).toContain("replaced-");
    expect(ok("model", "verify", "weather@champion").code).toBe(0);
  });
});
