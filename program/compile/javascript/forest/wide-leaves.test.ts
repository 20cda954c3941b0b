import fc from "fast-check";
import { expect, test } from "vitest";
import { load } from "../../../interpreter/load.ts";
import type { Program, Tensor } from "../../../model.ts";
import { pickFromTape, tape } from "../../../testing/fixtures/tape.ts";
import { randomForest } from "../../../testing/random-forest.ts";
import { frameOf, randomRows } from "../../../testing/random-program.ts";
import { checkProgram } from "../../../validate.ts";
import { singleLeaves } from "../../lower/single-leaves.ts";
import { forestOf } from "../../lower/vectors.ts";
import { layOutForest } from "../../printing/forest-layout.ts";
import { compileScorer } from "../compile-scorer.ts";

const classes = ["a", "b", "c"];

function made(choices: readonly number[]) {
  const pick = pickFromTape(choices);
  const tensors = new Map<string, Tensor>();
  const attributes = randomForest(pick, tensors, "forest", 3, classes.length, 2);
  const program: Program = {
    format: 1,
    inputs: [0, 1, 2].map((k) => ({ name: `x${k}`, type: "number", missingAllowed: true })),
    nodes: [{ op: "trees", version: 2, inputs: [0, 1, 2], attributes }],
    outputs: { task: "multiclass", score: 3, classes },
  };
  return { program, tensors, rows: randomRows(pick, program.inputs, 40) };
}

/** The program with every tree once for each class. */
function once({ program, tensors }: { readonly program: Program; readonly tensors: ReadonlyMap<string, Tensor> }) {
  const { leafWidth, bases, ...single } = singleLeaves(forestOf(checkProgram(program, tensors)[0]!.attributes));
  expect(leafWidth).toBe(1);
  const named = Object.keys(single).map((name) => [name, { tensor: name }]);
  const attributes = { base: bases, classes: bases.length, ...Object.fromEntries(named) };
  const types = Object.entries(single).map(
    ([name, values]) => [name, { type: typeOf(values), values } as Tensor] as const,
  );
  return {
    program: { ...program, nodes: [{ ...program.nodes[0]!, version: 1 as const, attributes }] },
    tensors: new Map(types),
  };
}

const typeOf = (values: unknown) =>
  values instanceof Float64Array
    ? "f64"
    : values instanceof Int32Array
      ? "i32"
      : values instanceof Uint8Array
        ? "u8"
        : "u32";

function expectSame(source: ReturnType<typeof made>) {
  const [compiled, interpreter, again] = [compileScorer(source), load(source), load(once(source))];
  for (const row of source.rows) {
    const score = interpreter.score(row);
    expect(compiled.score(row)).toEqual(score);
    expect(again.score(row)).toEqual(score);
  }
  const frame = frameOf(source.program.inputs, source.rows);
  const scores = interpreter.scoreFrame(frame);
  expect(compiled.scoreFrame(frame)).toEqual(scores);
  expect(again.scoreFrame(frame)).toEqual(scores);
}

test("leaves of all classes give the bits of trees of one class each, walked, compiled and held once a class", () => {
  fc.assert(
    fc.property(tape, (choices) => expectSame(made(choices))),
    { numRuns: 60 },
  );
});

test("so do trees that share parts, which no layout holds", () => {
  const source = made([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9]);
  const roots = source.tensors.get("forest.treeStart")!.values as Int32Array;
  source.tensors.set("forest.treeStart", { type: "i32", values: Int32Array.of(...roots, ...roots) });
  expect(roots.some((root) => root >= 0)).toBe(true);
  const forest = forestOf(checkProgram(source.program, source.tensors)[0]!.attributes);
  expect(layOutForest(forest, [0, 1, 2], true)).toBeUndefined();
  expectSame(source);
});
