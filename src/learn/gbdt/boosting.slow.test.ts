import { readFileSync } from "node:fs";
import type { Column } from "@millrace/program";
import { expect, test } from "vitest";
import type { FitInput, LearningData } from "../model.ts";
import { csvFrame } from "../test-data/csv-frame.ts";
import { hasSharedData, sharedData, withoutSharedData } from "../test-data/shared-data.ts";
import { gbdt } from "./gbdt.ts";
import { gbdtOptions } from "./options.ts";

interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/** LightGBM's errors on the same rows at the same settings, by oracle/freeze-boosting.py. */
const frozen = JSON.parse(readFileSync(new URL("../oracle/boosting.golden.json", import.meta.url), "utf8")) as {
  features: string[];
  groups: string[][];
  interactions: number;
  continued: number;
  /** Each without other rows (number 0 to 3 modulo 37): one alone moves by a hundredth with luck. */
  weighted: number[];
  balanced: number;
  dart: Spread;
  bagging: Spread;
  ndcg5: number;
  ndcg10: number;
};
const context = { seed: 1, threads: 1, stopping: () => false, progress: () => undefined };
const tenths = (i: number) => i % 10 === 3 || i % 10 === 7;
const grades = (count: number) => [20, 80, 200, 400].filter((limit) => count >= limit).length;

function read() {
  const frame = csvFrame(`${sharedData}bike_sharing/hour.csv`);
  const numbers = (name: string) => (frame.columns.get(name) as { values: Float64Array }).values;
  const day = frame.columns.get("dteday") as Extract<Column, { type: "string" }>;
  // Days are numbered as they first appear, which is their order in time.
  const days = Uint32Array.from(day.codes);
  const part = (judges: (i: number) => boolean, wanted: boolean, graded: boolean): LearningData => {
    const keep = (_: unknown, i: number) => judges(i) === wanted;
    const target = numbers("cnt").filter(keep);
    const features = frozen.features.map((name) => ({
      name,
      kind: "numeric" as const,
      values: numbers(name).filter(keep),
    }));
    if (!graded) return { rows: target.length, features, target };
    return { rows: target.length, features, target: target.map(grades), queries: days.filter(keep) };
  };
  return { days, numbers, part };
}

async function mse(options: object, seed = 1, rounds = [100]): Promise<number> {
  const { part } = read();
  const [train, judged] = [part(tenths, false, false), part(tenths, true, false)];
  let input: FitInput = { task: "regression", classes: 1, train };
  for (const trees of rounds) {
    const start = await gbdt.fit(input, gbdtOptions.parse({ trees, ...options }), { ...context, seed });
    input = { ...input, start };
  }
  const predicted = gbdt.predict(input.start as never, judged.features, judged.rows);
  return predicted.reduce((sum, p, i) => sum + (p - judged.target[i]!) ** 2, 0) / judged.rows;
}

async function meanOf(options: object): Promise<number> {
  let sum = 0;
  for (const seed of [1, 2, 3, 4, 5]) sum += await mse(options, seed);
  return sum / 5;
}

test.skipIf(!hasSharedData)(`interactions: within 1 % of LightGBM's error${withoutSharedData}`, async () => {
  expect((await mse({ interactions: frozen.groups })) / frozen.interactions).toBeLessThan(1.01);
});

test.skipIf(!hasSharedData)(`continued training: within 1 % of LightGBM's error${withoutSharedData}`, async () => {
  expect((await mse({}, 1, [50, 50])) / frozen.continued).toBeLessThan(1.01);
});

