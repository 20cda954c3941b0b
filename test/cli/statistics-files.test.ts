import { readFile, writeFile } from "node:fs/promises";
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
  // Some 70 MB: four times that is beyond 256 MB.
  const block = `${days.join("\n")}\n`;
  await writeFile(join(cwd, "large.csv"), `${header}\n${block.repeat(Math.ceil(70e6 / block.length))}`);
  const validate = (...args: string[]) =>
    millrace(["data", "validate", "large.csv", "--schema", "schema.pbtxt", "--json", ...args], { cwd });
  const parts = validate("--memory", "256MB");
  const short = millrace(["data", "validate", "after.csv", "--schema", "schema.pbtxt", "--json"], { cwd }).json();
  const found = ({ anomalies }: typeof short) =>
    anomalies.map(({ feature, type, long }: Record<string, unknown>) => [feature, type, long]);
  expect(parts.code).toBe(4);
  expect(found(parts.json())).toEqual(found(short));
  expect(parts.json().anomalies[0]).not.toHaveProperty("examples");
});
