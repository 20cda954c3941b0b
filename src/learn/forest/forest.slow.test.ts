import { readFileSync } from "node:fs";
import type { Column } from "@millrace/program";
import { expect, test } from "vitest";
import { evaluate } from "#evaluate";
import type { LearningData, LearningFeature } from "../model.ts";
import { columnOf, csvFrame } from "../test-data/csv-frame.ts";
import { hasSharedData, sharedData, withoutSharedData } from "../test-data/shared-data.ts";
import { extraTrees, forest } from "./forest.ts";

/** scikit-learn's means over five seeds with their deviation, on the same rows, by oracle/freeze-forests.py. */
const frozen = JSON.parse(readFileSync(new URL("../oracle/forests.golden.json", import.meta.url), "utf8")) as Record<
  string,
  { auc?: number; accuracy?: number; deviation: number }
>;

const judges = (i: number) => i % 10 === 3 || i % 10 === 7;

function featureOf(name: string, column: Column): LearningFeature {
  if (column.type === "string") {
    const codes = Float64Array.from(column.codes);
    const missing = Uint8Array.from(codes, (code) => Number(code < 0));
    return { name, kind: "categorical", levels: column.levels.length, values: codes, missing };
  }
  return numeric(name, column);
}

function numeric(name: string, column: Column): LearningFeature {
  const { values, missing } = column as Extract<Column, { values: Float64Array }>;
  return { name, kind: "numeric", values: Float64Array.from(values), ...(missing === undefined ? {} : { missing }) };
}

function part(features: readonly LearningFeature[], target: Float64Array, wanted: boolean): LearningData {
  const own = target.filter((_, i) => judges(i) === wanted);
  return {
    rows: own.length,
    target: own,
    features: features.map((feature) => ({
      ...feature,
      values: feature.values.filter((_, i) => judges(i) === wanted),
      ...(feature.missing === undefined ? {} : { missing: feature.missing.filter((_, i) => judges(i) === wanted) }),
    })),
  };
}

function labelled(file: string, label: string, positive: string, leftOut: readonly string[]) {
  const frame = csvFrame(`${sharedData}${file}`);
  const target = frame.columns.get(label) as Extract<Column, { type: "string" }>;
  const features = [...frame.columns].filter(([name]) => name !== label && !leftOut.includes(name));
  return {
    classes: 2,
    task: "binary" as const,
    features: features.map(([name, column]) => featureOf(name, name === "TotalCharges" ? numbersOf(column) : column)),
    target: Float64Array.from(target.codes, (code) => Number(target.levels[code] === positive)),
  };
}

/** A column of numbers in which a blank stands for missing. */
function numbersOf(column: Column): Column {
  const { codes, levels } = column as Extract<Column, { type: "string" }>;
  return columnOf(Array.from(codes, (code) => (levels[code] ?? "").trim()));
}

function wine() {
  const lines = readFileSync(`${sharedData}wine_quality/winequality-white.csv`, "utf8").trim().split(/\r?\n/);
  const columns = Array.from({ length: 12 }, (_, c) => columnOf(lines.map((line) => line.split(",")[c]!)));
  const quality = (columns[11] as { values: Float64Array }).values;
  return {
    classes: 3,
    task: "multiclass" as const,
    features: columns.slice(0, 11).map((column, c) => featureOf(`x${c}`, column)),
    target: Float64Array.from(quality, (value) => Math.max(5, Math.min(7, value)) - 5),
  };
}

const sets = {
  german: () => labelled("german_credit/credit-g.csv", "class", "good", []),
  telco: () => labelled("telco_churn/telco_churn.csv", "Churn", "Yes", ["customerID"]),
  wine,
};

for (const [set, read] of Object.entries(sets))
  for (const learner of [forest, extraTrees])
    test.skipIf(!hasSharedData)(
      `${learner.name} on ${set}: as good as scikit-learn's${withoutSharedData}`,
      async () => {
        const { task, classes, features, target } = read();
        const train = part(features, target, false);
        const judged = part(features, target, true);
        const results: number[] = [];
        for (const seed of [0, 1, 2]) {
          const context = { seed, threads: 1, stopping: () => false, progress: () => undefined };
          const model = await learner.fit({ task, classes, train }, learner.options.parse({}) as never, context);
          const margins = learner.predict(model, judged.features, judged.rows);
          if (task === "binary") {
            const input = { scores: margins.map((m) => 1 / (1 + Math.exp(-m))), labels: judged.target };
            results.push(evaluate("binary", input, { draws: 0 }).metrics.rocAucScore!.value!);
          } else {
            const right = judged.target.filter((label, i) => {
              const own = [0, 1, 2].map((c) => margins[c * judged.rows + i]!);
              return own.indexOf(Math.max(...own)) === label;
            });
            results.push(right.length / judged.rows);
          }
        }
        const mean = results.reduce((sum, value) => sum + value, 0) / results.length;
        const peer = frozen[`${set}/${learner.name}`]!;
        expect(mean).toBeGreaterThan((peer.auc ?? peer.accuracy)! - 2 * peer.deviation);
      },
      300_000,
    );
