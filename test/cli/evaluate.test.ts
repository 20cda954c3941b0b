import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { importRule } from "@millrace/program/import";
import { writeModelFile } from "@millrace/program/write";
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
  expect(millrace([...command, "w"], { cwd }).stderr).toMatch(/the first is -1 in row 7.*EVALUATE_WEIGHT_INVALID/s);
  expect(millrace([...command, "v"], { cwd }).stderr).toMatch(/no weight column "v".*FACTORY_COLUMN_UNKNOWN/s);
});

test("judges a ranking by its queries alone", async () => {
  const random = randomStream(3, "rank");
  const rows = Array.from({ length: 300 }, (_, k) => {
    const price = Math.round(100 * random.uniform());
    return `q${Math.floor(k / 10)},${price},${price + 40 * random.uniform() > 90 ? 2 : price > 40 ? 1 : 0}\n`;
  });
  await writeFile(join(cwd, "rank.csv"), `query,price,relevance\n${rows.join("")}`);
  const learnt = "automl rank.csv --target relevance --task rank --group query --budget 2trials --out rank.millrace";
  expect(millrace(learnt.split(" "), { cwd }).code).toBe(0);
  // The file's card says which column holds the queries.
  const ended = millrace(["evaluate", "rank.millrace", "rank.csv", "--out", "rank.html", "--json"], { cwd });
  const said = ended.json();
  expect(Object.keys(said.metrics)).toEqual(["ndcgScore", "mapScore"]);
  expect(said.metrics.ndcgScore.value).toBeGreaterThan(0.9);
  expect(said).toMatchObject({ slices: [], notes: [expect.stringMatching(/only order the rows of a query/)] });
  expect(said.search).toBeUndefined();
  expect(await readFile(join(cwd, "rank.html"), "utf8")).not.toMatch(/NaN|RMSE/);
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

test("bad input through the command: each says so, and no figure is NaN", async () => {
  const rows = (await readFile(join(cwd, "new.csv"), "utf8")).trim().split("\n").slice(1, 401);
  const write = async (name: string, header: string, lines: readonly string[]) =>
    writeFile(join(cwd, name), `${[header, ...lines].join("\n")}\n`);
  const header = "region,amount,churned";
  const north = rows.map((row) => (row.startsWith("north") ? row.replace(/(yes|no)$/, "yes") : row));
  await write("one-class-slice.csv", header, north);
  await write(
    "one-class.csv",
    header,
    rows.filter((row) => row.endsWith("yes")),
  );
  await write("none.csv", header, []);
  await write(
    "branches.csv",
    `${header},branch`,
    rows.map((row, k) => `${row},b${k}`),
  );
  await write(
    "no-region.csv",
    "amount,churned",
    rows.map((row) => row.split(",").slice(1).join(",")),
  );
  const evaluated = (...args: string[]) => millrace(["evaluate", "churn@champion", ...args], { cwd });
  const figures = (...args: string[]) => {
    const ended = evaluated(...args, "--json");
    expect(ended.stdout).not.toMatch(/NaN|Infinity/);
    return ended.json();
  };
  const sliced = figures("one-class-slice.csv", "--slices", "region");
  const inNorth = sliced.slices.find(({ name }: { name: string }) => name === "region = north");
  expect(inNorth.metrics.rocAucScore).toMatchObject({ value: null, reason: "all labels are positive" });
  for (const { learned } of sliced.search.slices) expect(learned === null || learned > -100).toBe(true);
  const single = figures("one-class.csv").metrics;
  expect(single.rocAucScore).toMatchObject({ value: null, low: null, reason: "all labels are positive" });
  expect(single.prAucScore.value).toBeCloseTo(1, 12);
  expect(single.prAucScore.value).toBeLessThanOrEqual(1);
  const refused = (code: string, message: RegExp, ...args: string[]) => {
    const ended = evaluated(...args);
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toContain(code);
    expect(ended.stderr).toMatch(message);
  };
  refused("DATASET_ROWS_NONE", /no row below line 1/, "none.csv");
  refused("EVALUATE_GROUPS_TOO_MANY", /"branch" has 400 groups; at most 50/, "branches.csv", "--sensitive", "branch");
  refused("EVALUATE_SLICE_COLUMN_UNKNOWN", /no column "nowhere"/, "new.csv", "--slices", "nowhere");
});

test("a model file is evaluated with its report; a score that is not finite is told by its row in the file", async () => {
  const ruled = (expression: string) => {
    const { program, tensors } = importRule({ kind: "expression", expression });
    return writeModelFile({ program, tensors, card: { model: "rule", target: "amount" }, producer: "test" });
  };
  await writeFile(join(cwd, "fit.millrace"), ruled("CASE WHEN region = 'north' THEN 40 ELSE 60 END"));
  await writeFile(join(cwd, "wild.millrace"), ruled("CASE WHEN region = 'b' THEN 1e308 * 100 ELSE 60 END"));
  const fit = millrace(["evaluate", "fit.millrace", "new.csv", "--out", "fit.html"], { cwd });
  expect(fit.code, fit.stderr).toBe(0);
  expect(await readFile(join(cwd, "fit.html"), "utf8")).toContain("Shapley values");
  // the first row has no true value, so that the third of the file is the second that is measured
  await writeFile(join(cwd, "few.csv"), "region,amount\na,\na,5\nb,7\na,8\n");
  const wild = millrace(["evaluate", "wild.millrace", "few.csv"], { cwd });
  expect(wild.code).toBe(1);
  expect(wild.stderr).toMatch(/1 of 3 rows a score that is not finite; the first is Infinity in row 3/);
});
