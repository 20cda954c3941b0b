import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { FitInput, LearningData, LearningFeature, LearningTask } from "../model.ts";
import { gbdt } from "./gbdt.ts";
import { rankObjective } from "./objectives/rank.ts";
import { gbdtOptions } from "./options.ts";

type Columns = Record<"a" | "b" | "missing" | "c" | "level", number[]>;

/** What LightGBM gives each row, by oracle/freeze-trees.py. */
const frozen = JSON.parse(readFileSync(new URL("../oracle/trees.golden.json", import.meta.url), "utf8")) as {
  readonly columns: Columns;
  readonly targets: Record<"value" | "label" | "kind" | "half" | "centred" | "count" | "amount", number[]>;
  readonly weight: number[];
  readonly cases: Record<string, number[]>;
  readonly ranking: {
    readonly queries: number[];
    readonly grades: number[];
    readonly start: number[];
    readonly places: number;
    readonly l2: number[];
    readonly leaves: (number | null)[][];
  };
};

const rows = frozen.columns.a.length;
const { a, b, missing, c, level } = frozen.columns;
const numbers: LearningFeature[] = [
  { name: "a", kind: "numeric", values: Float64Array.from(a) },
  { name: "b", kind: "numeric", values: Float64Array.from(b), missing: Uint8Array.from(missing) },
  { name: "c", kind: "numeric", values: Float64Array.from(c) },
];
const levels: LearningFeature = { name: "level", kind: "categorical", levels: 12, values: Float64Array.from(level) };

const context = { seed: 1, threads: 1, stopping: () => false, progress: () => undefined };
/** Leaves bounded by hessians instead of rows, as in the script. */
const heavy = { minRowsInLeaf: 0, minHessianInLeaf: 3 };
/** Every earlier round left out each time. */
const dart = { boosting: "dart", dropShare: 1, skipDrop: 0, mostDropped: 1000 };
const shared = { trees: 12, leaves: 8, learningRate: 0.1, minRowsInLeaf: 10, minRowsInBin: 1 };

interface Case {
  readonly target: keyof typeof frozen.targets;
  readonly options?: object;
  readonly task?: LearningTask;
  readonly features?: readonly LearningFeature[];
  readonly weighted?: true;
}

const cases: Record<string, Case> = {
  squared: { target: "value" },
  absolute: { target: "value", options: { objective: "absolute" } },
  huber: { target: "value", options: { objective: "huber", huberDelta: 0.7 } },
  quantile: { target: "value", options: { objective: "quantile", quantile: 0.8 } },
  poisson: { target: "count", options: { objective: "poisson" } },
  // Its leaves lie where their loss is least, so that one whole step gives the mean of the leaf that LightGBM finds.
  gamma: { target: "amount", options: { objective: "gamma", trees: 1, learningRate: 1 } },
  tweedie: { target: "count", options: { objective: "tweedie", tweediePower: 1.4 } },
  binary: { target: "label", task: "binary", options: heavy },
  multiclass: { target: "kind", task: "multiclass", options: heavy },
  balanced: { target: "label", task: "binary", options: { ...heavy, balanced: true } },
  weighted: { target: "value", weighted: true },
  weightedBinary: { target: "label", task: "binary", options: heavy, weighted: true },
  l2: { target: "value", options: { l2: 3, minGain: 0.5 } },
  depth: { target: "value", options: { maxDepth: 2 } },
  levels: {
    target: "value",
    features: [...numbers, levels],
    options: { catSmooth: 5, catL2: 1, minRowsPerGroup: 20 },
  },
  monotone: { target: "value", options: { ...heavy, trees: 4, monotone: { a: 1, c: -1 } } },
  interactions: { target: "value", options: { interactions: [["a", "b"], ["c"]] } },
  dart: { target: "centred", options: dart },
  dartBinary: { target: "half", task: "binary", options: { ...dart, ...heavy } },
};

async function predicted({ target, options = {}, task = "regression", features = numbers, weighted }: Case) {
  const train: LearningData = {
    rows,
    features,
    target: Float64Array.from(frozen.targets[target]),
    ...(weighted === undefined ? {} : { weights: Float64Array.from(frozen.weight) }),
  };
  const classes = { binary: 2, multiclass: 3, regression: 1 }[task];
  const input: FitInput = { task, classes, train };
  const model = await gbdt.fit(input, gbdtOptions.parse({ ...shared, ...options }), context);
  const margins = gbdt.predict(model, features, rows);
  if (task === "regression") return margins;
  if (task === "binary") return margins.map((margin) => 1 / (1 + Math.exp(-margin)));
  return margins.map((_, k) => {
    const row = k % rows;
    const own = [0, 1, 2].map((one) => Math.exp(margins[one * rows + row]!));
    return own[Math.floor(k / rows)]! / (own[0]! + own[1]! + own[2]!);
  });
}

test.for(Object.entries(cases))("%s: each row gets what LightGBM gives it", async ([name, own]) => {
  const scores = await predicted(own);
  const expected = frozen.cases[name]!;
  const apart = expected.map((value, k) => Math.abs(value - scores[k]!));
  expect(Math.max(...apart)).toBeLessThan(1e-6);
});

test("LambdaMART's slopes are LightGBM's, row by row", () => {
  const { queries, grades, start, places, l2, leaves } = frozen.ranking;
  const count = grades.length;
  const data: LearningData = {
    rows: count,
    features: [],
    target: Float64Array.from(grades),
    queries: Uint32Array.from(queries.flatMap((length, query) => Array<number>(length).fill(query))),
  };
  const [gradients, hessians] = [new Float32Array(count), new Float32Array(count)];
  rankObjective(places).slopesOf!(data, Float64Array.from(start), gradients, hessians);
  let known = 0;
  for (let row = 0; row < count; row++)
    for (const [k, strength] of l2.entries()) {
      const leaf = leaves[k]![row]!;
      if (leaf === null) continue;
      known++;
      // LightGBM's sigmoid is a table of steps.
      expect(Math.abs(leaf + gradients[row]! / (hessians[row]! + strength))).toBeLessThan(2e-4);
    }
  expect(known).toBeGreaterThan(50);
});
