import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BoardRow, HumanLevel, Resampling } from "#evaluate";
import { randomStream } from "#kernel";
import { millrace, millraceJson } from "../loop/millrace.ts";
import { customers, smallProject } from "../loop/small-project.ts";

let folder: string;
beforeAll(async () => {
  folder = await smallProject({ trials: 2 });
  const random = randomStream(3, "raters");
  const [header = "", ...lines] = customers(400, "c").trim().split("\n");
  const answer = (line: string, right: number) => {
    const truth = line.endsWith(",yes");
    return (random.uniform() < right ? truth : !truth) ? "yes" : "no";
  };
  const answered = lines.map((line, k) => `${line},${k % 2 === 0 ? answer(line, 0.9) : ""},${answer(line, 0.6)}`);
  await writeFile(join(folder, "data", "customers.csv"), `${[`${header},ann,bob`, ...answered].join("\n")}\n`);
  const config = join(folder, "millrace.config.ts");
  const asked = `  evaluate: {
    raters: { columns: ["ann", "bob"] },
    crossValidation: { folds: 3, repeats: 2 },
    learningCurve: true,
  },
  gate: { people: { notWorseBy: 0.1 }, minimum: { rocAucScore: 0.6 } },
  learn: {`;
  await writeFile(config, (await readFile(config, "utf8")).replace("  learn: {", asked));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a turn compares with people, cross-validates and says whether more rows would help", {
  timeout: 180_000,
}, async () => {
  const turned = await millrace(["run", "--project", folder]);
  expect(turned.code, turned.stdout + turned.stderr).toBe(0);
  expect(turned.stdout).toMatch(/People \(2 raters, \d+ rows\): accuracy 0\.\d+/);
  expect(turned.stdout).toMatch(/people \(2 raters\) +Accuracy +0\.\d+/);
  interface Recorded {
    readonly people: HumanLevel;
    readonly resampling: Resampling;
    readonly recorded: { readonly board: readonly BoardRow[] };
  }
  const { people, resampling, recorded } = await millraceJson<Recorded>(["evaluate", "churn:1", "--project", folder]);
  expect(recorded.board.find(({ kind }) => kind === "people")).toMatchObject({
    metric: "accuracyScore",
    value: people.people,
    low: people.low,
  });
  const page = join(folder, "report.html");
  expect((await millrace(["evaluate", "churn:1", "--out", page, "--project", folder])).code).toBe(0);
  const report = await readFile(page, "utf8");
  for (const part of ["people (2 raters)", "Learned again", "Learning curve", "Over the versions"])
    expect(report).toContain(part);
  const [ann, bob] = people.raters;
  expect(ann!.value!).toBeGreaterThan(bob!.value!);
  expect(ann!.rows).toBeLessThan(bob!.rows);
  const { crossValidation, learningCurve } = resampling;
  expect([crossValidation!.folds, crossValidation!.repeats, crossValidation!.scheme]).toEqual([3, 2, "stratified"]);
  expect(crossValidation!.spread.rocAucScore!.folds).toBe(6);
  // What people said is no input: a model of their answers would be nearly as good as they are.
  expect(crossValidation!.spread.rocAucScore!.mean!).toBeGreaterThan(0.6);
  expect(learningCurve!.points.map(({ rows }) => rows)).toEqual(
    [...learningCurve!.points.map(({ rows }) => rows)].sort((a, b) => a - b),
  );
  const card = await millrace(["model", "card", "churn:1", "--project", folder]);
  expect(card.stdout).toMatch(/Human level:/);
  expect(card.stdout).toMatch(/Would more rows help\?/);
  const inputs = JSON.parse(
    (await millrace(["model", "show", "churn:1", "--json", "--project", folder])).stdout,
  ) as unknown;
  expect(JSON.stringify(inputs)).not.toContain('"ann"');
});
