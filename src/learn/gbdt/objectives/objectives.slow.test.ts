import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { FitInput, LearningData } from "../../model.ts";
import { csvFrame } from "../../test-data/csv-frame.ts";
import { hasSharedData, sharedData, withoutSharedData } from "../../test-data/shared-data.ts";
import { gbdt } from "../gbdt.ts";
import { gbdtOptions } from "../options.ts";

type Name = "squared" | "absolute" | "huber" | "quantile" | "poisson" | "gamma" | "tweedie";
type Frozen = Record<Name | "monotone", number> & { features: string[] };

/** LightGBM's losses on the same rows at the same settings, by oracle/freeze-objectives.py. */
const frozen = JSON.parse(
  readFileSync(new URL("../../oracle/objectives.golden.json", import.meta.url), "utf8"),
) as Frozen;
const context = { seed: 1, threads: 1, stopping: () => false, progress: () => undefined };

function halves(): { train: LearningData; judged: LearningData } {
  const frame = csvFrame(`${sharedData}bike_sharing/hour.csv`);
  const column = (name: string) => (frame.columns.get(name) as { values: Float64Array }).values;
  const judges = (i: number) => i % 10 === 3 || i % 10 === 7;
  const part = (wanted: boolean): LearningData => {
    const pick = (values: Float64Array) => values.filter((_, i) => judges(i) === wanted);
    const features = frozen.features.map((name) => ({ name, kind: "numeric" as const, values: pick(column(name)) }));
    const target = pick(column("cnt"));
    return { rows: target.length, features, target };
  };
  return { train: part(false), judged: part(true) };
}

const losses: Record<Name, (p: number, t: number) => number> = {
  squared: (p, t) => (p - t) ** 2,
  absolute: (p, t) => Math.abs(p - t),
  huber: (p, t) => (Math.abs(p - t) <= 50 ? 0.5 * (p - t) ** 2 : 50 * (Math.abs(p - t) - 25)),
  quantile: (p, t) => (t >= p ? 0.8 : -0.2) * (t - p),
  poisson: (p, t) => 2 * (t * Math.log(t / p) - t + p),
  gamma: (p, t) => 2 * (t / p - 1 - Math.log(t / p)),
  tweedie: (p, t) => 2 * (Math.sqrt(t) / (-0.5 * 0.5) + t / Math.sqrt(p) / 0.5 + Math.sqrt(p) / 0.5),
};

async function lossOf(name: Name, more: object = {}): Promise<number> {
  const { train, judged } = halves();
  const options = gbdtOptions.parse({
    trees: 100,
    objective: name,
    quantile: 0.8,
    huberDelta: 50,
    tweediePower: 1.5,
    ...more,
  });
  const input: FitInput = { task: "regression", classes: 1, train };
  const predicted = gbdt.predict(await gbdt.fit(input, options, context), judged.features, judged.rows);
  return predicted.reduce((sum, p, i) => sum + losses[name](p, judged.target[i]!), 0) / judged.rows;
}

/** Gamma's steps are held where its loss is least; Newton's own, LightGBM's, run away on rows far below their forecast. */
const mostRatio = (name: Name) => (name === "gamma" ? 0.7 : 1.01);

for (const name of Object.keys(losses) as Name[])
  test.skipIf(!hasSharedData)(
    `${name}: at most ${mostRatio(name)} of LightGBM's loss${withoutSharedData}`,
    async () => {
      const loss = await lossOf(name);
      expect(loss / frozen[name]).toBeLessThan(mostRatio(name));
    },
  );

test.skipIf(!hasSharedData)(`monotone: within 1 % of LightGBM's basic method${withoutSharedData}`, async () => {
  const loss = await lossOf("squared", { monotone: { temp: 1, hum: -1 } });
  expect(loss / frozen.monotone).toBeLessThan(1.01);
});
