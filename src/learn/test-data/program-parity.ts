import { type Column, load, type ProgramInput } from "@millrace/program";
import { expect } from "vitest";
import { scoresOf } from "../automl/trial/scores.ts";
import type { FittedModel, Learner, LearningFeature } from "../model.ts";
import { assembleProgram } from "../program/assemble-program.ts";

/** Holds a model's program to its `predict`, bit for bit, on features as numbers with missing values allowed. */
export function expectProgramScores<M extends FittedModel>(
  learner: Pick<Learner<M>, "predict" | "toProgram">,
  model: M,
  features: readonly LearningFeature[],
  rows: number,
): void {
  const inputs: ProgramInput[] = features.map(({ name }) => ({ name, type: "number", missingAllowed: true }));
  const placed = {
    model,
    features: inputs.map((_, ref) => ({ ref })),
    toNodes: (refs: Parameters<typeof learner.toProgram>[1]) => learner.toProgram(model, refs),
  };
  const { task } = model;
  const classes = task === "regression" ? [] : Array.from({ length: model.classes }, (_, c) => String(c));
  const calibration = { kind: "none" } as const;
  const program = assembleProgram({ inputs, nodes: [], tensors: new Map() }, [placed], { task, classes, calibration });
  const columns = new Map(
    features.map(({ name, values, missing }): [string, Column] => [
      name,
      { type: "number", values, ...(missing === undefined ? {} : { missing }) },
    ]),
  );
  const expected = scoresOf(task, Math.max(classes.length, 1), learner.predict(model, features, rows));
  expect(Array.from(load(program).scoreFrame({ rows, columns }).score)).toEqual(Array.from(expected));
}
