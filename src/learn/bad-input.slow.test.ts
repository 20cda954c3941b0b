import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import { isolationForest } from "./isolation-forest/isolation-forest.ts";
import { newMemory } from "./kernels/new-memory.ts";
import { learners } from "./learners.ts";
import type { FitContext, FitInput, Learner, LearningFeature } from "./model.ts";
import { expectProgramScores } from "./test-data/program-parity.ts";

const context: FitContext = { seed: 1, threads: 1, stopping: () => false, progress: () => undefined };
const { gbdt, forest, extraTrees, tree, ruleList } = learners;
const trees = [gbdt, forest, extraTrees, tree, ruleList, isolationForest] as unknown as Learner[];
const few: Record<string, object> = { gbdt: { trees: 5 }, forest: { trees: 5 }, extraTrees: { trees: 5 } };
const taskOf = (learner: Learner) =>
  learner.traits.tasks.includes("binary")
    ? ({ task: "binary", classes: 2 } as const)
    : ({ task: "regression", classes: 1 } as const);

async function fitAndHold(learner: Learner, train: FitInput["train"]): Promise<Float64Array> {
  const options = learner.options.parse(few[learner.name] ?? {});
  const model = await learner.fit({ ...taskOf(learner), train }, options, context);
  expectProgramScores(learner, model, train.features, Math.min(train.rows, 500));
  const margins = learner.predict(model, train.features, train.rows);
  expect(margins.every(Number.isFinite)).toBe(true);
  return margins;
}

test.for(trees)("$name: a column of a million levels beside one that tells the answer", async (learner) => {
  const rows = 3000;
  const levels = 1_000_000;
  const random = randomStream(1, "levels");
  const values = Float64Array.from({ length: rows }, () => random.integer(levels));
  const x = Float64Array.from({ length: rows }, () => random.uniform());
  const target = x.map((value) => Number(value > 0.6));
  const features: LearningFeature[] = [
    { name: "id", kind: "categorical", levels, values },
    { name: "x", kind: "numeric", values: x },
  ];
  const margins = await fitAndHold(learner, { rows, features, target });
  if (learner.name === "isolationForest") return;
  const right = margins.filter((margin, i) => margin > 0 === (target[i] === 1)).length;
  expect(right / rows).toBeGreaterThan(0.9);
});

test.for(trees)("$name: 10,000 columns of 200 rows", async (learner) => {
  const rows = 200;
  const random = randomStream(2, "columns");
  const features: LearningFeature[] = Array.from({ length: 10_000 }, (_, f) => ({
    name: `x${f}`,
    kind: "numeric",
    values: Float64Array.from({ length: rows }, () => random.uniform()),
  }));
  const target = features[4321]!.values.map((value) => Number(value > 0.5));
  const margins = await fitAndHold(learner, { rows, features, target });
  if (learner.name !== "tree" && learner.name !== "gbdt" && learner.name !== "ruleList") return;
  const right = margins.filter((margin, i) => margin > 0 === (target[i] === 1)).length;
  expect(right / rows).toBeGreaterThan(0.95);
});

test.for(trees)(
  "$name: numbers at both ends, all missing, weights of 0 and columns without a value",
  async (learner) => {
    const rows = 120;
    const ends = [
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.MAX_VALUE,
      -Number.MAX_VALUE,
      0,
      -0,
      5e-324,
    ];
    const values = Float64Array.from({ length: rows }, (_, i) => ends[i % ends.length]!);
    const all = new Uint8Array(rows).fill(1);
    const features: LearningFeature[] = [
      { name: "ends", kind: "numeric", values },
      { name: "none", kind: "numeric", values: new Float64Array(rows), missing: all },
      { name: "no level", kind: "categorical", levels: 0, values: new Float64Array(rows), missing: all },
    ];
    const target = values.map((value) => Number(value > 0));
    const weights = Float64Array.from({ length: rows }, (_, i) => Number(i % 3 > 0));
    await fitAndHold(learner, { rows, features, target, weights });
    await fitAndHold(learner, { rows, features: features.slice(1), target });
  },
);

test("more than the kernels can address is refused, with how much it would be", async () => {
  expect(() => newMemory(5e9)).toThrow(/5\.0 GB/);
  // As many values as rows in each column: all bins are in use.
  const rows = 1009;
  const features: LearningFeature[] = Array.from({ length: 2500 }, (_, f) => ({
    name: `x${f}`,
    kind: "numeric",
    values: Float64Array.from({ length: rows }, (_, i) => (i * ((f % (rows - 1)) + 1)) % rows),
  }));
  const train = { rows, features, target: features[0]!.values.map((value) => Number(value > 500)) };
  const fit = gbdt.fit({ task: "binary", classes: 2, train }, gbdt.options.parse({ leaves: 1024 }), context);
  await expect(fit).rejects.toMatchObject({ code: "LEARN_MEMORY_SHORT" });
});
