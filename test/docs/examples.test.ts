// Each example turns its loop here, with a smaller search, in a home of its own.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { root } from "./run-page.ts";

const home = mkdtempSync(join(tmpdir(), "millrace-examples-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Outcome {
  readonly state: string;
  readonly nodes: readonly { readonly id: string; readonly state: string; readonly reason: string }[];
  readonly verdict: { readonly passed: boolean };
}

function node(args: readonly string[], name: string): string {
  const ended = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, MILLRACE_HOME: join(home, name) },
    maxBuffer: 1 << 26,
  });
  // With --json a failed step tells of itself on standard output.
  if (ended.status !== 0)
    throw new Error(`${args.join(" ")}: exit ${ended.status ?? ended.signal}\n${ended.stderr}\n${ended.stdout}`);
  return ended.stdout;
}

function turn(name: string): Outcome {
  const config = ["--project", `examples/${name}`, "--json", "--set", "train.budgetTrials=2"];
  return JSON.parse(node(["bin/millrace.js", "run", ...config], name)) as Outcome;
}

const factories = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith("millrace.config.ts"))
  .map((path) => path.split(/[\\/]/)[0]!);

describe("the examples", () => {
  test("are the ones that the README of the folder names", () => {
    const readme = readFileSync(join(root, "examples", "README.md"), "utf8");
    const named = [...readme.matchAll(/^- \[`([\w-]+)`\]/gm)].map((match) => match[1]!);
    expect(named.sort()).toEqual(
      readdirSync(join(root, "examples"), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort(),
    );
  });

  test.each(factories)("%s: a model better than the baseline comes out", { timeout: 120_000 }, (name) => {
    const outcome = turn(name);
    expect(outcome).toMatchObject({ state: "complete", verdict: { passed: true } });
    expect(outcome.nodes.find(({ id }) => id === "deploy")?.state).toBe("done");
  });

  test("weather: turned again, all is cached, and each step says why", { timeout: 120_000 }, () => {
    const { nodes } = turn("weather");
    for (const { state, reason } of nodes) {
      expect(state).toBe("cached");
      expect(reason).toMatch(/^cached: same inputs, options and code as run_/);
    }
  });

  test("own-pipeline: cached the second time, and only what an option touches the third", { timeout: 60_000 }, () => {
    const run = (...args: string[]) =>
      node(["--import", "./bin/hooks.js", "examples/own-pipeline/run.ts", ...args], "own-pipeline")
        .trimEnd()
        .split("\n");
    expect(run().every((line) => line.includes("first run"))).toBe(true);
    expect(run().every((line) => line.includes(": cached"))).toBe(true);
    const third = run("28");
    expect(third.filter((line) => line.includes(": cached"))).toHaveLength(2);
    expect(third.filter((line) => line.includes("option warmFrom 25 → 28"))).toHaveLength(4);
    expect(readFileSync(join(home, "own-pipeline", "report.txt"), "utf8")).toBe(
      "2012: 366 days, 13 warm, 212 wet\n2013: 365 days, 22 warm, 161 wet\n2014: 365 days, 30 warm, 150 wet\n2015: 365 days, 37 warm, 144 wet\n",
    );
  });
});
