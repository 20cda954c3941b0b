import { expect, test } from "vitest";
import type { Program, Tensor } from "../model.ts";
import { compilers } from "./compilers.ts";

test.for(["c", "go", "js"] as const)("%s: holds a forest of more lines than a call takes arguments", (name) => {
  const trees = 150_000;
  const each = (value: (k: number) => number) => Array.from({ length: trees }, (_, k) => value(k));
  const tensors = new Map<string, Tensor>([
    ["treeStart", { type: "i32", values: Int32Array.from(each((k) => k)) }],
    ["feature", { type: "i32", values: new Int32Array(trees) }],
    ["threshold", { type: "f64", values: Float64Array.from(each((k) => k / trees)) }],
    ["left", { type: "i32", values: Int32Array.from(each((k) => ~(2 * k))) }],
    ["right", { type: "i32", values: Int32Array.from(each((k) => ~(2 * k + 1))) }],
    ["missingLeft", { type: "u8", values: new Uint8Array(trees) }],
    ["categorical", { type: "u8", values: new Uint8Array(trees) }],
    ["bitsetStart", { type: "i32", values: new Int32Array(trees + 1) }],
    ["bitsets", { type: "u32", values: new Uint32Array() }],
    ["leafValue", { type: "f64", values: Float64Array.from({ length: 2 * trees }, (_, k) => (k % 7) / 8) }],
  ]);
  const refs = Object.fromEntries([...tensors.keys()].map((name) => [name, { tensor: name }]));
  const program: Program = {
    format: 1,
    inputs: [{ name: "x", type: "number", missingAllowed: true }],
    nodes: [
      { op: "trees", version: 1, inputs: [0], attributes: { base: 0, classes: 1, ...refs } },
      { op: "identityLink", version: 1, inputs: [1], attributes: {} },
    ],
    outputs: { task: "regression", score: 2 },
  };
  const { files } = compilers.get(name)!.compile(program, tensors, { name: "wide", version: 1, digest: "sha256:0a1b" });
  expect(files.some(({ content }) => content.length > 1_000_000)).toBe(true);
});
