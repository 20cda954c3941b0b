import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { randomStream } from "#kernel";
import { resolveModel } from "#registry";
import { defineFactory, type FactoryInput } from "./config.ts";
import { openProject, type Project } from "./open-project.ts";
import { turnLoop } from "./run-factory.ts";
import type { EvaluationReport } from "./steps/evaluate.ts";
import type { ProbeReport } from "./steps/probe.ts";
import { evidenceOf, scorerOf } from "./version-evidence.ts";

const random = randomStream(4, "tasks");
const normal = () => Array.from({ length: 12 }, () => random.uniform()).reduce((sum, one) => sum + one, -6);

/** A project of one file, and what a turn of its loop says. */
async function turned(lines: readonly string[], config: Omit<FactoryInput, "name" | "data">) {
  const folder = await mkdtemp(join(tmpdir(), "millrace-tasks-"));
  await mkdir(join(folder, "data"));
  await writeFile(join(folder, "data", "rows.csv"), lines.join("\n"));
  await writeFile(join(folder, "millrace.config.ts"), "export default {};\n");
  const project = await openProject(folder);
  onTestFinished(async () => {
    await project.close();
    await rm(folder, { recursive: true, force: true });
  });
  const data = { rows: { source: { kind: "file", path: "data/rows.csv" } } } as const;
  const outcome = await turnLoop(project, defineFactory({ name: "made", data, ...config } as FactoryInput));
  expect(outcome.state).toBe("complete");
  return { project, states: new Map(outcome.nodes.map(({ id, state }) => [id, state])) };
}

async function evaluationOf(project: Project) {
  const { version } = await resolveModel(project, "made@champion");
  const artifact = await evidenceOf(project, version, "evaluate/evaluation");
  const { metric, model, againstBaseline } = await artifact.json<{
    metric: string;
    model: { metrics: Record<string, { value: number }> };
    againstBaseline: { second: number };
  }>();
  const scorer = await scorerOf(project, version);
  return { metric, value: model.metrics[metric]!.value, baseline: againstBaseline.second, scorer };
}

async function evidence<T>(project: Project, name: string): Promise<T> {
  const { version } = await resolveModel(project, "made@champion");
  return (await evidenceOf(project, version, name)).json<T>();
}

test("offers are ranked within each visit, and the gate asks for NDCG", { timeout: 60_000 }, async () => {
  const lines = ["visit,price,fits,grade"];
  for (let visit = 0; visit < 220; visit++)
    for (let k = 0; k < 6; k++) {
      const [price, fits] = [random.uniform() * 100, random.integer(3)];
      // what counts is how cheap an offer is beside what it fits, and a visit's own mood moves all of its grades
      const liking = fits * 30 - price + 8 * normal();
      lines.push([`v${visit}`, price.toFixed(2), fits, liking > 20 ? 3 : liking > -20 ? 1 : 0].join(","));
    }
  const { project } = await turned(lines, {
    task: "rank",
    target: "grade",
    roles: { group: "visit" },
    learn: { budgetTrials: 2 },
    evaluate: { slices: ["fits"] },
  });
  const { metric, value, baseline, scorer } = await evaluationOf(project);
  const { slices } = await evidence<EvaluationReport>(project, "evaluate/evaluation");
  expect(slices.map(({ name, gap }) => [name, gap])).toEqual([
    ["fits = 2", expect.any(Number)],
    ["fits = 1", expect.any(Number)],
    ["fits = 0", expect.any(Number)],
  ]);
  expect(metric).toBe("ndcgScore");
  expect(value).toBeGreaterThan(baseline + 0.1);
  const { importances, robustness } = await evidence<ProbeReport>(project, "probe/probes");
  expect(importances.map(({ input }) => input)).toEqual(["price", "fits"]);
  expect(importances[0]!.low!).toBeGreaterThan(0);
  expect(robustness.map(({ kind }) => kind)).toContain("noise");
  expect(scorer.score({ price: 5, fits: 2 }).score).toBeGreaterThan(scorer.score({ price: 95, fits: 0 }).score!);
});

