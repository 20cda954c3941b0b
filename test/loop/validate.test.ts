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
  await writeFile(
    data,
    rows
      .replace(/^c7,\d+,/m, "c7,999,")
      .replace(/^c9,(\d+),\w+/m, "c9,$1,platinum")
      .replace(/^c11,(\d+),(\w+),\d+/m, "c11,$1,$2,oops"),
  );
  const written = await readFile(config, "utf8");
  await writeFile(config, written.replace("  learn:", '  schema: "schema.pbtxt",\n  learn:'));
  const blocked = await millrace(["run", "--project", folder]);
  expect(blocked.code).toBe(4);
  expect(blocked.stderr + blocked.stdout).toContain(
    "age: Out-of-range values; plan: Unexpected string values; visits: Unexpected data type",
  );
  await writeFile(
    config,
    written.replace("  learn:", '  schema: "schema.pbtxt",\n  validate: { onAnomaly: "quarantine" },\n  learn:'),
  );
  const turned = await millraceJson<Turn>(["run", "--project", folder], [0, 3]);
  expect(states(turned)).toMatchObject({ validate: "done", quarantine: "done", train: "done" });
  // What a run kept can be looked at like a file.
  const looked = (name: string) => millrace(["data", "stats", name, "--project", folder, "--json"]);
  const aside = JSON.parse((await looked("snapshot:quarantine/quarantine")).stdout);
  const kept = JSON.parse((await looked("snapshot:quarantine")).stdout);
  expect([aside.rows, kept.rows]).toEqual([3, 397]);
  const typeOf = ({ columns }: typeof kept) => columns.find(({ name }: { name: string }) => name === "visits").type;
  expect([typeOf(aside), typeOf(kept)]).toEqual(["STRING", "INT"]);
  const unknown = await looked("snapshot:quarantin");
  expect([unknown.code, unknown.stdout]).toEqual([5, expect.stringContaining("quarantine/quarantine")]);
  // The rows come back once they are mended, and the schema allows the others.
  await writeFile(data, (await readFile(data, "utf8")).replace(",oops,", ",4,"));
  const accepted = await millrace(["data", "validate", data, "--schema", schema, "--accept"]);
  expect(accepted.code).toBe(0);
  const again = await millraceJson<Turn>(["run", "--project", folder], [0, 3]);
  expect(states(again)).toMatchObject({ quarantine: "done", train: "done" });
});

test("lists are lists in the loop as they are to the command", async () => {
  const other = await smallProject({ trials: 1, rows: 60 });
  const [header, ...lines] = (await readFile(join(other, "data/customers.csv"), "utf8")).trim().split("\n");
  const names = header!.split(",");
  const objects = (odd: string) =>
    lines.map((line, k) => {
      const fields = line.split(",").map((value, i) => [names[i], i === 1 || i === 3 ? Number(value) : value]);
      return JSON.stringify({ ...Object.fromEntries(fields), tags: k === 7 ? ["a", odd] : ["a", "b"], sizes: [k, 1] });
    });
  const [data, config, schema] = ["customers.jsonl", "millrace.config.ts", "schema.pbtxt"].map((file) =>
    join(other, file),
  ) as [string, string, string];
  await writeFile(data, objects("b").join("\n"));
  expect((await millrace(["data", "infer-schema", data, "--out", schema])).code).toBe(0);
  await writeFile(data, objects("c").join("\n"));
  const written = await readFile(config, "utf8");
  await writeFile(
    config,
    written.replace("data/*.csv", "customers.jsonl").replace("  learn:", '  schema: "schema.pbtxt",\n  learn:'),
  );
  const told = await millrace(["data", "validate", data, "--schema", schema]);
  expect([told.code, told.stdout]).toEqual([4, expect.stringContaining("1 anomaly in 60 rows")]);
  const turn = await millrace(["run", "--project", other]);
  expect(turn.code).toBe(4);
  expect(turn.stderr + turn.stdout).toContain("The data do not match the schema: tags: Unexpected string values.");
  await rm(other, { recursive: true, force: true });
});

test("rules and drift look back at the last complete turn; one that failed is none", async () => {
  const other = await smallProject({ trials: 1, rows: 300 });
  const [data, config, schema] = ["data/customers.csv", "millrace.config.ts", "schema.pbtxt"].map((file) =>
    join(other, file),
  ) as [string, string, string];
  const run = () => millrace(["run", "--project", other]);
  const day = (hoursAgo: number) => new Date(Date.now() - hoursAgo * 3_600_000).toISOString();
  const [header, ...rows] = (await readFile(data, "utf8")).trim().split("\n");
  const write = (lines: readonly string[], newest = 1) =>
    writeFile(data, [`${header},seen`, ...lines.map((line, k) => `${line},${day(newest + k)}`)].join("\n"));
  await writeFile(join(other, "plans.csv"), "plan,price\nbasic,1\nplus,2\ngold,3\n");
  await writeFile(
    config,
    (await readFile(config, "utf8"))
      .replace("} } },", '} }, plans: { source: { kind: "file", path: "plans.csv" } } },')
      .replace('roles: { id: ["id"] }', 'roles: { id: ["id"], ignore: ["seen"] }')
      .replace(
        "  learn:",
        `  schema: "schema.pbtxt",
  validate: { rules: [
    { rule: "references", name: "known plans", columns: ["plan"], dataset: "plans" },
    { rule: "fresh", name: "not stale", column: "seen", withinHours: 48 },
    { rule: "rows", name: "not fewer", minShare: 0.9 },
  ] },
  learn:`,
      ),
  );
  await write(rows);
  expect((await millrace(["data", "infer-schema", data, "--out", schema])).code).toBe(0);
  const text = await readFile(schema, "utf8");
  expect(text).toMatch(/name: "age"/);
  await writeFile(
    schema,
    text.replace(/name: "age"/, 'name: "age"\n  drift_comparator { jensen_shannon_divergence { threshold: 0.1 } }'),
  );
  const said = async () => {
    const { code, stdout, stderr } = await run();
    return [code, /The data do not match the schema: (.*)/.exec(stdout + stderr)?.[1] ?? ""] as const;
  };
  const none = [expect.toSatisfy((code) => code === 0 || code === 3), ""];
  expect(await said()).toEqual(none);
  await write(rows.slice(0, 200));
  expect(await said()).toEqual([
    4,
    expect.stringMatching(/rule not fewer: There are 200 rows; that is 0\.66\d+ of the 300/),
  ]);
  // The 200 rows were refused, so 195 are still too few, and 280 are held against the 300.
  await write(rows.slice(0, 195));
  expect((await said())[0]).toBe(4);
  await write(rows.map((line) => line.replace(/^(c\d+),(\d+)/, (_, id, age) => `${id},${Number(age) + 40}`)));
  expect(await said()).toEqual([4, expect.stringContaining("age: High approximate Jensen-Shannon divergence")]);
  await write(rows, 72);
  expect(await said()).toEqual([4, expect.stringContaining("rule not stale: The newest seen is 72")]);
  await write([...rows, "c999,30,basic,3,no"]);
  await writeFile(join(other, "plans.csv"), "plan,price\nbasic,1\ngold,3\n");
  expect(await said()).toEqual([
    4,
    expect.stringMatching(/rule known plans: \d+ of 301 rows refer to nothing in plans/),
  ]);
  await writeFile(join(other, "plans.csv"), "plan,price\nbasic,1\nplus,2\ngold,3\n");
  await write(rows.slice(0, 280));
  expect(await said()).toEqual(none);
  await rm(other, { recursive: true, force: true });
}, 180_000);
