import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Column, Frame } from "@millrace/program";
import { writeFrame } from "#dataset";
import type { FitInput, LearningData, LearningFeature } from "../model.ts";

/** The rows as a trainer sees them: features f0, f1, … as numbers, missing as null. */
export function featureFrame(features: readonly LearningFeature[], rows: number): Frame {
  const columns = features.map(({ values, missing }, k): [string, Column] => [
    `f${k}`,
    { type: "number", values: values.subarray(0, rows), ...(missing === undefined ? {} : { missing }) },
  ]);
  return { rows, columns: new Map(columns) };
}

/** Writes train.parquet, validation.parquet (where there is validation) and task.json to a folder. */
export async function writeTrainingRows({ task, classes, train, validation }: FitInput, seed: number, folder: string) {
  await writeFrame(labelled(train), join(folder, "train.parquet"));
  if (validation !== undefined) await writeFrame(labelled(validation), join(folder, "validation.parquet"));
  const features = train.features.map(({ name, kind, levels }, k) => ({
    column: `f${k}`,
    name,
    kind,
    ...(levels === undefined ? {} : { levels }),
  }));
  const weight = train.weights === undefined ? {} : { weight: "weight" };
  writeFileSync(
    join(folder, "task.json"),
    `${JSON.stringify({ task, classes, target: "target", ...weight, seed, features }, null, 1)}\n`,
  );
}

function labelled({ features, rows, target, weights }: LearningData): Frame {
  const { columns } = featureFrame(features, rows);
  const all = new Map(columns).set("target", { type: "number", values: target.subarray(0, rows) });
  if (weights !== undefined) all.set("weight", { type: "number", values: weights.subarray(0, rows) });
  return { rows, columns: all };
}
