import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { millrace, temporaryFolder, writeWeather } from "./millrace.ts";

const folder = temporaryFolder();
const cwd = folder.path;

beforeAll(async () => {
  const [header, ...days] = (await readFile(await writeWeather(cwd), "utf8")).trim().split("\n");
  await writeFile(join(cwd, "before.csv"), [header, ...days.slice(0, 731)].join("\n"));
  await writeFile(join(cwd, "after.csv"), [header, ...days.slice(731)].join("\n"));
  for (const name of ["before", "after"])
    expect(millrace(["data", "stats", `${name}.csv`, "--out", `${name}.pb`], { cwd }).code).toBe(0);
  expect(millrace(["data", "infer-schema", "before.csv", "--ranges", "--out", "schema.pbtxt"], { cwd }).code).toBe(0);
});
afterAll(() => folder.remove());

test("data validate says of statistics what it says of their rows, the rows themselves left out", () => {
  const validate = (...args: string[]) =>
    millrace(["data", "validate", ...args, "--schema", "schema.pbtxt", "--json"], { cwd });
  const [rows, statistics] = [validate("after.csv"), validate("after.pb")];
  expect([rows.code, statistics.code]).toEqual([4, 4]);
  const plain = rows
    .json()
    .anomalies.map(({ examples: _, offendingRows: __, sql: ___, ...rest }: Record<string, unknown>) => rest);
  expect(plain.length).toBeGreaterThan(1);
  expect(statistics.json().anomalies).toEqual(plain);
  expect(validate("before.pb", "--previous", "after.pb").code).toBe(0);
  const refused = validate("after.pb", "--quarantine", "bad.csv");
  expect([refused.code, refused.json().error.code]).toEqual([2, "CLI_OPTION_INVALID"]);
});

test("data drift compares statistics with statistics and with data", () => {
  const weather = (reference: string, current: string) =>
    millrace(["data", "drift", reference, current, "--test", "psi", "--json"], { cwd })
      .json()
      .columns.find(({ name }: { name: string }) => name === "weather");
  const { value, drifted } = weather("before.csv", "after.csv");
  expect(drifted).toBe(true);
  expect(weather("before.pb", "after.pb")).toMatchObject({ value, drifted });
  expect(weather("before.pb", "after.csv")).toMatchObject({ value, drifted });
  expect(millrace(["data", "drift", "before.pb", "after.pb", "--slices", "weather"], { cwd }).code).toBe(2);
});

test("data validate reads what is too large for --memory in parts, and says the same", async () => {
  const [header, ...days] = (await readFile(join(cwd, "after.csv"), "utf8")).trim().split("\n");
  // Some 52 MB: eight times that is beyond 384 MB.
  const block = `${days.join("\n")}\n`;
  await writeFile(join(cwd, "large.csv"), `${header}\n${block.repeat(Math.ceil(52e6 / block.length))}`);
  const validate = (...args: string[]) =>
    millrace(["data", "validate", "large.csv", "--schema", "schema.pbtxt", "--json", ...args], { cwd });
  const parts = validate("--memory", "256MB");
  const short = millrace(["data", "validate", "after.csv", "--schema", "schema.pbtxt", "--json"], { cwd }).json();
  const found = ({ anomalies }: typeof short) =>
    anomalies.map(({ feature, type, long }: Record<string, unknown>) => [feature, type, long]);
  expect(parts.code).toBe(4);
  expect(found(parts.json())).toEqual(found(short));
  const times = Math.ceil(52e6 / block.length);
  for (const [k, { examples, offendingRows, sql }] of short.anomalies.entries()) {
    const large = parts.json().anomalies[k];
    expect([large.sql, large.offendingRows]).toEqual([
      sql,
      offendingRows === undefined ? undefined : offendingRows * times,
    ]);
    expect(large.examples?.slice(0, examples.length)).toEqual(examples);
  }
  const aside = validate("--memory", "384MB", "--quarantine", "aside.csv", "--clean", "rest.parquet");
  const narrow = validate("--memory", "256MB", "--clean", "rest.parquet");
  expect([narrow.code, narrow.stdout]).toEqual([
    2,
    expect.stringContaining("rest.parquet is Parquet, which takes 384MB"),
  ]);
  expect([aside.code, aside.json().quarantined.rows > times]).toEqual([0, true]);
  const { rows } = millrace(["data", "stats", "rest.parquet", "--json"], { cwd }).json();
  expect(rows + aside.json().quarantined.rows).toBe(days.length * times);
}, 180_000);

test("a .json array is data, a .json object statistics; lists are judged by their values", async () => {
  const rows = [
    { id: 1, tags: ["a"] },
    { id: 2, tags: ["c", "a"] },
    { id: 3, tags: ["b", "b", "a", "a"] },
  ];
  await writeFile(join(cwd, "tagged.json"), JSON.stringify(rows, null, 1));
  await writeFile(join(cwd, "tagged.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
  const stats = (source: string, ...args: string[]) => millrace(["data", "stats", source, "--json", ...args], { cwd });
  expect(stats("tagged.json").json()).toEqual(stats("tagged.jsonl").json());
  expect(stats("tagged.json", "--out", "kept.json").code).toBe(0);
  const kept = stats("kept.json").json();
  expect([kept.rows, kept.columns.map(({ name }: { name: string }) => name)]).toEqual([3, ["id", "tags"]]);
  const domain = 'value_count { min: 1 max: 3 } string_domain { value: "a" value: "b" }';
  await writeFile(
    join(cwd, "tagged.pbtxt"),
    `feature { name: "id" type: INT } feature { name: "tags" type: BYTES ${domain} }`,
  );
  const found = millrace(
    ["data", "validate", "tagged.json", "--schema", "tagged.pbtxt", "--quarantine", "bad.csv", "--json"],
    { cwd },
  );
  const named = found.json().anomalies.map(({ type, examples }: Record<string, unknown>) => [type, examples]);
  expect(named).toEqual([
    ["FEATURE_TYPE_HIGH_NUMBER_VALUES", [{ row: 3, value: "4 values" }]],
    ["ENUM_TYPE_UNEXPECTED_STRING_VALUES", [{ row: 2, value: "c" }]],
  ]);
  expect((await readFile(join(cwd, "bad.csv"), "utf8")).match(/^\d/gm)).toEqual(["2", "3"]);
  const odd = millrace(["data", "profile", "before.csv", "--out", "report.txt"], { cwd });
  expect([odd.code, odd.stderr]).toEqual([2, expect.stringContaining("a profile is one HTML file")]);
});

test("commands on data leave nothing in the temporary folder", async () => {
  const scratch = await mkdtemp(join(cwd, "scratch-"));
  const data = (...args: string[]) => millrace(["data", ...args, "--quiet"], { cwd, env: { TMPDIR: scratch } }).code;
  expect(
    data("validate", "after.csv", "--schema", "schema.pbtxt", "--quarantine", "bad.csv", "--clean", "good.csv"),
  ).toBe(0);
  expect(data("ingest", "after.csv", "--out", "after.parquet")).toBe(0);
  expect(data("stats", "after.parquet", "--where", "weather = 'sun'")).toBe(0);
  expect(data("drift", "before.csv", "after.parquet")).toBe(0);
  expect(data("profile", "before.csv", "after.csv", "--out", "report.html")).toBe(0);
  expect(data("stats", "nothing.csv")).not.toBe(0);
  expect(await readdir(scratch)).toEqual([]);
});
