import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { load } from "../interpreter/load.ts";
import { ProgramError } from "../problem.ts";
import { doubleBelow } from "./float32.ts";
import { importLightGbm, importXgboost } from "./index.ts";

// Two rounds of LightGBM 4.7.0, two stumps a class of XGBoost 3.2.0, each with what it predicts: `lgb.train` with
// num_leaves 4 on a number with gaps and a category; `xgb.train` with max_depth 1. Lines that no reader needs are left out.
const lightgbm = `tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=1
objective=binary sigmoid:1
feature_names=a c
feature_infos=[-3.8999999999999999:2.4700000000000002] -1:1:0:2

Tree=0
num_leaves=4
num_cat=1
split_feature=0 1 0
threshold=-0.15499999999999997 0 0.62000000000000011
decision_type=8 1 10
left_child=-1 -2 -3
right_child=1 2 -4
leaf_value=-0.24234218763885246 0.037422920600139492 -0.13086331745541521 -0.004698411972261729
cat_boundaries=0 1
cat_threshold=4
is_linear=0
shrinkage=1


Tree=1
num_leaves=4
num_cat=1
split_feature=0 1 0
threshold=-0.15499999999999997 0 0.62000000000000011
decision_type=8 1 10
left_child=-1 -2 -3
right_child=1 2 -4
leaf_value=-0.11125935992970477 0.14130760547917959 -0.0096539343628046122 0.10350072536274545
cat_boundaries=0 1
cat_threshold=4
is_linear=0
shrinkage=0.1


end of trees

parameters:
[categorical_feature: 1]
end of parameters

pandas_categorical:[["blue", "green", "red"]]
`;
const rows = [
  { a: -1, c: "red" },
  { a: 0.5, c: "green" },
  { a: null, c: "blue" },
  { a: 2, c: null },
  { a: 0.1, c: "red" },
];
const lightgbmWanted = [
  0.4125093284906304, 0.46492837578522433, 0.46492837578522433, 0.5246805042347928, 0.5445640628654813,
];

const stump = (split: number, left: number, right: number) => ({
  categories: [],
  categories_nodes: [],
  categories_segments: [],
  categories_sizes: [],
  default_left: [1, 0, 0],
  left_children: [1, -1, -1],
  right_children: [2, -1, -1],
  split_conditions: [split, left, right],
  split_indices: [0, 0, 0],
  tree_param: { size_leaf_vector: "1" },
});
const xgboost = (change: { objective?: string; booster?: string; trees?: unknown[] } = {}) =>
  JSON.stringify({
    learner: {
      feature_names: ["a", "c"],
      gradient_booster: {
        model: {
          gbtree_model_param: { num_parallel_tree: "1" },
          tree_info: [0, 1, 2],
          trees: change.trees ?? [
            stump(0.01, 0.20826732, -0.2669518),
            stump(0.09, -0.1697149, 0.23041299),
            stump(0.01, -0.17455332, 0.2233596),
          ],
        },
        name: change.booster ?? "gbtree",
      },
      learner_model_param: {
        base_score: "[1.0691803E0,-6.130109E-1,-4.561695E-1]",
        num_class: "3",
        num_feature: "2",
        num_target: "1",
      },
      objective: { name: change.objective ?? "multi:softprob" },
    },
    version: [3, 2, 0],
  });
const xgboostLeft = [0.7838320732116699, 0.09988518059253693, 0.11628270894289017];
const xgboostRight = [0.6020426154136658, 0.18410418927669525, 0.21385321021080017];

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ProgramError) return error.code;
    throw error;
  }
  return "none";
}

describe("LightGBM's text", () => {
  test("becomes a program with LightGBM's predictions", () => {
    const imported = importLightGbm(lightgbm, { classes: ["stays", "leaves"] });
    const scorer = load(imported);
    expect(rows.map((row) => scorer.score(row).score)).toEqual(lightgbmWanted);
    expect(scorer.score(rows[4]!).prediction).toBe("leaves");
    expect(imported.program.inputs).toEqual([
      { name: "a", type: "number", missingAllowed: true, domain: { low: -3.9, high: 2.47 } },
      { name: "c", type: "string", missingAllowed: true, domain: { levels: ["blue", "green", "red"] } },
    ]);
  });

  test("counts as many rounds as are asked for", () => {
    const { score } = load(importLightGbm(lightgbm, { rounds: 1 })).score(rows[0]!);
    expect(score).toBeCloseTo(1 / (1 + Math.exp(0.24234218763885246)), 14);
  });

  test.each([
    ["nothing", "", "PROGRAM_IMPORT_INVALID"],
    ["a file that ends early", lightgbm.slice(0, 400), "PROGRAM_IMPORT_INVALID"],
    ["a threshold too few", lightgbm.replace("0 0.62000000000000011", "0"), "PROGRAM_IMPORT_INVALID"],
    ["a threshold of letters", lightgbm.replace("0.62000000000000011", "x"), "PROGRAM_IMPORT_INVALID"],
    ["a tree in a circle", lightgbm.replace("right_child=1 2 -4", "right_child=0 2 -4"), "PROGRAM_IMPORT_INVALID"],
    ["a child that is not there", lightgbm.replace("1 2 -4", "1 7 -4"), "PROGRAM_IMPORT_INVALID"],
    ["a leaf that is not there", lightgbm.replace("1 2 -4", "1 2 -9"), "PROGRAM_IMPORT_INVALID"],
    ["a feature that is not there", lightgbm.replace("=0 1 0", "=0 5 0"), "PROGRAM_IMPORT_INVALID"],
    ["a set that is not there", lightgbm.replace("cat_boundaries=0 1", "cat_boundaries=0 9"), "PROGRAM_IMPORT_INVALID"],
    ["half a round", lightgbm.replace("per_iteration=1", "per_iteration=3"), "PROGRAM_IMPORT_INVALID"],
    ["linear trees without sums", lightgbm.replace("is_linear=0", "is_linear=1"), "PROGRAM_IMPORT_INVALID"],
    [
      "a leaf of a feature that is not there",
      lightgbm.replaceAll(/num_leaves=(\d+)([\s\S]*?)is_linear=0/g, (_, leaves, between) => {
        const each = (value: number) => Array(Number(leaves)).fill(value).join(" ");
        return `num_leaves=${leaves}${between}is_linear=1\nleaf_const=${each(0)}\nnum_features=${each(1)}\nleaf_features=${each(7)}\nleaf_coeff=${each(1)}`;
      }),
      "PROGRAM_IMPORT_INVALID",
    ],
    ["an objective of its own", lightgbm.replace("binary sigmoid:1", "custom"), "PROGRAM_IMPORT_UNSUPPORTED"],
    ["unplaced categories", lightgbm.replace("feature: 1]", "feature: ]"), "PROGRAM_IMPORT_UNSUPPORTED"],
    ["a name twice", lightgbm.replace("feature_names=a c", "feature_names=a a"), "PROGRAM_GRAPH_INVALID"],
  ])("with %s is refused", (_, text, code) => {
    expect(codeOf(() => importLightGbm(text))).toBe(code);
  });

  test("takes categories that the file does not place", () => {
    const text = lightgbm.replace("feature: 1]", "feature: ]");
    const scorer = load(importLightGbm(text, { categories: { c: ["blue", "green", "red"] } }));
    expect(rows.map((row) => scorer.score(row).score)).toEqual(lightgbmWanted);
  });
});

