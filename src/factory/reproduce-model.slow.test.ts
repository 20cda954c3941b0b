import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readModelFile } from "@millrace/program";
import { expect, onTestFinished, test } from "vitest";
import { resolveModel } from "#registry";
import { customers, smallProject } from "../../test/loop/small-project.ts";
import { defineFactory, type FactoryInput } from "./config.ts";
import { openProject, type Project } from "./open-project.ts";
import { reproduceModel } from "./reproduce-model.ts";
import { turnLoop } from "./run-factory.ts";
import { evidenceOf, exportModelFile } from "./version-evidence.ts";

async function turned(more: Partial<FactoryInput> = {}): Promise<Project> {
  const folder = await smallProject();
  const project = await openProject(folder);
  onTestFinished(async () => {
    await project.close();
    await rm(folder, { recursive: true, force: true });
  });
  const config = defineFactory({
    name: "churn",
    task: "binary",
    target: "churned",
    positive: "yes",
    data: { customers: { source: { kind: "file", path: "data/*.csv" } } },
    roles: { id: ["id"] },
    learn: { budgetTrials: 2 },
    ...more,
  });
  const outcome = await turnLoop(project, config);
  expect(outcome.state).toBe("complete");
  return project;
}

test("a version comes out the same from its record, whatever became of the data since", async () => {
  const project = await turned();
  await writeFile(join(project.folder, "data", "customers.csv"), customers(50, "other"));
  const { version } = await resolveModel(project, "churn:1");
  const made = await reproduceModel(project, version);
  expect(made).toMatchObject({
    identical: true,
    expected: version.content,
    actual: version.content,
    first: null,
    codeChanged: [],
  });
  expect(made.compared).toBeGreaterThan(5);
  const runs = await project.metadata.read({ find: "contexts", type: "run" });
  expect(runs).toHaveLength(1);
});

test("a version that is not what was registered is told from it, and one without a run is refused", async () => {
  const project = await turned();
  const { version } = await resolveModel(project, "churn:1");
  const other = { ...version, content: `sha256:${"0".repeat(64)}` as const };
  expect(await reproduceModel(project, other)).toMatchObject({ identical: false, expected: other.content });
  await expect(reproduceModel(project, { ...version, runId: null })).rejects.toMatchObject({
    code: "PACKAGE_RECORD_MISSING",
  });
});

test("a snapshot that is gone is said to be", async () => {
  const project = await turned();
  const { version } = await resolveModel(project, "churn:1");
  const datasets = await project.metadata.read({ find: "artifacts", type: "dataset" });
  for (const { files } of datasets) for (const { object } of Object.values(files)) await project.objects.remove(object);
  await expect(reproduceModel(project, version)).rejects.toMatchObject({ code: "PACKAGE_RECORD_MISSING" });
});

test("a gate that asks for an export lets a version through whose export scores alike", async () => {
  const passed = await turned({ gate: { exports: ["js"] } });
  const { version } = await resolveModel(passed, "churn@champion");
  expect(version.version).toBe(1);
  const checked = await evidenceOf(passed, version, "verify-exports/exports");
  expect(await checked.json()).toMatchObject({ checks: [{ target: "js", ok: true }] });
  const file = readModelFile(await exportModelFile(passed, version));
  expect(file.parity).toMatchObject({ format: 1, rows: 256 });
});
