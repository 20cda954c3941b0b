import { expect, test } from "vitest";
import { isMillraceError, parseOptions, randomStream } from "#kernel";
import { learners } from "./learners.ts";
import type { FitInput, Learner, LearningData, LearningFeature, LearningTask } from "./model.ts";

/** Rows of a few numbers and a level; classes follow the first number. */
function rowsOf(task: LearningTask, rows: number, features: number, classes: number): LearningData {
  const random = randomStream(7, "test/stops");
  const own = Array.from(
    { length: features },
    (_, f): LearningFeature => ({
      name: f === 0 ? "at" : `x${f}`,
      kind: "numeric",
      values: Float64Array.from({ length: rows }, (_, i) => (f === 0 ? i * 86_400_000_000 : random.uniform())),
    }),
  );
  const target = own[1]!.values.map((value) => (task === "regression" ? 10 + value : Math.floor(value * classes)));
  return { rows, features: own, target };
}

const forecasts = ["seasonalNaive", "ets", "lagTrees"];
const shape = { rows: 120, features: 5, classes: 4 };

/** Options that make a fit go on for long, and the least polls that its work must bring: one a unit of the work named. */
const cases: Record<string, { readonly options: object; readonly least: number; readonly unit: string }> = {
  linear: { options: { path: [1, 0.1, 0.01] }, least: 3 * 4, unit: "a strength and class" },
  gbdt: {
    options: { trees: 20, earlyStoppingRounds: 0, minRowsInLeaf: 1 },
    least: 5 + 20 * 4,
    unit: "a feature's bins, then a tree",
  },
  forest: { options: { trees: 15 }, least: 5 + 15, unit: "a feature's bins, then a tree" },
  extraTrees: { options: { trees: 15 }, least: 5 + 15, unit: "a feature's bins, then a tree" },
  tree: { options: {}, least: 5 + 1, unit: "a feature's bins, then the tree" },
  ruleList: { options: { rules: 3 }, least: 5 + 2, unit: "a feature's bins, then a rule" },
  gam: { options: { rounds: 10, earlyStoppingRounds: 0 }, least: 10 * 5, unit: "a curve of a round" },
  naiveBayes: { options: {}, least: 5, unit: "a feature" },
  network: {
    options: { rounds: 4, batch: 16, earlyStoppingRounds: 0 },
    least: 4 * Math.ceil(120 / 16),
    unit: "a batch",
  },
  ets: { options: { time: "at", season: 7 }, least: 100, unit: "a pass over the series" },
  lagTrees: { options: { time: "at", season: 7, lags: 7 }, least: 50, unit: "a tree" },
};

/** Their fit is one pass over the rows, or another program that is asked to end by its own test. */
const ofOnePass = ["constant", "nearest", "seasonalNaive", "command"];

function problemOf(name: string): FitInput {
  const task = forecasts.includes(name) ? "regression" : "multiclass";
  const classes = task === "regression" ? 1 : shape.classes;
  return { task, classes, train: rowsOf(task, shape.rows, shape.features, shape.classes) };
}

async function fitted(name: string, options: object, stopping: () => boolean): Promise<"fitted" | "stopped"> {
  const learner = learners[name as keyof typeof learners] as unknown as Learner;
  const resolved = parseOptions(learner.options, options, name, "LEARN_OPTION_INVALID");
  try {
    await learner.fit(problemOf(name), resolved, { seed: 1, threads: 1, stopping, progress: () => undefined });
    return "fitted";
  } catch (error) {
    if (isMillraceError(error) && error.code === "KERNEL_STOPPED") return "stopped";
    throw error;
  }
}

test("every learner is held to stop, or fits in one pass", () => {
  expect([...Object.keys(cases), ...ofOnePass].sort()).toEqual(Object.keys(learners).sort());
});

test.for(Object.entries(cases))(
  "%s asks whether to go on at least once a unit of its work",
  async ([name, { options, least }]) => {
    let asked = 0;
    const end = await fitted(name, options, () => {
      asked++;
      return false;
    });
    expect(end).toBe("fitted");
    expect(asked).toBeGreaterThanOrEqual(least);
  },
);

test.for(Object.entries(cases))("%s ends soon after it is told to, wherever it is", async ([name, { options }]) => {
  for (const until of [0, 1, 3, 6]) {
    let [asked, after] = [0, 0];
    const end = await fitted(name, options, () => {
      if (asked++ < until) return false;
      after++;
      return true;
    });
    if (after === 0) continue;
    // A linear fit and a rule list give what they have; what asks again does no more than a unit in between.
    expect(after).toBeLessThanOrEqual(name === "linear" ? 3 * 4 : 2);
    if (name !== "linear" && name !== "ruleList") expect(end).toBe("stopped");
  }
});
