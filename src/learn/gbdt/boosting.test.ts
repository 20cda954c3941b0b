import fc from "fast-check";
import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import type { FitContext, FitInput, LearningFeature } from "../model.ts";
import { expectProgramScores } from "../test-data/program-parity.ts";
import { gbdt } from "./gbdt.ts";
import type { GbdtModel } from "./model.ts";
import { gbdtOptions } from "./options.ts";

const context: FitContext = { seed: 1, threads: 1, stopping: () => false, progress: () => undefined };

function problem(rows: number, seed: number, task: FitInput["task"] = "regression"): FitInput {
  const random = randomStream(seed, "boosting");
  const features: LearningFeature[] = ["a", "b", "c", "d"].map((name, f) => ({
    name,
    kind: f === 3 ? "categorical" : "numeric",
    ...(f === 3 ? { levels: 6 } : {}),
    ...(f === 1 ? { missing: Uint8Array.from({ length: rows }, () => Number(random.integer(6) === 0)) } : {}),
    values: Float64Array.from({ length: rows }, () => (f === 3 ? random.integer(6) : random.uniform())),
  }));
  const [a, b, c, d] = features.map(({ values }) => values) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const target = a.map((value, i) => {
    const margin = 3 * value * b[i]! + c[i]! * (d[i]! % 3) + random.uniform();
    return task === "regression" ? margin : Math.min(2, Math.floor(margin));
  });
  return { task, classes: task === "regression" ? 1 : 3, train: { rows, features, target } };
}

const fitted = (input: FitInput, options: object, own = context): Promise<GbdtModel> =>
  gbdt.fit(input, gbdtOptions.parse({ leaves: 7, ...options }), own);

test.for(["regression", "multiclass"] as const)(
  "%s: continuing an earlier model gives what training at once gives, to the bit",
  async (task) => {
    const input = problem(400, 2, task);
    const shares = { rowShare: 0.8, featureShare: 0.7 };
    const once = await fitted(input, { trees: 20, ...shares });
    const start = await fitted(input, { trees: 8, ...shares });
    const both = await fitted({ ...input, start }, { trees: 12, ...shares });
    expect(both.trees).toEqual(once.trees);
    expect(both.facts.rounds).toBe(20);
  },
);

test("refuses to continue from a model that does not fit, and unknown names of interacting features", async () => {
  const input = problem(200, 3);
  const start = await fitted(input, { trees: 2 });
  const refused = (more: Partial<FitInput>, options: object = {}) =>
    fitted({ ...input, ...more }, { trees: 2, ...options }).then(
      () => "none",
      ({ code }: { code: string }) => code,
    );
  expect(await refused({ start })).toBe("none");
  expect(await refused({ start: { ...start, learner: "linear" } })).toBe("LEARN_START_UNFIT");
  expect(await refused({ start: { ...start, task: "binary" } })).toBe("LEARN_START_UNFIT");
  expect(await refused({ start }, { objective: "poisson" })).toBe("LEARN_START_UNFIT");
  const fewer = { ...input.train, features: input.train.features.slice(1) };
  expect(await refused({ start, train: fewer })).toBe("LEARN_START_UNFIT");
  expect(await refused({}, { interactions: [["a", "z"]] })).toBe("LEARN_INTERACTION_INVALID");
});

test("features meet on a path only where a group holds them all", async () => {
  const interactions = [
    ["a", "b"],
    ["b", "d"],
  ];
  const allowed = [new Set([0, 1]), new Set([1, 3]), new Set([2])];
  const pathsOf = ({ feature, left, right }: GbdtModel["trees"][number]): Set<number>[] => {
    const walk = (node: number, used: Set<number>): Set<number>[] =>
      node < 0
        ? [used]
        : [left[node]!, right[node]!].flatMap((child) => walk(child, new Set([...used, feature[node]!])));
    return feature.length === 0 ? [] : walk(0, new Set());
  };
  await fc.assert(
    fc.asyncProperty(fc.nat(1000), fc.constantFrom(1, 0.6), async (seed, featureShare) => {
      const model = await fitted(problem(300, seed), { trees: 10, interactions, featureShare, minRowsInLeaf: 5 });
      for (const path of model.trees.flatMap(pathsOf))
        expect(allowed.some((group) => [...path].every((feature) => group.has(feature)))).toBe(true);
    }),
    { numRuns: 15 },
  );
});

test("DART: the program gives the model's predictions, the margins that it was trained on are the model's", async () => {
  const input = problem(300, 4, "multiclass");
  const options = { trees: 25, boosting: "dart", skipDrop: 0, dropShare: 0.3 };
  const model = await fitted(input, options);
  expectProgramScores(gbdt, model, input.train.features, 300);
  const again = await fitted(input, options, { ...context, seed: 2 });
  expect(again.trees).not.toEqual(model.trees);
  // Each round shares its weight with what it left out: without dropping the same rounds fit closer.
  expect(model.trees.length).toBe(75);
  const plain = await fitted(input, { ...options, dropShare: 0 });
  expect(plain.trees).toEqual((await fitted(input, { trees: 25 })).trees);
});

test("LambdaMART puts better grades first within each query, whatever order the rows come in", async () => {
  const rows = 600;
  const random = randomStream(5, "ranking");
  const queries = Uint32Array.from({ length: rows }, () => random.integer(40));
  const { features } = problem(rows, 6).train;
  const target = Float64Array.from(features[0]!.values, (value) => Math.floor(value * 3));
  const input: FitInput = { task: "regression", classes: 1, train: { rows, features, target, queries } };
  const options = { objective: "lambdarank", trees: 15 };
  const margins = gbdt.predict(await fitted(input, options), features, rows);
  let [right, pairs] = [0, 0];
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < i; j++) {
      if (queries[i] !== queries[j] || target[i] === target[j]) continue;
      pairs++;
      if (margins[i]! > margins[j]! === target[i]! > target[j]!) right++;
    }
  expect(right / pairs).toBeGreaterThan(0.97);
  const code = (train: FitInput["train"]) =>
    fitted({ ...input, train }, options).catch(({ code }: { code: string }) => code);
  expect(await code({ rows, features, target })).toBe("LEARN_OBJECTIVE_UNFIT");
  expect(await code({ ...input.train, target: target.map((grade) => grade + 0.5) })).toBe("LEARN_OBJECTIVE_UNFIT");
});