test("strange rows are found and called so, with and without known cases", { timeout: 60_000 }, async () => {
  const lines = ["a,b,kind,odd"];
  for (let k = 0; k < 700; k++) {
    const odd = k % 35 === 0;
    const spread = odd ? 6 : 1;
    lines.push(
      [(spread * normal()).toFixed(3), (spread * normal()).toFixed(3), odd ? "z" : "xy"[k % 2], odd].join(","),
    );
  }
  const { project } = await turned(lines, { task: "anomaly", roles: { ignore: ["odd"] }, anomalies: { share: 0.03 } });
  const alone = await evaluationOf(project);
  expect(alone.metric).toBe("stabilityScore");
  expect(alone.scorer.score({ a: 0.1, b: -0.2, kind: "x" }).prediction).toBe("usual");
  expect(alone.scorer.score({ a: 14, b: -12, kind: "z" }).prediction).toBe("strange");
  const { project: judged } = await turned(lines, { task: "anomaly", target: "odd", anomalies: { share: 0.03 } });
  const known = await evaluationOf(judged);
  expect(known.metric).toBe("prAucScore");
  expect(known.value).toBeGreaterThan(0.6);
  expect(known.scorer.score({ a: 14, b: -12, kind: "z" }).prediction).toBe("true");
});

test("rows are grouped where they lie apart, and noise is refused", { timeout: 60_000 }, async () => {
  const rows = (apart: number) => [
    "x,y,site",
    ...Array.from({ length: 450 }, (_, k) =>
      [(apart * (k % 3) + normal()).toFixed(3), (apart * ((k + 1) % 3) + normal()).toFixed(3), "north"].join(","),
    ),
  ];
  const { project } = await turned(rows(7), { task: "cluster" });
  const { metric, value, baseline, scorer } = await evaluationOf(project);
  expect([metric, scorer.program.outputs.classes]).toEqual(["silhouetteScore", ["1", "2", "3"]]);
  expect(value).toBeGreaterThan(baseline + 0.2);
  const cluster = (x: number, y: number) => scorer.score({ x, y }).prediction;
  expect(new Set([cluster(0, 7), cluster(7, 14), cluster(14, 0)]).size).toBe(3);
  const { states } = await turned(rows(0), { task: "cluster" });
  expect(states.get("register")).toBe("skipped");
});

test("two series are forecast along the time, up to the end of the rows that judge", { timeout: 60_000 }, async () => {
  const lines = ["day,shop,sold"];
  const expected = (k: number, shop: string) =>
    (shop === "north" ? 100 : 60) + 0.1 * k + 12 * Math.sin((k * Math.PI) / 3.5);
  const dayAt = (k: number) => new Date(Date.UTC(2023, 0, 1 + k)).toISOString().slice(0, 10);
  for (let k = 0; k < 200; k++)
    for (const shop of ["north", "south"])
      lines.push(`${dayAt(k)},${shop},${(expected(k, shop) + normal()).toFixed(2)}`);
  const { project } = await turned(lines, {
    task: "forecast",
    target: "sold",
    roles: { time: "day" },
    forecast: { series: ["shop"], horizon: 7 },
    learn: { learners: ["ets"] },
  });
  const { metric, value, baseline, scorer } = await evaluationOf(project);
  expect([metric, scorer.program.outputs.task]).toEqual(["maeError", "regression"]);
  // Noise alone has a mean size of 0.8; standing still after a week would be off by the season's 8.
  expect(value).toBeLessThan(2);
  expect(baseline).toBeGreaterThan(10);
  for (const shop of ["north", "south"]) {
    const { score } = scorer.score({ day: dayAt(198), shop });
    expect(Math.abs(score! - expected(198, shop))).toBeLessThan(5);
  }
});

test.each([
  [{ task: "binary" }, /needs a target/],
  [{ task: "cluster", target: "y" }, /Clusters have no target/],
  [{ task: "rank", target: "y" }, /which rows are ranked together/],
  [{ task: "anomaly", model: { rule: "y > 1" } }, /is learned here/],
])("a config of %j is refused", (config, says) => {
  const data = { rows: { source: { kind: "file", path: "rows.csv" } } } as const;
  expect(() => defineFactory({ name: "made", data, ...config } as FactoryInput)).toThrow(says);
});
