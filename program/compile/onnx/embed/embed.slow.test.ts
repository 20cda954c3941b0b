import { readFileSync } from "node:fs";
import { InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { importOpaqueOnnx } from "../../../import/index.ts";
import type { Program, ProgramNode, Tensor } from "../../../model.ts";
import { onnxCompiler } from "../compiler.ts";

/** Written by freeze-graphs.py. */
interface Golden {
  readonly name: string;
  readonly opset: number;
  /** In base64. */
  readonly model: string;
  readonly rows: readonly (readonly (number | boolean)[])[];
  readonly outputs: readonly (readonly number[])[];
}
const goldens = JSON.parse(readFileSync(new URL("./graphs.golden.json", import.meta.url), "utf8")) as Golden[];

/** The graph between operators of the program: each output is seen by a linear model of its own, before and after. */
function around({ model, outputs }: Golden): { program: Program; tensors: Map<string, Tensor> } {
  const width = outputs[0]!.length;
  const bytes = new Uint8Array(Buffer.from(model, "base64"));
  const classes = Array.from({ length: width }, (_, k) => `class ${k}`);
  const { program, tensors } = importOpaqueOnnx(bytes, width === 1 ? {} : { classes });
  const nodes = [...program.nodes];
  const graph = program.inputs.length + nodes.findIndex(({ op }) => op === "onnxModel");
  const doubled: ProgramNode = { op: "combine", version: 1, inputs: [graph, graph], attributes: { weights: [1, 1] } };
  const score = program.inputs.length + nodes.push(doubled) - 1;
  return {
    program: {
      ...program,
      nodes,
      outputs: width === 1 ? { task: "regression", score } : { task: "multiclass", score, classes },
    },
    tensors,
  };
}

const compile = (golden: Golden) => {
  const { program, tensors } = around(golden);
  return onnxCompiler.compile(program, tensors, { name: "embedded" }).files[0]!.content as Uint8Array;
};

async function run(golden: Golden, rows: Golden["rows"]): Promise<number[][]> {
  const session = await InferenceSession.create(compile(golden), { logSeverityLevel: 3 });
  const { inputs } = around(golden).program;
  expect([...session.inputNames].sort()).toEqual(inputs.map(({ name }) => name).sort());
  const feeds = Object.fromEntries(
    inputs.map(({ name }, k) => {
      const values = Float64Array.from(rows, (row) => Number(row[k]));
      return [name, new OnnxTensor("float64", values, [rows.length, 1])];
    }),
  );
  const { score, scores } = await session.run(feeds);
  const found = (scores ?? score)!.data as Float64Array;
  const width = found.length / rows.length;
  return rows.map((_, row) => [...found.subarray(row * width, (row + 1) * width)]);
}

const accepted = goldens.filter(({ name }) => !name.startsWith("refused"));

describe("a graph from elsewhere within an exported one", () => {
  test.each(accepted)("gives what onnxruntime gives for it alone: $name, opset $opset", async (golden) => {
    const wanted = golden.outputs.map((row) => row.map((value) => expect.closeTo(2 * value, 5)));
    expect(await run(golden, golden.rows)).toEqual(wanted);
  });

  test("of a missing whole number gives no score, of a missing real what NaN gives", async () => {
    const codes = goldens.find(({ name }) => name.startsWith("two feeds"))!;
    const [row] = codes.rows;
    const found = await run(codes, [row!, [...row!.slice(0, 3), Number.NaN], [Number.NaN, ...row!.slice(1)]]);
    expect(found[0]!.every(Number.isFinite)).toBe(true);
    expect(found[1]!.every(Number.isNaN)).toBe(true);
    // a vector is missing whole
    expect(found[2]!.every(Number.isNaN)).toBe(true);
  });

  test("of a code that its table does not have gives no score, where the runtime would refuse the rows", async () => {
    const codes = goldens.find(({ name }) => name.startsWith("two feeds"))!;
    const [row] = codes.rows;
    const found = await run(codes, [[...row!.slice(0, 3), 5], [...row!.slice(0, 3), -1], row!]);
    expect(found.map(([value]) => Number.isNaN(value))).toEqual([true, true, false]);
  });

  test.each(goldens.filter(({ name }) => name.startsWith("refused")))("$name of an old opset", (golden) => {
    expect(() => compile(golden)).toThrow(/of an opset before 1\d/);
  });
});
