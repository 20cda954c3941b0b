import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Frame, load } from "@millrace/program";
import { expect, test } from "vitest";
import { selectRows } from "#dataset";
import { clusterMeasures, evaluate, measureWithIntervals, silhouettesOf } from "#evaluate";
import { plainContext } from "#kernel";
import { learnRanking, queryCodes } from "#learn";
import { csvFrame } from "../test-data/csv-frame.ts";
import { sharedData, withoutSharedData } from "../test-data/shared-data.ts";

/** What scikit-learn and LightGBM give, by oracle/freeze-tasks.py. */
const golden = JSON.parse(readFileSync(new URL("../oracle/tasks.golden.json", import.meta.url), "utf8")) as {
  readonly clusters: {
    readonly points: readonly number[];
    readonly width: number;
    readonly first: readonly number[];
    readonly second: readonly number[];
    readonly silhouettes: readonly number[];
    readonly adjustedRand: number;
  };
  readonly ranking: { readonly ndcg: readonly number[]; readonly columns: readonly string[] };
};

test("silhouettes and the likeness of clusters are scikit-learn's", () => {
  const { points, width, first, second, silhouettes, adjustedRand } = golden.clusters;
  const own = silhouettesOf(Float64Array.from(points), width, first);
  silhouettes.forEach((expected, i) => {
    expect(own[i]).toBeCloseTo(expected, 10);
  });
  const set = clusterMeasures(Float64Array.from(points), width, first, second);
  const { silhouetteScore, stabilityScore } = measureWithIntervals(set, { draws: 0 });
  expect(silhouetteScore!.value).toBeCloseTo(silhouettes.reduce((sum, one) => sum + one, 0) / silhouettes.length, 10);
  expect(stabilityScore!.value).toBeCloseTo(adjustedRand, 10);
});

test(`busy hours of a day are ranked as well as LightGBM's ranker does${withoutSharedData}`, {
  timeout: 120_000,
}, async () => {
  const hours = graded(csvFrame(join(sharedData, "bike_sharing", "hour.csv")));
  const days = queryCodes(hours, "dteday");
  const part = (low: number, high: number) =>
    selectRows(
      hours,
      Uint8Array.from(days, (day) => (day >= low && day < high ? 1 : 0)),
    );
  const leftOut = [...hours.columns.keys()].filter(
    (name) => name !== "grade" && name !== "dteday" && !golden.ranking.columns.includes(name),
  );
  const request = {
    train: part(0, 250),
    validation: part(250, 325),
    target: "grade",
    query: "dteday",
    leftOut,
    budgetTrials: 2,
  };
  const made = await learnRanking(request, plainContext({ seed: 1 }));
  const judged = part(325, 400);
  const { score } = load(made).scoreFrame(judged);
  const grades = judged.columns.get("grade") as { readonly values: Float64Array };
  const { metrics } = evaluate(
    "regression",
    { scores: score, labels: grades.values, ranking: { queries: queryCodes(judged, "dteday") } },
    { draws: 0 },
  );
  const peer = golden.ranking.ndcg.reduce((sum, one) => sum + one, 0) / golden.ranking.ndcg.length;
  expect(metrics.ndcgScore!.value).toBeGreaterThan(peer - 0.003);
  expect(made.baseline).toBeLessThan(peer - 0.1);
  // the same request gives the same program
  expect(JSON.stringify((await learnRanking(request, plainContext({ seed: 1 }))).program)).toBe(
    JSON.stringify(made.program),
  );
});

test("rows without whole grades, a query column that is not there, and learners that cannot rank are refused", async () => {
  const rows = 60;
  const frame: Frame = {
    rows,
    columns: new Map([
      ["x", { type: "number", values: Float64Array.from({ length: rows }, (_, i) => i % 7) }],
      ["q", { type: "number", values: Float64Array.from({ length: rows }, (_, i) => i % 6) }],
      ["y", { type: "number", values: Float64Array.from({ length: rows }, (_, i) => (i % 5) / 2) }],
    ]),
  };
  const request = { train: frame, validation: frame, target: "y", query: "q" };
  await expect(learnRanking(request, plainContext())).rejects.toThrow(/whole grades of 0 to 30/);
  await expect(learnRanking({ ...request, query: "Q" }, plainContext())).rejects.toThrow(/no query column "Q".*mean q/);
  await expect(learnRanking({ ...request, learners: ["ets"] }, plainContext())).rejects.toThrow(/ets does not rank/);
});

function graded(frame: Frame): Frame {
  const count = frame.columns.get("cnt") as { readonly values: Float64Array };
  const grade = { type: "integer" as const, values: count.values.map((value) => Math.min(30, Math.floor(value / 40))) };
  const columns = new Map(frame.columns).set("grade", grade);
  columns.delete("cnt");
  return { rows: frame.rows, columns };
}
