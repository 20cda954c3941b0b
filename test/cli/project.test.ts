import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { chmod, cp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { millrace, startMillrace, temporaryFolder, writeWeather } from "./millrace.ts";

const folder = temporaryFolder();
const cwd = folder.path;

beforeAll(async () => {
  await writeWeather(cwd);
  expect(millrace(["init", "weather.csv", "--quiet"], { cwd }).code).toBe(0);
  const run = millrace(["run", "--set", "train.budgetTrials=2", "--json"], { cwd });
  expect([run.code, run.json().state]).toEqual([0, "complete"]);
});
afterAll(() => folder.remove());

test("init proposes task, target, metric, time and split, each with its reason", async () => {
  const config = await readFile(join(cwd, "millrace.config.ts"), "utf8");
  expect(config).toMatch(/task: "multiclass", \/\/ the target has 5 classes/);
  expect(config).toMatch(/target: "weather", \/\/ a guess: it is the last column that can be predicted/);
  expect(config).toMatch(/time: "date", \/\/ a date in every row/);
  expect(config).toMatch(/split: \{ strategy: "time" \}, \/\/ \S/);
});

test("a second run finds every step done", () => {
  const run = millrace(["run", "--set", "train.budgetTrials=2", "--json"], { cwd });
  const redone = run.json().nodes.filter((node: { state: string }) => node.state === "done");
  expect(redone.map((node: { id: string }) => node.id)).toEqual([]);
});

describe("score and evaluate", () => {
  test("a version and the file that it is exported to give the same scores, in the input's order", async () => {
    expect(millrace(["model", "export", "weather@champion", "--out", "m.millrace"], { cwd }).code).toBe(0);
    const version = millrace(["score", "weather:1", "weather.csv"], { cwd });
    expect(millrace(["score", "m.millrace", "weather.csv", "--out", "s.csv"], { cwd }).code).toBe(0);
    expect(await readFile(join(cwd, "s.csv"), "utf8")).toBe(version.stdout);
    const [header, first, ...rest] = version.stdout.trimEnd().split("\n");
    expect(header).toBe("prediction,score,score_drizzle,score_fog,score_rain,score_snow,score_sun");
    expect(rest).toHaveLength(1460);
    const [, best, ...each] = (first ?? "").split(",").map(Number);
    expect(Math.max(...each)).toBe(best);
    expect(each.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  test("rows that cannot be scored are named, and nothing is written", async () => {
    const lines = (await readFile(join(cwd, "weather.csv"), "utf8")).split("\n");
    lines[7] = lines[7]!.replace(/,[^,]*,/, ",plenty,");
    await writeFile(join(cwd, "odd.csv"), lines.join("\n"));
    const { code, stdout } = millrace(["score", "weather@champion", "odd.csv", "--out", "odd-scores.csv", "--json"], {
      cwd,
    });
    expect([code, JSON.parse(stdout).error.code]).toEqual([1, "CLI_ROWS_INVALID"]);
    expect(JSON.parse(stdout).error.message).toContain('"precipitation" is not a number. (row 7)');
    expect(existsSync(join(cwd, "odd-scores.csv"))).toBe(false);
  });

  test("a misspelt column is no missing column", async () => {
    const text = await readFile(join(cwd, "weather.csv"), "utf8");
    await writeFile(join(cwd, "renamed.csv"), text.replace("temp_max", "tempmax"));
    const { code, stderr } = millrace(["score", "weather@champion", "renamed.csv"], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('no column "temp_max"; did you mean "tempmax"?');
  });

  test("evaluate gives metrics with intervals, and slices", () => {
    const { code, json } = millrace(["evaluate", "weather@champion", "weather.csv", "--slices", "wind", "--json"], {
      cwd,
    });
    expect(code).toBe(0);
    const { metrics, slices, rows } = json();
    expect(rows).toBe(1461);
    expect(metrics.accuracyScore.low).toBeLessThan(metrics.accuracyScore.value);
    expect(slices).toHaveLength(4);
  });

  test("a misspelt model is named", () => {
    const { code, stderr } = millrace(["score", "wether:1", "weather.csv"], { cwd });
    expect(code).toBe(5);
    expect(stderr).toContain("did you mean weather?");
  });
});

describe("data", () => {
  test("stats, a schema, and data that keep to it or not", async () => {
    const stats = millrace(["data", "stats", "weather.csv", "--json"], { cwd }).json();
    expect([stats.rows, stats.columns.map((column: { type: string }) => column.type)]).toEqual([
      1461,
      ["TIMESTAMP", "FLOAT", "FLOAT", "FLOAT", "FLOAT", "STRING"],
    ]);
    expect(millrace(["data", "infer-schema", "weather.csv", "--out", "schema.pbtxt"], { cwd }).code).toBe(0);
    expect(millrace(["data", "validate", "weather.csv", "--schema", "schema.pbtxt"], { cwd }).code).toBe(0);
    const text = await readFile(join(cwd, "weather.csv"), "utf8");
    await writeFile(join(cwd, "hail.csv"), text.replace(/sun$/m, "hail"));
    const { code, json } = millrace(["data", "validate", "hail.csv", "--schema", "schema.pbtxt", "--json"], { cwd });
    expect([code, json().ok, json().anomalies[0].type]).toEqual([4, false, "ENUM_TYPE_UNEXPECTED_STRING_VALUES"]);
    expect(json().anomalies[0].examples[0].value).toBe("hail");
  });

  test("drift is a value; --fail-on-drift makes it an exit code", async () => {
    const [header, ...days] = (await readFile(join(cwd, "weather.csv"), "utf8")).trimEnd().split("\n");
    const month = (of: RegExp) => `${[header, ...days.filter((day) => of.test(day))].join("\n")}\n`;
    await writeFile(join(cwd, "winter.csv"), month(/^\d+-(12|01|02)/));
    await writeFile(join(cwd, "summer.csv"), month(/^\d+-(06|07|08)/));
    const found = millrace(["data", "drift", "winter.csv", "summer.csv", "--json"], { cwd });
    expect([found.code, found.json().drifted]).toEqual([0, true]);
    expect(millrace(["data", "drift", "winter.csv", "summer.csv", "--fail-on-drift"], { cwd }).code).toBe(9);
    expect(millrace(["data", "drift", "winter.csv", "winter.csv", "--fail-on-drift"], { cwd }).code).toBe(0);
  });

  test("ingest writes exactly what was read; split leaves no row out and none twice", async () => {
    expect(millrace(["data", "ingest", "weather.csv", "--out", "copy.csv"], { cwd }).code).toBe(0);
    expect(await readFile(join(cwd, "copy.csv"))).toEqual(await readFile(join(cwd, "weather.csv")));
    const args = ["data", "split", "weather.csv", "--strategy", "time", "--time", "date", "--out", "parts", "--json"];
    const { rows, files } = millrace(args, { cwd }).json();
    expect(rows.train + rows.validation + rows.test).toBe(1461);
    expect(millrace(["data", "inspect", files.test, "--json"], { cwd }).json().rows).toBe(rows.test);
  });
});

describe("serve", () => {
  test("answers, records, says when its port is taken, and stops cleanly", async () => {
    const server = startMillrace(["serve", "--port", "0", "--json"], { cwd });
    const ended = new Promise<number | null>((resolve) => server.once("exit", resolve));
    const ready = JSON.parse(await firstLine(server.stdout));
    expect(ready.endpoints).toEqual([{ endpoint: "weather", serves: ["weather:1"] }]);
    const row = { date: "2016-06-01", precipitation: 0, temp_max: 25, temp_min: 14, wind: 3 };
    const reply = await fetch(`${ready.address}/v1/endpoints/weather/score`, {
      method: "POST",
      body: JSON.stringify({ id: "first", row }),
    });
    const { predictions } = (await reply.json()) as { predictions: { id: string; prediction: string }[] };
    expect(predictions[0]).toMatchObject({ id: "first", prediction: "sun" });
    const port = new URL(ready.address).port;
    const second = millrace(["serve", "--port", port, "--json"], { cwd });
    expect([second.code, second.json().error.code]).toEqual([1, "SERVE_PORT_TAKEN"]);
    server.kill("SIGTERM");
    expect(await ended).toBe(0);
    const traffic = join(cwd, ".millrace", "traffic");
    const kept = readdirSync(traffic).filter((name) => name.endsWith(".jsonl"));
    const written = (await Promise.all(kept.map((name) => readFile(join(traffic, name), "utf8")))).join("");
    expect(written).toContain('"requestId":"first"');
    const report = millrace(["monitor", "run", "--json"], { cwd });
    expect([report.code, report.json().report.rows]).toEqual([0, 1]);
  });

  test("a model file is served without a project, on another port where that is allowed", async () => {
    const apart = temporaryFolder();
    await cp(join(cwd, "m.millrace"), join(apart.path, "Rain Or Sun.millrace"));
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as { port: number };
    const server = startMillrace(["serve", "Rain Or Sun.millrace", "--port", String(port), "--any-port", "--json"], {
      cwd: apart.path,
    });
    const ended = new Promise<number | null>((resolve) => server.once("exit", resolve));
    const ready = JSON.parse(await firstLine(server.stdout));
    expect(ready).toMatchObject({ portWanted: port, recordsTraffic: false, endpoints: [{ endpoint: "rain-or-sun" }] });
    expect(new URL(ready.address).port).not.toBe(String(port));
    server.kill("SIGINT");
    expect(await ended).toBe(0);
    taken.close();
    apart.remove();
  });
});

test("gc removes what nothing names, and only that", async () => {
  const objects = join(cwd, ".millrace", "objects");
  const before = millrace(["gc", "--older-than", "0", "--json"], { cwd }).json();
  expect(before.removed).toEqual([]);
  expect(before.kept).toBeGreaterThan(20);
  expect(existsSync(objects)).toBe(true);
  expect(millrace(["model", "verify", "weather@champion", "--targets", "js"], { cwd }).code).toBe(0);
});

describe("a project that is damaged", () => {
  test("a corrupted object is refused by name, and nothing is written", async () => {
    const home = join(cwd, "corrupt");
    await cp(join(cwd, ".millrace"), home, { recursive: true });
    const [path] = objectsLike(home, '^{"format":1,.*"nodes":');
    const bytes = await readFile(path!);
    bytes[bytes.length >> 1]! ^= 1;
    await chmod(path!, 0o644);
    await writeFile(path!, bytes);
    const args = ["score", "weather@champion", "weather.csv", "--out", "corrupt-scores.csv", "--json"];
    const { code, json } = millrace(args, { cwd, env: { MILLRACE_HOME: home } });
    expect([code, json().error.code]).toEqual([1, "ADAPTERS_OBJECT_CORRUPT"]);
    expect(existsSync(join(cwd, "corrupt-scores.csv"))).toBe(false);
  });

  test("a metadata database of a newer version is left alone", async () => {
    const home = join(cwd, "newer");
    await cp(join(cwd, ".millrace"), home, { recursive: true });
    const database = new DatabaseSync(join(home, "metadata.db"));
    database.exec("INSERT INTO millrace_migrations (version, name, applied_ms) VALUES (99, 'of the future', 0)");
    database.close();
    const { code, json } = millrace(["runs", "list", "--json"], { cwd, env: { MILLRACE_HOME: home } });
    expect([code, json().error.code]).toEqual([1, "ADAPTERS_METADATA_TOO_NEW"]);
    expect(json().error.message).toContain("99");
  });

  test("a file that is no database is not overwritten", async () => {
    const home = join(cwd, "foreign");
    mkdirSync(home);
    await writeFile(join(home, "metadata.db"), "my letters");
    const { code, json } = millrace(["runs", "list", "--json"], { cwd, env: { MILLRACE_HOME: home } });
    expect([code, json().error.code]).toEqual([1, "ADAPTERS_METADATA_CORRUPT"]);
    expect(await readFile(join(home, "metadata.db"), "utf8")).toBe("my letters");
  });

  test("a home that cannot be made is named", () => {
    const { code, json } = millrace(["runs", "list", "--json"], { cwd, env: { MILLRACE_HOME: "weather.csv/home" } });
    expect([code, json().error.code]).toEqual([1, "KERNEL_FOLDER_READ_ONLY"]);
  });
});

const small = temporaryFolder();
afterAll(() => small.remove());
/** A full disk of its own takes the right to mount one. */
const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=96k", "none", small.path]).status === 0;
afterAll(() => {
  if (mounted) spawnSync("umount", [small.path]);
});

describe.skipIf(!mounted)("a full disk", () => {
  test("leaves no half-written file", () => {
    const big = join(cwd, "big.csv");
    const made = spawnSync(
      "sh",
      ["-c", `(cat weather.csv; for i in 1 2 3 4 5; do tail -n +2 weather.csv; done) > big.csv`],
      { cwd },
    );
    expect(made.status).toBe(0);
    const { code, json } = millrace(["data", "ingest", big, "--out", join(small.path, "out.csv"), "--json"], { cwd });
    expect([code, json().error.code]).toEqual([1, "KERNEL_DISK_FULL"]);
    expect(readdirSync(small.path)).toEqual([]);
  });

  test("stops a run, which goes on when there is room", () => {
    spawnSync("mount", ["-o", "remount,size=700k", small.path]);
    const env = { MILLRACE_HOME: join(small.path, "home") };
    const stopped = millrace(["run", "--set", "train.budgetTrials=2"], { cwd, env });
    expect([stopped.code, stopped.stderr]).toEqual([1, expect.stringMatching(/KERNEL_DISK_FULL|disk is full/)]);
    spawnSync("mount", ["-o", "remount,size=64m", small.path]);
    const resumed = millrace(["run", "--resume", "--json"], { cwd, env });
    const again =
      resumed.code === 0 ? resumed : millrace(["run", "--set", "train.budgetTrials=2", "--json"], { cwd, env });
    expect([again.code, again.json().state]).toEqual([0, "complete"]);
  });
});

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.includes("\n")) break;
  }
  return text.slice(0, text.indexOf("\n"));
}

/** Objects of a home with a line that a pattern fits. */
function objectsLike(home: string, pattern: string): string[] {
  const { stdout } = spawnSync("grep", ["-rl", pattern, join(home, "objects")], { encoding: "utf8" });
  return stdout.trim().split("\n");
}
