import { load, type Program, type ProgramNode, type Tensor } from "@millrace/program";
import { expect, test } from "vitest";
import { shareNodes } from "./share-nodes.ts";

const table = (...values: number[]): Tensor => ({ type: "f64", values: Float64Array.from(values) });
const steps = (input: number, name: string): ProgramNode => ({
  op: "steps",
  version: 1,
  inputs: [input],
  attributes: { edges: { tensor: `${name}.edges` }, values: { tensor: `${name}.values` } },
  label: name,
});
const tensors = new Map([
  ...["one", "two", "other"].map((name) => [`${name}.edges`, table(0, 10)] as const),
  ...["one", "two"].map((name) => [`${name}.values`, table(1, 2, 3)] as const),
  ["other.values", table(1, 2, 4)] as const,
]);

const program: Program = {
  format: 1,
  inputs: [{ name: "x", type: "number", missingAllowed: true }],
  nodes: [
    { op: "impute", version: 1, inputs: [0], attributes: { value: 5 }, label: "first" },
    { op: "impute", version: 1, inputs: [0], attributes: { value: 5 }, label: "second" },
    { op: "impute", version: 1, inputs: [0], attributes: { value: 6 } },
    steps(1, "one"),
    steps(2, "two"),
    steps(2, "other"),
    steps(3, "two"),
    { op: "combine", version: 1, inputs: [4, 5, 6, 7], attributes: { weights: [1, 10, 100, 1000] } },
  ],
  outputs: { task: "regression", score: 8 },
};

test("the same computation on the same inputs is kept once, and gives the same", () => {
  const shared = shareNodes({ program, tensors });
  expect(shared.nodes.map(({ op, inputs, label }) => [op, inputs, label])).toEqual([
    ["impute", [0], "first"],
    ["impute", [0], undefined],
    ["steps", [1], "one"],
    ["steps", [1], "other"],
    ["steps", [2], "two"],
    ["combine", [3, 3, 4, 5], undefined],
  ]);
  const names = new Set(
    shared.nodes.flatMap(({ attributes }) => Object.values(attributes).map((one) => JSON.stringify(one))),
  );
  expect([...names].filter((name) => name.includes("tensor"))).toEqual(
    ["one.edges", "one.values", "other.values"].map((name) => JSON.stringify({ tensor: name })),
  );
  const [before, after] = [program, shared].map((one) => load({ program: one, tensors }));
  for (const x of [-1, 0, 5, 10, 11, null]) expect(after!.score({ x })).toEqual(before!.score({ x }));
});
