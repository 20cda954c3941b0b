import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { randomStream } from "#kernel";
import { millrace } from "./millrace.ts";
import { smallProject } from "./small-project.ts";

let folder: string;
beforeAll(async () => {
  folder = await smallProject();
  const config = join(folder, "millrace.config.ts");
  const learn = `learn: { budgetTrials: 4, warmStart: true, learners: ["linear"], segments: { column: "store", leastRows: 100 } }`;
  await writeFile(config, (await readFile(config, "utf8")).replace(/learn: \{.*\}/, learn));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** In the north those who come often leave, in the south those who do not. */
function stores(rows: number, prefix: string): string {
  const random = randomStream(7, prefix);
  const lines = Array.from({ length: rows }, (_, k) => {
    const at = random.uniform();
    const store = at < 0.48 ? "north" : at < 0.92 ? "south" : "tiny";
    const visits = random.integer(30);
    const leaning = ((store === "north" ? 1 : -1) * (visits - 14.5)) / 5 + random.uniform() - 0.5;
    return `${prefix}${k},${store},${20 + random.integer(50)},${visits},${leaning > 0 ? "yes" : "no"}`;
  });
  return `${["id,store,age,visits,churned", ...lines].join("\n")}\n`;
}

async function turn(rows: string): Promise<{ readonly score: number; readonly reasons: readonly string[] }> {
  await writeFile(join(folder, "data", "customers.csv"), rows);
  const known = new Set(await trainings());
  const { code, stdout, stderr } = await millrace(["run", "--project", folder]);
  expect([0, 3], stdout + stderr).toContain(code);
  const [fresh] = (await trainings()).filter((text) => !known.has(text));
  return JSON.parse(fresh!);
}

/** What the training steps wrote, as the objects hold it. */
async function trainings(): Promise<readonly string[]> {
  const objects = join(folder, ".millrace", "objects");
  const files = await readdir(objects, { recursive: true, withFileTypes: true }).catch(() => []);
  const texts = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), "utf8")),
  );
  return texts.filter(
    (text) =>
      text.startsWith("{") && ['"baseline":', '"leaderboard":', '"reasons":'].every((key) => text.includes(key)),
  );
}

test("a turn on other rows starts from what won before, and opposite stores get models of their own", {
  timeout: 120_000,
}, async () => {
  const first = await turn(stores(900, "a"));
  expect(first.reasons.join(" ")).not.toMatch(/earlier searches/);
  expect(first.reasons.join(" ")).toMatch(/2 of 3 segments of store have a model of their own/);
  expect(first.score).toBeGreaterThan(0.9);
  const second = await turn(stores(1000, "b"));
  expect(second.reasons.join(" ")).toMatch(/settings of earlier searches fit this one and were tried first/);
});