describe("XGBoost's JSON", () => {
  test("becomes a program with XGBoost's predictions", () => {
    const scorer = load(importXgboost(xgboost()));
    const found = rows.map((row) => Object.values(scorer.score(row).scores!));
    [xgboostLeft, xgboostRight, xgboostLeft, xgboostRight, xgboostRight].forEach((wanted, i) => {
      wanted.forEach((each, k) => {
        expect(found[i]![k]).toBeCloseTo(each, 6);
      });
    });
  });

  test.each([
    ["no JSON", xgboost().slice(0, 300), "PROGRAM_IMPORT_INVALID"],
    ["no learner", "{}", "PROGRAM_IMPORT_INVALID"],
    [
      "a tree in a circle",
      xgboost({ trees: [{ ...stump(1, 2, 3), left_children: [0, -1, -1] }] }),
      "PROGRAM_IMPORT_INVALID",
    ],
    ["too few values", xgboost({ trees: [{ ...stump(1, 2, 3), split_conditions: [1] }] }), "PROGRAM_IMPORT_INVALID"],
    ["texts for numbers", xgboost({ trees: [{ ...stump(1, 2, 3), default_left: ["a"] }] }), "PROGRAM_IMPORT_INVALID"],
    ["a linear booster without its weights", xgboost({ booster: "gblinear" }), "PROGRAM_IMPORT_INVALID"],
    ["an unknown booster", xgboost({ booster: "gbnew" }), "PROGRAM_IMPORT_UNSUPPORTED"],
    ["an unknown objective", xgboost({ objective: "survival:cox" }), "PROGRAM_IMPORT_UNSUPPORTED"],
    ["an objective of two classes for three", xgboost({ objective: "binary:logistic" }), "PROGRAM_IMPORT_UNSUPPORTED"],
    [
      "leaves of several values",
      xgboost({ trees: [{ ...stump(1, 2, 3), tree_param: { size_leaf_vector: "3" } }] }),
      "PROGRAM_IMPORT_UNSUPPORTED",
    ],
  ])("with %s is refused", (_, text, code) => {
    expect(codeOf(() => importXgboost(text))).toBe(code);
  });
});

describe("a float's threshold as a double's", () => {
  const float = fc.float({ noNaN: true }).filter((t) => t > Number.NEGATIVE_INFINITY);
  const near = fc
    .tuple(float, fc.integer({ min: -2, max: 2 }), fc.integer({ min: -2, max: 2 }))
    .map(([t, halves, ulps]) => {
      const step = Math.max(2 ** -149, Math.abs(t) * 2 ** -23);
      const x = t + (halves * step) / 2;
      return { t, x: x + ulps * Math.max(Number.MIN_VALUE, Math.abs(x) * 2 ** -53) };
    });

  test("lets the same doubles pass", () => {
    fc.assert(
      fc.property(fc.oneof(near, fc.record({ t: float, x: fc.double({ noNaN: true }) })), ({ t, x }) => {
        expect(x <= doubleBelow(t)).toBe(Math.fround(x) < t);
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    0,
    -0,
    2 ** -149,
    -(2 ** -149),
    3.4028234663852886e38,
    -3.4028234663852886e38,
    Number.POSITIVE_INFINITY,
    1,
    -1,
    16777216,
  ])("at the edges: %d", (t) => {
    for (const x of [
      t,
      doubleBelow(t),
      -3.5e38,
      -3.4028235677973366e38,
      3.5e38,
      3.4028235677973366e38,
      0,
      2 ** -150,
      -(2 ** -150),
      -(2 ** -151),
    ])
      expect(x <= doubleBelow(t)).toBe(Math.fround(x) < t);
  });
});
