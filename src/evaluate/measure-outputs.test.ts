import { expect, test } from "vitest";
import { describeOutputs, measureOutputs } from "./measure-outputs.ts";

test("says how many intervals hold, rows abstain and decisions are wrong, by hand", () => {
  const outputs = {
    task: "binary",
    score: 0,
    classes: ["no", "yes"],
    set: { members: 1, level: 0.9 },
    outOfDomain: { score: 2, threshold: 0.1 },
    abstain: {},
  } as const;
  const measured = measureOutputs(
    outputs,
    {
      score: Float64Array.of(0.9, 0.2, 0.6, 0.4),
      prediction: Int32Array.of(1, 0, 1, 0),
      extras: {
        set: Float64Array.of(0, 1, 1, 0, 1, 1, 0, 0),
        outOfDomain: Float64Array.of(0, 0, 0.2, 0),
        abstain: Uint8Array.of(0, 0, 2, 0),
      },
    },
    [1, 1, 0, Number.NaN],
  );
  expect(measured).toEqual({
    coverage: { level: 0.9, held: 2 / 3, meanSize: 4 / 3 },
    outOfDomainShare: 1 / 3,
    abstainedShare: 1 / 3,
    decidedErrorRate: 0.5,
  });
  expect(describeOutputs(measured!)).toEqual([
    "66.7 % of the true values are held (promised: 90.0 %); sets hold 1.33 classes on average.",
    "33.3 % of the rows are out of domain.",
    "33.3 % of the rows get no prediction; of the others 50.0 % are decided wrongly.",
  ]);
  expect(
    measureOutputs(
      { task: "regression", score: 0 },
      { score: Float64Array.of(1), prediction: Float64Array.of(1) },
      [1],
    ),
  ).toBeUndefined();
});