test.skipIf(!hasSharedData)(
  `weights of rows: the mean of four within 1 % of LightGBM's error${withoutSharedData}`,
  async () => {
    const { numbers, part } = read();
    const [year, day, weather] = ["yr", "weekday", "weathersit"].map(numbers) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const weights = year.map((own, i) => (own === 0 && day[i] === 0 ? 0 : weather[i] === 1 ? 3 : 1));
    const judged = part(tenths, true, false);
    const counts = weights.filter((_, i) => tenths(i)).map((weight) => Number(weight === 3));
    const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);
    const errors: number[] = [];
    for (const leftOut of [0, 1, 2, 3]) {
      const judges = (i: number) => tenths(i) || i % 37 === leftOut;
      const train = { ...part(judges, false, false), weights: weights.filter((_, i) => !judges(i)) };
      const options = gbdtOptions.parse({ trees: 100 });
      const model = await gbdt.fit({ task: "regression", classes: 1, train }, options, context);
      const predicted = gbdt.predict(model, judged.features, judged.rows);
      errors.push(sum(predicted.map((p, i) => counts[i]! * (p - judged.target[i]!) ** 2)) / sum(counts));
    }
    expect(sum(errors) / sum(frozen.weighted)).toBeLessThan(1.01);
  },
);

test.skipIf(!hasSharedData)(
  `weights of classes: within 2 % of LightGBM's balanced loss${withoutSharedData}`,
  async () => {
    const { part } = read();
    const rush = (data: LearningData): LearningData => ({
      ...data,
      target: data.target.map((count) => Number(count >= 500)),
    });
    const [train, judged] = [rush(part(tenths, false, false)), rush(part(tenths, true, false))];
    const options = gbdtOptions.parse({ trees: 100, balanced: true });
    const model = await gbdt.fit({ task: "binary", classes: 2, train }, options, context);
    const share = judged.target.reduce((sum, label) => sum + label, 0) / judged.rows;
    const loss = gbdt.predict(model, judged.features, judged.rows).reduce((sum, margin, i) => {
      const isRush = judged.target[i] === 1;
      const wrong = Math.log1p(Math.exp(isRush ? -margin : margin));
      return sum + (wrong * 0.5) / (isRush ? share : 1 - share) / judged.rows;
    }, 0);
    expect(loss / frozen.balanced).toBeLessThan(1.02);
  },
);

test.skipIf(!hasSharedData)(`DART: the mean of five seeds as LightGBM's${withoutSharedData}`, async () => {
  expect(await meanOf({ boosting: "dart" })).toBeLessThan(frozen.dart.mean + 2 * frozen.dart.deviation);
});

test.skipIf(!hasSharedData)(
  `bagging and feature shares: the mean of five seeds as LightGBM's${withoutSharedData}`,
  async () => {
    const mean = await meanOf({ rowShare: 0.6, featureShare: 0.6 });
    expect(mean).toBeLessThan(frozen.bagging.mean + 2 * frozen.bagging.deviation);
  },
);

test.skipIf(!hasSharedData)(`LambdaMART: NDCG within 0.005 of LightGBM's${withoutSharedData}`, async () => {
  const { days, part } = read();
  const judges = (i: number) => tenths(days[i]!);
  const [train, judged] = [part(judges, false, true), part(judges, true, true)];
  const options = gbdtOptions.parse({ trees: 100, objective: "lambdarank" });
  const model = await gbdt.fit({ task: "regression", classes: 1, train }, options, context);
  const scores = gbdt.predict(model, judged.features, judged.rows);
  for (const [places, peer] of [
    [5, frozen.ndcg5],
    [10, frozen.ndcg10],
  ] as const)
    expect(ndcg(scores, judged, places)).toBeGreaterThan(peer - 0.005);
});

function ndcg(scores: Float64Array, { target, queries, rows }: LearningData, places: number): number {
  const lists = Map.groupBy(
    Array.from({ length: rows }, (_, i) => i),
    (i) => queries![i]!,
  );
  const sumOf = (list: number[]) =>
    list.slice(0, places).reduce((sum, row, k) => sum + (2 ** target[row]! - 1) / Math.log2(k + 2), 0);
  const found = [...lists.values()].map((list) => {
    const best = sumOf(list.toSorted((a, b) => target[b]! - target[a]!));
    return best > 0 ? sumOf(list.toSorted((a, b) => scores[b]! - scores[a]! || a - b)) / best : 1;
  });
  return found.reduce((sum, one) => sum + one, 0) / found.length;
}
