import { mkdirSync, readFileSync } from "node:fs";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { millrace, startMillrace, temporaryFolder, writeWeather } from "./millrace.ts";

const folder = temporaryFolder();
const cwd = folder.path;
const asked = ["automl", "weather.csv", "--target", "temp_max", "--json"];

beforeAll(async () => {
  await writeWeather(cwd);
  for (const name of ["whole", "part"]) mkdirSync(join(cwd, name));
});
afterAll(() => folder.remove());

type Entry = { trainSeconds: number };
const board = (told: { leaderboard: Entry[] }) => told.leaderboard.map(({ trainSeconds: _, ...entry }) => entry);

test("a search that was cut off goes on from its trials, and ends with the same board and the same file", {
  timeout: 180_000,
}, async () => {
  const whole = millrace([...asked, "--budget", "6trials", "--out", "whole/m.millrace"], { cwd });
  const first = millrace([...asked, "--budget", "3trials", "--out", "part/m.millrace"], { cwd });
  expect([whole.code, first.code]).toEqual([0, 0]);
  const trials = join(cwd, "part/m.millrace.trials");
  expect(readFileSync(trials, "utf8").trim().split("\n")).toHaveLength(4);
  // What a crash leaves behind: a line that ends in the middle.
  await appendFile(trials, '{"plan":{"learner":"gb');
  const rest = millrace([...asked, "--budget", "6trials", "--resume", "--out", "part/m.millrace"], { cwd });
  expect(board(rest.json())).toEqual(board(whole.json()));
  const [one, other] = await Promise.all(["whole", "part"].map((name) => readFile(join(cwd, name, "m.millrace"))));
  expect(other!.equals(one!)).toBe(true);
  const foreign = millrace([...asked, "--seed", "9", "--resume", "--out", "part/m.millrace"], { cwd });
  expect([foreign.code, foreign.json().error.code]).toEqual([2, "CLI_TRIALS_UNFIT"]);
});

test("a search ends when it is interrupted, and keeps the best so far", { timeout: 180_000 }, async () => {
  const child = startMillrace(
    ["automl", "weather.csv", "--target", "temp_max", "--budget", "500trials", "--out", "kept.millrace", "--json"],
    { cwd },
  );
  let stdout = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  const trials = join(cwd, "kept.millrace.trials");
  const watch = setInterval(() => {
    try {
      if (readFileSync(trials, "utf8").split("\n").length < 5) return;
    } catch {
      return;
    }
    clearInterval(watch);
    child.kill("SIGINT");
  }, 50);
  const code = await new Promise((ended) => child.on("exit", ended));
  clearInterval(watch);
  const told = JSON.parse(stdout);
  expect([code, told.ended]).toEqual([0, "stopped"]);
  expect(told.trials).toBeGreaterThanOrEqual(3);
  expect(told.leaderboard[0].learner).not.toBe("constant");
  expect(millrace(["score", "kept.millrace", "weather.csv", "--out", "scores.csv"], { cwd }).code).toBe(0);
});

test("a forecast is searched for along its time, judged by the naive one, and reaches over the held-out rows", {
  timeout: 60_000,
}, async () => {
  const day = (k: number) => new Date(Date.UTC(2024, 0, 1 + k)).toISOString().slice(0, 10);
  const sold = (k: number) => (50 + 0.1 * k + 9 * Math.sin((k * Math.PI) / 3.5) + ((k * 7919) % 11) / 5).toFixed(2);
  const lines = Array.from({ length: 240 }, (_, k) => `${day(k)},${sold(k)}`);
  await writeFile(join(cwd, "sold.csv"), ["day,sold", ...lines].join("\n"));
  const args = ["automl", "sold.csv", "--target", "sold", "--task", "forecast"];
  const told = millrace([...args, "--time", "day", "--horizon", "7", "--out", "sold.millrace"], { cwd });
  expect(told.code).toBe(0);
  expect(told.stdout).toMatch(/is off by 0\.\d+ times what the naive forecast is/);
  const [, held, trivial] = /held-out rows: maeError ([\d.]+) .*baseline (\d+\.\d+)/.exec(told.stdout)!;
  expect(Number(held)).toBeLessThan(0.3 * Number(trivial));
  const bare = millrace(args, { cwd });
  expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining("--time")]);
  const other = millrace([...asked, "--season", "7"], { cwd });
  expect(other.json().error.next).toContain("--task forecast");
});

test("rows count as their weight says, in learning and in judging, and the weight is not learned from", {
  timeout: 60_000,
}, async () => {
  // Every other row says the opposite, and counts for nothing.
  const line = (k: number) => {
    const size = ((k * 7919) % 997) / 10;
    const weight = k % 2;
    return `${size},${weight === 1 ? 1 + (k % 3) : 0},${size > 50 === (weight === 1) ? "big" : "small"}`;
  };
  const lines = ["size,times,kind", ...Array.from({ length: 600 }, (_, k) => line(k))];
  await writeFile(join(cwd, "weighed.csv"), lines.join("\n"));
  await writeFile(join(cwd, "plain.csv"), lines.map((one) => one.replace(/,.*,/, ",")).join("\n"));
  const rest = ["--target", "kind", "--budget", "3trials", "--json"];
  const args = ["automl", "weighed.csv", ...rest];
  const plain = millrace(["automl", "plain.csv", ...rest], { cwd }).json();
  const weighed = millrace([...args, "--weight", "times", "--out", "weighed.millrace"], { cwd }).json();
  expect(weighed.score).toBeGreaterThan(0.95);
  expect(plain.score).toBeLessThan(0.9);
  await writeFile(join(cwd, "one.csv"), "size\n80\n");
  const scored = millrace(["score", "weighed.millrace", "one.csv"], { cwd });
  expect([scored.code, scored.stdout]).toEqual([0, expect.stringContaining("big")]);
  for (const [name, says] of [
    ["tims", "did you mean times"],
    ["kind", "what is predicted"],
  ] as const)
    expect(millrace([...args, "--weight", name], { cwd }).json().error.message).toContain(says);
});

test("options of the search are checked, with what they must be", () => {
  for (const [args, says] of [
    ["--budget 0.1eur", "--core-price"],
    ["--max-fairness-gap 0.1", "--sensitive"],
    ["--resume", "--trials"],
    ["--task rank --group date --max-latency 5", "--max-latency is of searches for classes and values"],
  ] as const) {
    const { code, stdout } = millrace([...asked, ...args.split(" ")], { cwd });
    expect([code, JSON.parse(stdout).error.code], args).toEqual([2, "CLI_OPTION_INVALID"]);
    expect(`${JSON.parse(stdout).error.message} ${JSON.parse(stdout).error.next}`, args).toContain(says);
  }
});
