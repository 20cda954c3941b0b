import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "@millrace/program";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { freePort, millrace, millraceJson, start, stopAll } from "./millrace.ts";
import { customers, smallProject } from "./small-project.ts";

let folder: string;
beforeAll(async () => {
  folder = await smallProject({ trials: 3, rows: 700 });
  const config = join(folder, "millrace.config.ts");
  const wanted = `  learn: { coverage: 0.9, outOfDomain: 0.02, abstain: { maxError: 0.05 }, explanations: true, invalid: { visits: "impute" },`;
  const rule = `  fallback: { rule: { kind: "expression", expression: "CASE WHEN plan = 'basic' THEN 0.75 ELSE 0.25 END" } },\n`;
  await writeFile(config, (await readFile(config, "utf8")).replace("  learn: {", rule + wanted));
  const turned = await millrace(["run", "--project", folder]);
  expect([0, 3], turned.stdout + turned.stderr).toContain(turned.code);
  await writeFile(join(folder, "new.csv"), customers(40, "n"));
});
afterEach(stopAll);
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (...args: string[]) => [...args, "--project", folder];

test("what a file is given beside the score is what an endpoint answers, which also explains and falls back", {
  timeout: 120_000,
}, async () => {
  const rows = (await readFile(join(folder, "new.csv"), "utf8"))
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [, age, plan, visits] = line.split(",");
      return { age: Number(age), plan, visits: Number(visits) };
    });
  const scored = await millraceJson<{ predictions: JsonObject[] }>(at("score", "churn:1", join(folder, "new.csv")));
  const explained = await millraceJson<{ contributions: JsonObject[]; base: number[] }>(
    at("explain", "churn:1", join(folder, "new.csv")),
  );
  const port = await freePort();
  const running = start(at("serve", "churn:1", "--port", `${port}`));
  await running.until(/Listening/);
  const served = (await post(port, { rows, explain: true })) as { predictions: JsonObject[] };
  served.predictions.forEach(({ id: _, explanation, ...answer }, row) => {
    // A file's JSON holds what its model has; a row that took no value for missing says nothing of it.
    expect(answer).toMatchObject(scored.predictions[row]!);
    const { contributions, margin } = explanation as { contributions: JsonObject; margin: number[] };
    expect({ contributions, margin }).toEqual(explained.contributions[row]);
  });
  expect(served.predictions[0]).toHaveProperty("set");
  expect(served.predictions[0]).toHaveProperty("outOfDomain");
  running.interrupt();
  await running.ended;

  // The registry's endpoint knows the fallback apart from the model.
  await millrace(at("model", "promote", "churn:1", "--alias", "champion", "--reason", "test", "--yes"));
  const again = start(at("serve", "--port", `${port}`));
  await again.until(/Listening/);
  const broken = (await post(port, { rows: [{ age: "old", plan: "basic", visits: 3 }, rows[0]!] })) as {
    predictions: JsonObject[];
  };
  expect(broken.predictions[0]).toMatchObject({
    score: 0.75,
    prediction: "yes",
    fallback: true,
    fallbackReason: "invalidInput",
  });
  expect(broken.predictions[1]).toMatchObject(scored.predictions[0]!);
  expect(broken.predictions[1]).not.toHaveProperty("fallback");
  again.interrupt();
  await again.ended;
  const { report } = await millraceJson<{ report: { software: JsonObject; findings: JsonObject[] } }>(
    at("monitor", "run"),
  );
  expect(report.software.fallbacks).toEqual({ invalidInput: 1 });
  expect(report.findings.map(({ sentence }) => sentence)).toContainEqual(
    expect.stringMatching(/^The fallback answered 1 of \d+ rows: not fit for the model 1\.$/),
  );
  expect((await millrace(at("monitor", "status"))).stdout).toMatch(/abstained +fallback +verdict/);
});

