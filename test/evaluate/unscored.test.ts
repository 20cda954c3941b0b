import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { millrace, millraceJson } from "../loop/millrace.ts";
import { smallProject } from "../loop/small-project.ts";

/** A rule that says nothing where visits are unknown, nor does what it falls back to. */
let folder: string;
const data = () => join(folder, "data", "customers.csv");
beforeAll(async () => {
  folder = await smallProject();
  const [header = "", ...lines] = (await readFile(data(), "utf8")).trim().split("\n");
  const visits = header.split(",").indexOf("visits");
  const holed = lines.map((line, k) => (k % 5 === 0 ? line.split(",").with(visits, "").join(",") : line));
  await writeFile(data(), `${[header, ...holed].join("\n")}\n`);
  await writeFile(join(folder, "few.sql"), "visits < 10\n");
  await writeFile(join(folder, "some.sql"), "visits < 12\n");
  const config = join(folder, "millrace.config.ts");
  const asked = `  model: { rule: "few.sql" },
  fallback: { rule: "some.sql" },
  gate: { minimum: { accuracyScore: 0.5 } },
  learn: {`;
  await writeFile(config, (await readFile(config, "utf8")).replace("  learn: {", asked));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("rows that the model gives no score are left out of every figure, counted, and said wherever these stand", {
  timeout: 120_000,
}, async () => {
  const turned = await millrace(["run", "--project", folder]);
  expect(turned.code, turned.stdout + turned.stderr).toBe(0);
  interface Recorded {
    readonly recorded: { readonly rows: number; readonly unscored: number; readonly model: { readonly rows: number } };
  }
  const page = join(folder, "report.html");
  const asked = ["evaluate", "churn:1", "--out", page, "--project", folder];
  const { recorded } = await millraceJson<Recorded>(asked);
  expect(recorded.unscored).toBeGreaterThan(2);
  expect(recorded.rows + recorded.unscored).toBe(60);
  expect(recorded.model.rows).toBe(recorded.rows);
  expect(await readFile(page, "utf8")).toContain(
    `${recorded.unscored} rows that the model gives no score were left out.`,
  );
  const all = await millraceJson<{ rows: number; unscored: number }>([
    ...["evaluate", "churn:1", data(), "--project", folder],
  ]);
  expect(all).toMatchObject({ rows: 320, unscored: 80 });
  const told = await millrace(["evaluate", "churn:1", data(), "--project", folder]);
  expect(told.stdout).toContain("80 rows that the model gives no score were left out.");
});
