import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { randomStream } from "#kernel";
import { millrace, temporaryFolder } from "./millrace.ts";

const folder = temporaryFolder();
const cwd = folder.path;
afterAll(() => folder.remove());

/** Amount tells who churns, except in the north. */
function customers(n: number, purpose: string): string {
  const random = randomStream(9, purpose);
  const rows = Array.from({ length: n }, () => {
    const region = ["north", "south", "west"][Math.floor(random.uniform() * 3)];
    const amount = Math.round(100 * random.uniform());
    const churned = region === "north" ? random.uniform() < 0.5 : random.uniform() < (amount > 50 ? 0.95 : 0.05);
    return `${region},${amount},${churned ? "yes" : "no"}\n`;
  });
  return `region,amount,churned\n${rows.join("")}`;
}

beforeAll(async () => {
  await writeFile(join(cwd, "churn.csv"), customers(900, "train"));
  await writeFile(join(cwd, "new.csv"), `${customers(600, "test")}south,10,\nsouth,10,maybe\n`);
  expect(millrace(["init", "churn.csv", "--target", "churned", "--yes"], { cwd }).code).toBe(0);
  expect(millrace(["run", "--quiet", "--set", "train.budgetTrials=2"], { cwd }).code).toBe(0);
});

test("finds the planted slice, decides under costs and a capacity, and writes the report", async () => {
  const ended = millrace(
    "evaluate churn@champion new.csv --costs falsePositive=1,falseNegative=5 --capacity 30/600 --out r.html --json".split(
      " ",
    ),
    { cwd },
  );
  expect(ended.stderr).not.toMatch(/error/);
  const said = ended.json();
  expect(said).toMatchObject({ model: "churn:1", rows: 600, unlabelled: 1, unknownLabels: 1, unscored: 0 });
  expect(said.search.slices[0].name).toBe("region = north");
  expect(said.errorTree.root.split).toMatchObject({ column: "region", value: "north" });
  expect(said.decision.actedOnShare).toBeLessThanOrEqual(0.05);
  expect(said.metrics.meanCostLoss.value).toBeGreaterThan(0);
  // Labels of the north are noise, so that most suspects lie there; none is named by its values.
  expect(Object.keys(said.labelErrors.suspected[0]).sort()).toEqual(["label", "labelScore", "row", "suggested"]);
  const html = await readFile(join(cwd, "r.html"), "utf8");
  expect(html).toContain("region = north");
  expect(html).not.toMatch(/<script/);
  const { code, stdout } = millrace(["evaluate", "churn@champion", "new.csv", "--slices", "region"], { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/What to work on first/);
  expect(stdout).toMatch(/1 row without a true value was left out\./);
});

test("counts rows by the weight that is named, and refuses what is none", async () => {
  const rows = (await readFile(join(cwd, "new.csv"), "utf8")).trimEnd().split("\n").slice(0, 101);
  const weighted = (weightOf: (row: number) => string) =>
    writeFile(join(cwd, "w.csv"), `${rows.map((row, k) => `${row},${k === 0 ? "w" : weightOf(k)}`).join("\n")}\n`);
  const command = ["evaluate", "churn@champion", "w.csv", "--weight"];
  await weighted((row) => (row <= 50 ? "2" : "0"));
  const halved = millrace([...command, "w", "--json"], { cwd }).json();
  await writeFile(join(cwd, "half.csv"), `${rows.slice(0, 51).join("\n")}\n`);
  const half = millrace(["evaluate", "churn@champion", "half.csv", "--json"], { cwd }).json();
  expect(halved.metrics.logLoss.value).toBeCloseTo(half.metrics.logLoss.value, 12);
  expect(halved.pictures.coverage.area).toBeCloseTo(half.pictures.coverage.area, 12);
  await weighted((row) => (row === 7 ? "-1" : "1"));
  expect(millrace([...command, "w"], { cwd }).stderr).toMatch(/the first is -1 in row 7[^]*EVALUATE_WEIGHT_INVALID/);
  expect(millrace([...command, "v"], { cwd }).stderr).toMatch(/no weight column "v"[^]*FACTORY_COLUMN_UNKNOWN/);
});

test("without data shows what the run recorded, with its diagnosis and report", async () => {
  const ended = millrace(["evaluate", "churn:1", "--out", "recorded.html", "--json"], { cwd });
  const { recorded } = ended.json();
  expect(recorded.diagnosis.findings[0].message.length).toBeGreaterThan(0);
  expect(recorded.diagnosis.test.value).toBe(recorded.model.metrics.rocAucScore.value);
  expect(recorded.diagnosis.validation.value).toBeGreaterThan(0.5);
  const html = await readFile(join(cwd, "recorded.html"), "utf8");
  expect(html).toContain("Diagnosis");
  expect(html).toContain(recorded.diagnosis.test.value.toFixed(4));
});

test.each([
  [["churn@champion", "new.csv", "--capacity", "50"], /--capacity 50\/1000/],
  [["churn@champion", "new.csv", "--costs", "falsePositive"], /falsePositive=1/],
  [["churn@champion", "new.csv", "--slices", "regoin"], /region/],
  [["missing.millrace"], /keeps no evaluation/],
])("%j is refused with what to do", (args, expected) => {
  const { code, stderr } = millrace(["evaluate", ...args], { cwd });
  expect(code).not.toBe(0);
  expect(stderr).toMatch(expected);
});
