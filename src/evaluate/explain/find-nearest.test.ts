import type { Column, Frame, Program, Tensor } from "@millrace/program";
import { expect, test } from "vitest";
import { describeRules, findNearest } from "#evaluate";
import { columnOf } from "./columns.ts";

const program: Program = {
  format: 1,
  inputs: [
    { name: "x", type: "number", missingAllowed: true },
    { name: "plan", type: "string", missingAllowed: true },
  ],
  nodes: [
    { op: "ordinal", version: 1, inputs: [1], attributes: { levels: ["basic", "pro"], unseen: 2, missing: null } },
    {
      op: "trees",
      version: 1,
      inputs: [0, 2],
      attributes: Object.fromEntries([
        ["base", 1],
        ...[
          "treeStart",
          "feature",
          "threshold",
          "left",
          "right",
          "missingLeft",
          "categorical",
          "bitsetStart",
          "bitsets",
          "leafValue",
        ].map((name) => [name, { tensor: name }] as const),
      ]),
    },
  ],
  outputs: { task: "regression", score: 3 },
};
/** x ≤ 5: 10; else plan basic: 20, other: 30. */
const tensors = new Map<string, Tensor>([
  ["treeStart", { type: "i32", values: Int32Array.of(0) }],
  ["feature", { type: "i32", values: Int32Array.of(0, 1) }],
  ["threshold", { type: "f64", values: Float64Array.of(5, 0) }],
  ["left", { type: "i32", values: Int32Array.of(-1, -2) }],
  ["right", { type: "i32", values: Int32Array.of(1, -3) }],
  ["missingLeft", { type: "u8", values: Uint8Array.of(1, 0) }],
  ["categorical", { type: "u8", values: Uint8Array.of(0, 1) }],
  ["bitsetStart", { type: "i32", values: Int32Array.of(0, 0, 1) }],
  ["bitsets", { type: "u32", values: Uint32Array.of(1) }],
  ["leafValue", { type: "f64", values: Float64Array.of(10, 20, 30) }],
]);
const frame = (x: readonly (number | null)[], plan: readonly (string | null)[]): Frame => ({
  rows: x.length,
  columns: new Map<string, Column>([
    ["x", columnOf("number", x)],
    ["plan", columnOf("string", plan)],
  ]),
});
const examples = frame([0, 10, 6, null], ["basic", "pro", "pro", null]);
const rows = frame([7, null], ["pro", null]);

test("examples are ranked by Gower's distance, missing beside missing alike", () => {
  expect(findNearest({ program, tensors }, rows, examples, { keep: 2 })).toEqual([
    [
      { row: 2, distance: (0.1 + 0) / 2 },
      { row: 1, distance: (0.3 + 0) / 2 },
    ],
    [
      { row: 3, distance: 0 },
      { row: 0, distance: 1 },
    ],
  ]);
});

test("or by the leaves that they share", () => {
  expect(findNearest({ program, tensors }, rows, examples, { keep: 2, by: "leaves" })).toEqual([
    [
      { row: 1, distance: 0 },
      { row: 2, distance: 0 },
    ],
    [
      { row: 0, distance: 0 },
      { row: 3, distance: 0 },
    ],
  ]);
});

test("a tree is told in the names of inputs and levels, and rare levels are only counted", () => {
  expect(describeRules(program, tensors)).toEqual([
    "if x is at most 5 or missing: 11",
    "if x is above 5 and plan is one of basic: 21",
    "if x is above 5 and plan is one of pro or missing: 31",
  ]);
  expect(describeRules(program, tensors, (_, level) => level !== "basic")[1]).toBe(
    "if x is above 5 and plan is one of 1 others: 21",
  );
});
