// A rule as the model of a factory, from config to serving's registry, and models that are registered beside it.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { millrace, temporaryFolder, writeWeather } from "./millrace.ts";

const folder = temporaryFolder();
const cwd = folder.path;
const rule =
  "CASE WHEN precipitation > 0 AND temp_max < 4 THEN 'snow' WHEN precipitation > 0 THEN 'rain' ELSE 'sun' END\n";

beforeAll(async () => {
  await writeWeather(cwd);
  await writeFile(join(cwd, "weather.sql"), rule);
  await writeFile(
    join(cwd, "millrace.config.ts"),
    `import { defineFactory, defineRule } from "millrace";
export default defineFactory({
  name: "weather",
  task: "multiclass",
  target: "weather",
  metric: "accuracyScore",
  data: { days: { source: { kind: "file", path: "weather.csv" } } },
  model: { rule: "weather.sql" },
  baseline: { rule: defineRule({ kind: "expression", expression: "CASE WHEN wind > 99 THEN 'fog' ELSE 'drizzle' END" }) },
  gate: { betterThanBaseline: { metric: "accuracyScore", confidence: 0.95 }, exports: ["js"] },
});
`,
  );
});
afterAll(() => folder.remove());

describe("a rule as a factory's model", () => {
  test("passes the gate against another rule, and is registered, promoted and served", () => {
    const run = millrace(["run", "--json"], { cwd });
    expect([run.code, run.json().state], run.stderr).toEqual([0, "complete"]);
    const named = run
      .json()
      .verdict.checks.map(({ name, passed }: { name: string; passed: boolean }) => [name, passed]);
    expect(named).toContainEqual(["betterThanBaseline", true]);
    const [model] = millrace(["model", "list", "--json"], { cwd }).json().models;
    expect(model.versions[0]).toMatchObject({ version: 1, aliases: ["challenger", "champion"] });
    expect(millrace(["deploy", "status"], { cwd }).stdout).toContain("weather");
  });

  test("scores what the rule says, and comes out the same when it is made again", async () => {
    await writeFile(join(cwd, "new.csv"), "precipitation,temp_max\n3,1\n3,20\n0,1\n,5\n");
    const scored = millrace(["score", "weather@champion", "new.csv"], { cwd }).stdout.trimEnd().split("\n");
    // a comparison with NULL is not true, so the last row is sun
    expect(scored.slice(1).map((line) => line.split(",")[0])).toEqual(["snow", "rain", "sun", "sun"]);
    expect(millrace(["model", "reproduce", "weather:1", "--json"], { cwd }).json().identical).toBe(true);
  });

  test("a changed rule is a new version that the gate may refuse", async () => {
    await writeFile(join(cwd, "weather.sql"), rule.replace("'rain'", "'fog'").replace("'sun'", "'drizzle'"));
    expect(millrace(["run", "--json"], { cwd }).code).toBe(3);
    await writeFile(join(cwd, "weather.sql"), "precipitatoin > 1");
    const wrong = millrace(["run"], { cwd });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('line 1, column 1: there is no column "precipitatoin"');
    await writeFile(join(cwd, "weather.sql"), rule);
  });
});

describe("model import", () => {
  test("registers under a name of its own, once", async () => {
    const card = {
      kind: "scorecard",
      base: 10,
      columns: [{ column: "wind", bins: [{ upTo: 3, points: 1 }, { points: 2.5 }] }],
    };
    await writeFile(join(cwd, "wind.rule.json"), JSON.stringify(card));
    const first = millrace(["model", "import", "wind.rule.json", "--name", "wind", "--json"], { cwd });
    expect([first.code, first.json().version], first.stderr).toMatchObject([0, { version: 1, known: false }]);
    expect(
      millrace(["model", "import", "wind.rule.json", "--name", "wind", "--json"], { cwd }).json().version.version,
    ).toBe(1);
    await writeFile(join(cwd, "winds.csv"), "wind,day\n3,1\n3.1,2\n,3\n");
    expect(millrace(["score", "wind:1", "winds.csv"], { cwd }).stdout).toBe("prediction,score\n11,11\n12.5,12.5\n,\n");
  });

  test("writes a file without a project, and says what cannot be imported", async () => {
    const outside = temporaryFolder();
    try {
      await writeFile(join(outside.path, "a.sql"), "x >\n y AND");
      const wrong = millrace(["model", "import", "a.sql", "--out", "a.millrace"], { cwd: outside.path });
      expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("line 2, column 7")]);
      await writeFile(join(outside.path, "a.sql"), "x > 1");
      const made = millrace(["model", "import", "a.sql", "--out", "a.millrace", "--classes", "low,high", "--json"], {
        cwd: outside.path,
      });
      expect(made.json()).toMatchObject({ task: "binary", lost: [], inputs: [{ name: "x", type: "number" }] });
      expect((await readFile(join(outside.path, "a.millrace"))).length).toBeGreaterThan(1000);
      const nowhere = millrace(["model", "import", "a.sql"], { cwd: outside.path });
      expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining("--name")]);
    } finally {
      outside.remove();
    }
  });
});