test("millrace explain: without data, of a file, of one row, to a file, as JSON", { timeout: 60_000 }, async () => {
  const alone = await millraceJson<{ by: string; importances: { input: string; importance: number }[] }>(
    at("explain", "churn:1"),
  );
  expect(alone.by).toBe("gain");
  expect(alone.importances.map(({ input }) => input).toSorted()).toEqual(["age", "plan", "visits"]);
  expect(alone.importances.reduce((sum, { importance }) => sum + importance, 0)).toBeCloseTo(1, 9);
  // What made the rows: visits decide most, then the plan; age is noise.
  expect(alone.importances[0]!.input).toBe("visits");

  await writeFile(join(folder, "one.csv"), "id,age,plan,visits\nq1,44,basic,3\n");
  const one = await millraceJson<{
    rows: number;
    base: number[];
    contributions: { contributions: Record<string, number[]>; margin: number[] }[];
  }>(at("explain", "churn:1", join(folder, "one.csv")));
  expect(one.rows).toBe(1);
  const [{ contributions, margin }] = one.contributions as [(typeof one.contributions)[0]];
  const sum = Object.values(contributions).reduce((all, [amount]) => all + amount!, one.base[0]!);
  expect(sum).toBeCloseTo(margin[0]!, 9);
  expect(contributions.visits![0]).toBeGreaterThan(0);

  const out = join(folder, "why.csv");
  const written = await millrace(at("explain", "churn:1", join(folder, "new.csv"), "--out", out));
  expect([written.code, written.stdout]).toEqual([0, expect.stringContaining(`Wrote ${out}`)]);
  const lines = (await readFile(out, "utf8")).trim().split("\n");
  expect(lines[0]!.split(",").toSorted()).toEqual(["age", "base", "plan", "visits"]);
  expect(lines).toHaveLength(41);
});

test("millrace explain: the counts of a forest of several classes say nothing of its shares, so rows are asked for", {
  timeout: 60_000,
}, async () => {
  const rows = Array.from({ length: 300 }, (_, i) => [(i * 7) % 51, (i * 13) % 31]);
  const lines = rows.map(([a, b]) => `${a},${b},${["low", "mid", "high"][Math.floor(a! / 17)]}`);
  const [data, model] = [join(folder, "three.csv"), join(folder, "three.millrace")];
  await writeFile(data, `a,b,level\n${lines.join("\n")}\n`);
  const learn = ["--target", "level", "--learners", "extraTrees", "--budget", "2trials", "--explanations"];
  const learned = await millrace(["automl", data, ...learn, "--out", model]);
  expect(learned.code, learned.stdout + learned.stderr).toBe(0);
  const alone = await millrace(["explain", model]);
  expect(alone.code).not.toBe(0);
  expect(alone.stderr).toMatch(/Give rows: `millrace explain .*three\.millrace data\.csv`\.\n/);
  const { contributions } = await millraceJson<{ contributions: { contributions: Record<string, number[]> }[] }>([
    "explain",
    model,
    data,
  ]);
  expect(contributions).toHaveLength(300);
  expect(contributions[0]!.contributions.a).toHaveLength(3);
});

test.each([
  ["a model that is not there", ["churn:9"], 5, "REGISTRY_VERSION_UNKNOWN"],
  ["a file that is not there", ["churn:1", "nothing.csv"], 5, "DATASET_SOURCE_MISSING"],
  ["a header without rows", ["churn:1", "header.csv"], 1, "DATASET_ROWS_NONE"],
])("millrace explain: %s is an error", { timeout: 30_000 }, async (_, [model, data], exit, code) => {
  await writeFile(join(folder, "header.csv"), "id,age,plan,visits\n");
  const given = data === undefined ? [] : [join(folder, data)];
  const { stdout, code: ended } = await millrace([...at("explain", model!, ...given), "--json"]);
  expect([ended, (JSON.parse(stdout) as { error: { code: string } }).error.code]).toEqual([exit, code]);
});

async function post(port: number, body: object): Promise<unknown> {
  const reply = await fetch(`http://127.0.0.1:${port}/v1/endpoints/churn/score`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await reply.text();
  expect(reply.status, text).toBe(200);
  return JSON.parse(text);
}
