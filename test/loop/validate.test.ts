import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { millrace, millraceJson } from "./millrace.ts";
import { smallProject } from "./small-project.ts";

let folder = "";
beforeAll(async () => {
  folder = await smallProject({ trials: 1 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Turn = { readonly nodes: readonly { readonly id: string; readonly state: string }[] };
const states = ({ nodes }: Turn) => Object.fromEntries(nodes.map(({ id, state }) => [id, state]));

test("data with errors are not trained on (exit 4); with quarantine their rows are set aside and the loop goes on", async () => {
  const [data, config, schema] = ["data/customers.csv", "millrace.config.ts", "schema.pbtxt"].map((file) =>
    join(folder, file),
  ) as [string, string, string];
  const inferred = await millrace(["data", "infer-schema", data, "--ranges", "--out", schema]);
  expect(inferred.code).toBe(0);
  const rows = await readFile(data, "utf8");
  await writeFile(data, rows.replace(/^c7,\d+,/m, "c7,999,").replace(/^c9,(\d+),\w+/m, "c9,$1,platinum"));
  const written = await readFile(config, "utf8");
  await writeFile(config, written.replace("  learn:", '  schema: "schema.pbtxt",\n  learn:'));
  const blocked = await millrace(["run", "--project", folder]);
  expect(blocked.code).toBe(4);
  expect(blocked.stderr + blocked.stdout).toContain("age: Out-of-range values; plan: Unexpected string values");
  await writeFile(
    config,
    written.replace("  learn:", '  schema: "schema.pbtxt",\n  validate: { onAnomaly: "quarantine" },\n  learn:'),
  );
  const turned = await millraceJson<Turn>(["run", "--project", folder], [0, 3]);
  expect(states(turned)).toMatchObject({ validate: "done", quarantine: "done", train: "done" });
  // The rows come back once the schema allows them.
  const accepted = await millrace(["data", "validate", data, "--schema", schema, "--accept"]);
  expect(accepted.code).toBe(0);
  const again = await millraceJson<Turn>(["run", "--project", folder], [0, 3]);
  expect(states(again)).toMatchObject({ quarantine: "done", train: "done" });
});
