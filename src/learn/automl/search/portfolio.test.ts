import { expect, test } from "vitest";
import { facts, settings } from "../../test-data/small-search.ts";
import { fixedOptions } from "./fixed-options.ts";
import { learnersAllowed, portfolio } from "./portfolio.ts";
import type { SearchFacts } from "./search-facts.ts";

test("networks come early, deeper ones of more rows after the quick trees, and last where a pass takes minutes", () => {
  const places = (rows: number) =>
    portfolio({ ...facts, rows }, settings()).flatMap(({ learner }, place) => (learner === "network" ? [place] : []));
  const first = (rows: number) => places(rows)[0]!;
  const boosted = (rows: number) =>
    portfolio({ ...facts, rows }, settings()).filter(({ learner }) => learner !== "tree").length;
  expect(first(800)).toBeLessThan(9);
  for (const rows of [5000, 30_000]) {
    const [shallow, deep] = places(rows);
    expect(shallow).toBeGreaterThan(3);
    expect(shallow).toBeLessThan(9);
    expect(deep).toBeGreaterThan(9);
  }
  expect(first(500_000)).toBe(boosted(500_000) - 1);
});

test("levels are split off one by one only where there are levels", () => {
  const one = (categorical: boolean) =>
    portfolio({ ...facts, categorical }, settings()).filter(({ options }) => "maxCatToOneHot" in options);
  expect([one(true).length, one(false).length]).toEqual([1, 0]);
});

test("curves of numbers and their products are tried only where there are numbers, products where they are few", () => {
  const count = (name: string, data: Partial<SearchFacts>, own: object = {}) =>
    portfolio({ ...facts, ...data }, settings(own)).filter(({ options }) => name in options).length;
  expect([count("pieces", {}), count("products", {})]).toEqual([3, 1]);
  expect([count("pieces", { numbers: 0 }), count("products", { numbers: 0 })]).toEqual([0, 0]);
  expect(count("products", { numbers: 41 })).toBe(0);
  expect(count("products", { rows: 1_000_000 })).toBe(0);
  expect(count("products", {}, { constraints: { interpretable: true } })).toBe(0);
});

test("constraints narrow the learners", () => {
  expect(learnersAllowed(settings({ constraints: { interpretable: true, monotone: {} } }))).toEqual([
    "linear",
    "tree",
    "gam",
  ]);
  const monotone = settings({ constraints: { interpretable: false, monotone: { income: 1 } } });
  expect(learnersAllowed(monotone)).toEqual(["gbdt", "gam"]);
  const both = settings({ constraints: { interpretable: true, monotone: { income: 1 } } });
  expect(learnersAllowed(both)).toEqual(["gam"]);
  for (const { learner, options } of portfolio(facts, both).slice(1))
    expect([learner, options.monotone]).toEqual(["gam", { income: 1 }]);
  const small = settings({ constraints: { interpretable: false, monotone: {}, maxSizeBytes: 9000 } });
  expect(
    portfolio(facts, small)
      .slice(2, 6)
      .map(({ learner }) => learner),
  ).toEqual(["gam", "gam", "gbdt", "naiveBayes"]);
  for (const { learner, options } of portfolio(facts, monotone).slice(1))
    expect([learner === "gbdt" || learner === "gam", options.monotone]).toEqual([true, { income: 1 }]);
});

test("forests have more trees than they had, and fewer where these have many leaves", () => {
  const trees = (rows: number, classes: number, minRowsInLeaf: number) => {
    const task = classes > 2 ? ("multiclass" as const) : ("binary" as const);
    return Number(fixedOptions("forest", { ...facts, rows, classes, task }, settings(), { minRowsInLeaf }).trees);
  };
  expect(trees(700, 2, 3)).toBe(200);
  expect(trees(8000, 2, 8)).toBe(200);
  expect(trees(8000, 10, 1)).toBeLessThan(100);
  expect(trees(100_000, 2, 1)).toBe(40);
  // A search may ask for more, and gets what 600,000 leaves allow.
  const asked = (rows: number, minRowsInLeaf: number) =>
    fixedOptions("extraTrees", { ...facts, rows, task: "binary" }, settings(), { minRowsInLeaf, trees: 500 }).trees;
  expect([asked(2000, 1), asked(20_000, 1)]).toEqual([500, 180]);
});

test("with many classes the first model is one whose rounds do not grow a tree for each", () => {
  const digits = { ...facts, task: "multiclass", rows: 1400, classes: 10 } as const;
  expect(portfolio(digits, settings({ task: "multiclass" }))[1]!.learner).toBe("extraTrees");
});

test("of more columns than rows, lines and trees of few columns come before rounds that read all", () => {
  const first = (rows: number) =>
    portfolio({ ...facts, rows, columns: 5000 }, settings())
      .slice(1, 6)
      .map(({ learner }) => learner);
  expect(first(300)).toEqual(["linear", "linear", "extraTrees", "forest", "gbdt"]);
  expect(first(6000)[0]).toBe("gbdt");
});
