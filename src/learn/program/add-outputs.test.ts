import { type Frame, load, type Program } from "@millrace/program";
import { describe, expect, test } from "vitest";
import { lostOn } from "../automl/trial/exportable.ts";
import { addOutputs, type WantedOutputs } from "./add-outputs.ts";

const program: Program = {
  format: 1,
  inputs: [
    { name: "x", type: "number", missingAllowed: true },
    { name: "kind", type: "string", missingAllowed: true },
  ],
  nodes: [
    { op: "impute", version: 1, inputs: [0], attributes: { value: 0 } },
    {
      op: "lookup",
      version: 1,
      inputs: [1],
      attributes: { levels: ["a"], values: { tensor: "v" }, unseen: 0, missing: 0 },
    },
    { op: "add", version: 1, inputs: [2, 3], attributes: {} },
  ],
  outputs: { task: "regression", score: 4 },
};
const tensors = new Map([["v", { type: "f64", values: Float64Array.of(0) } as const]]);
const columns = ["x", "kind", "y"];

function frameOf(x: readonly number[]): Frame {
  return {
    rows: x.length,
    columns: new Map([
      ["x", { type: "number", values: Float64Array.from(x) }],
      ["kind", { type: "string", codes: new Int32Array(x.length), levels: ["a"] }],
    ]),
  };
}

const training = frameOf(Array.from({ length: 101 }, (_, i) => i));
/** Errors of 1, −2, 3, … −40 around the score. */
const calibration = {
  frame: frameOf(Array.from({ length: 40 }, (_, i) => i)),
  target: Float64Array.from({ length: 40 }, (_, i) => i + (i % 2 === 0 ? 1 : -1) * (i + 1)),
};
const made = (wanted: WantedOutputs) => addOutputs({ program, tensors }, wanted, { calibration, training }, columns);

describe("outputs beside the score", () => {
  test("are an interval of the ⌈41 × 0.9⌉th error, and a score of what training did not see", () => {
    const scorer = load(made({ coverage: 0.9, outOfDomain: 0.05, abstain: {} }));
    expect(scorer.score({ x: 50, kind: "a" })).toEqual({
      score: 50,
      prediction: 50,
      intervalLow: 13,
      intervalHigh: 87,
      outOfDomain: 0,
      abstain: null,
    });
    // half of the distance 25 beyond 100, in units of the middle half (50), over two inputs
    expect(scorer.score({ x: 125, kind: "a" })).toMatchObject({
      outOfDomain: 0.25,
      prediction: null,
      abstain: "outOfDomain",
    });
    expect(scorer.score({ x: 50, kind: "new" })).toMatchObject({ outOfDomain: 0.5 });
    // training had no missing value
    expect(scorer.score({})).toMatchObject({ outOfDomain: 1 });
  });

  test("take invalid values by their policy, and leave a program that asks for nothing as it was", () => {
    expect(made({}).program).toEqual(program);
    const scorer = load(made({ invalid: { "*": "impute", kind: "abstain" } }));
    expect(scorer.score({ x: "many", kind: "a" })).toEqual({ score: 0, prediction: 0, abstain: null, imputed: ["x"] });
    expect(scorer.score({ x: 1 })).toEqual({ score: 1, prediction: null, abstain: "missingInput" });
    expect(() => made({ invalid: { knd: "impute" } })).toThrow(/no column "knd"/);
  });

  test("are refused where the rows are too few, or there is nothing to decide", () => {
    expect(() => made({ coverage: 0.99 })).toThrow(/40 calibration rows/);
    expect(() => made({ abstain: { maxError: 0.1 } })).toThrow(/no decisions/);
  });
});

test("what a target cannot express is said target by target", () => {
  const twins: Program = { ...program, inputs: [program.inputs[0]!, { ...program.inputs[1]!, name: "X" }] };
  expect(lostOn({ program: twins, tensors }, ["python", "sql", "sql:postgres"])).toEqual([
    expect.stringMatching(/^sql: .*differ only in case/),
  ]);
  expect(lostOn({ program, tensors }, ["sql", "onnx"])).toEqual([]);
});
