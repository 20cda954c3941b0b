import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { load, type RowScore } from "../../interpreter/load.ts";
import type { Program, ProgramInput, Tensor } from "../../model.ts";
import { runPython, skipsPython } from "../../testing/fixtures/python.ts";
import { parityCase, pickFrom, randomCases } from "../../testing/parity.ts";
import { onnxCompiler } from "./compiler.ts";

const { tolerance } = onnxCompiler.traits;
type Row = Readonly<Record<string, unknown>>;

function modelOf(program: Program, tensors: Map<string, Tensor>, name = "model"): Uint8Array {
  return onnxCompiler.compile(program, tensors, { name }).files[0]!.content as Uint8Array;
}

/** A row as the runtime takes it: texts, and numbers with NaN for missing. */
function rawOf(input: ProgramInput, row: Row): string | number {
  const value = Object.hasOwn(row, input.name) ? row[input.name] : null;
  if (input.type === "string") return value === null ? "" : String(value).toWellFormed();
  return value === null ? Number.NaN : Number(value);
}

interface Found {
  readonly score: number;
  readonly prediction: string | number;
  readonly scores: readonly number[];
}

/** Tensors go by the inputs' place, because a name may be written differently. */
async function runOnnx(program: Program, tensors: Map<string, Tensor>, rows: readonly Row[]): Promise<Found[]> {
  const session = await InferenceSession.create(modelOf(program, tensors), { logSeverityLevel: 3 });
  const used = usedInputs(program, tensors);
  const feeds = Object.fromEntries(
    session.inputNames.map((name, i) => {
      const values = rows.map((row) => rawOf(used[i]!, row));
      const shape = [rows.length, 1];
      return used[i]!.type === "string"
        ? [name, new OnnxTensor("string", values as string[], shape)]
        : [name, new OnnxTensor("float64", Float64Array.from(values as number[]), shape)];
    }),
  );
  const { score, prediction, scores } = await session.run(feeds);
  const width = program.outputs.classes?.length ?? 0;
  return rows.map((_, i) => ({
    score: score!.data[i] as number,
    prediction: prediction!.data[i] as string | number,
    scores: Array.from({ length: width }, (_, k) => scores!.data[i * width + k] as number),
  }));
}

function usedInputs(program: Program, tensors: Map<string, Tensor>): ProgramInput[] {
  const used = JSON.parse(metadata(modelOf(program, tensors), "millrace.inputs")) as { column: string }[];
  return used.map(({ column }) => program.inputs.find(({ name }) => name === column)!);
}

/** The text after a metadata key: the file is not parsed, its entries are short. */
function metadata(model: Uint8Array, key: string): string {
  const bytes = Buffer.from(model);
  let at = bytes.lastIndexOf(key) + key.length + 1;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    length += (byte & 127) << shift;
    if (byte < 128) break;
  }
  return bytes.subarray(at, at + length).toString("utf8");
}

const distance = (wanted: number, found: number) =>
  wanted === found || (Number.isNaN(wanted) && Number.isNaN(found))
    ? 0
    : Math.abs(wanted - found) / Math.max(1, Math.abs(wanted));

/** The largest distance of a score, and how many predictions differ although the scores agree. */
function compare(program: Program, wanted: readonly RowScore[], found: readonly Found[]) {
  const { task, classes = [] } = program.outputs;
  let worst = 0;
  let differing = 0;
  wanted.forEach(({ score, scores, prediction }, i) => {
    const each = [distance(score ?? Number.NaN, found[i]!.score)];
    classes.forEach((name, k) => {
      each.push(distance(scores?.[name] ?? Number.NaN, found[i]!.scores[k]!));
    });
    worst = Math.max(worst, ...each.map((one) => (Number.isNaN(one) ? Number.POSITIVE_INFINITY : one)));
    if (prediction !== null && task !== "regression" && prediction !== found[i]!.prediction) differing++;
    if (prediction === null) expect(found[i]!.prediction).toBe(task === "regression" ? Number.NaN : "");
  });
  return { worst, differing };
}

/** onnxruntime-node hands texts over as C strings, which end at a NUL; Python's runtime does not. */
const crossesNode = (row: Row) =>
  !Object.values(row).some((value) => typeof value === "string" && value.includes("\0"));

describe("ONNX in onnxruntime-node", () => {
  test("scores random programs within the tolerance; predictions differ only on ties", {
    timeout: 300_000,
  }, async () => {
    let rows = 0;
    let differing = 0;
    for (const { program, tensors, rows: all } of randomCases(2026, 160, 100)) {
      const some = all.filter(crossesNode);
      const scorer = load({ program, tensors });
      const found = await runOnnx(program, tensors, some);
      const wanted = some.map((row) => scorer.score(row));
      const result = compare(program, wanted, found);
      expect(result.worst).toBeLessThan(tolerance);
      rows += some.length;
      differing += result.differing;
      // where one differs, two scores of it are equal but for rounding, or the score is the threshold but for rounding
      wanted.forEach(({ prediction, score, scores }, i) => {
        if (prediction === null || program.outputs.task === "regression" || prediction === found[i]!.prediction) return;
        const other = scores![found[i]!.prediction]!;
        expect(Math.abs((program.outputs.task === "binary" ? 0.5 : other) - score!)).toBeLessThan(tolerance);
      });
    }
    expect(rows).toBeGreaterThan(10_000);
    expect(differing).toBeLessThan(rows / 1000);
  });

  test("takes categories by set: fractions, unknown and missing ones go where the tree says", async () => {
    const odd = [
      ...[Number.NaN, Number.NEGATIVE_INFINITY, -32, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3, 30, 30.5, 31, 31.5, 32],
      ...[33, 52, 53, 63, 64, 65, 128, 1e9, 4294967296, 4294967297, 2 ** 53, 2 ** 64, 1e300, Number.POSITIVE_INFINITY],
    ];
    const sets = [
      [],
      [0],
      [1],
      [2],
      [0xffffffff],
      [22],
      [0x80000001],
      [0x40000000],
      [5, 9],
      [0, 0, 1],
      [0xffffffff, 1],
    ];
    for (const words of sets)
      for (const missingLeft of [0, 1])
        for (const numericToo of [false, true]) {
          const { program, tensors } = setSplit(words, missingLeft, numericToo);
          const scorer = load({ program, tensors });
          const rows = odd.map((x) => ({ x }));
          const found = await runOnnx(program, tensors, rows);
          expect(found.map(({ score }) => score)).toEqual(rows.map((row) => scorer.score(row).score));
        }
  });

  test("compares thresholds as doubles, not as rounded floats", async () => {
    const thresholds = [0.1, 1 / 3, 1e-300, 5e-324, -1e300, 16777217, 1e308, Number.POSITIVE_INFINITY];
    for (const threshold of thresholds)
      for (const missingLeft of [0, 1]) {
        const { program, tensors } = numericSplit(threshold, missingLeft);
        const scorer = load({ program, tensors });
        const near = [next(threshold, -1), threshold, next(threshold, 1), Math.fround(threshold), Number.NaN, 0];
        const rows = [...near, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY].map((x) => ({ x }));
        const found = await runOnnx(program, tensors, rows);
        expect(found.map(({ score }) => score)).toEqual(rows.map((row) => scorer.score(row).score));
      }
  });

  test("gives no score where an input is missing that may not be", async () => {
    const { program, tensors } = numericSplit(1, 1);
    const strict = { ...program, inputs: [{ ...program.inputs[0]!, missingAllowed: false }] };
    const found = await runOnnx(strict, tensors, [{ x: 1 }, {}]);
    expect(found.map(({ score }) => score)).toEqual([1.25, Number.NaN]);
  });

  test("keeps odd names, levels and classes apart from the graph", async () => {
    for (const { program, tensors, rows } of hostileCases()) {
      const scorer = load({ program, tensors });
      const some = rows.filter(crossesNode);
      const result = compare(
        program,
        some.map((row) => scorer.score(row)),
        await runOnnx(program, tensors, some),
      );
      expect(result).toEqual({ worst: expect.toSatisfy((worst: number) => worst < tolerance), differing: 0 });
    }
  });

  test("loads a thousand trees and a table of 100,000 levels", { timeout: 120_000 }, async () => {
    const { program, tensors } = manyTrees(1000, 31);
    const scorer = load({ program, tensors });
    const rows = Array.from({ length: 200 }, (_, i) => ({ x: i / 10 - 10, level: `level ${i * 601}` }));
    const found = await runOnnx(program, tensors, rows);
    const result = compare(
      program,
      rows.map((row) => scorer.score(row)),
      found,
    );
    expect(result.worst).toBeLessThan(1e-12);
  });
});

describe.skipIf(skipsPython)("ONNX in Python (skipped where uv is not there)", () => {
  test("passes the checker, and Python's onnxruntime gives the interpreter's scores", { timeout: 600_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), "millrace-onnx-"));
    try {
      const cases = [...randomCases(99, 60, 40), ...hostileCases()];
      const feeds = cases.map(({ program, tensors, rows }, k) => {
        writeFileSync(join(folder, `${k}.onnx`), modelOf(program, tensors));
        return usedInputs(program, tensors).map((input) => ({
          text: input.type === "string",
          // JSON has no NaN and no infinity
          values: rows.map((row) => rawOf(input, row)).map((value) => (input.type === "string" ? value : `${value}`)),
        }));
      });
      const output = runPython(python, ["onnx==1.23.2", "onnxruntime==1.31.1", "numpy"], JSON.stringify(feeds), [
        folder,
      ]);
      const found = JSON.parse(output) as { score: string[]; prediction: string[]; scores: string[][] }[];
      cases.forEach(({ program, tensors, rows }, k) => {
        const scorer = load({ program, tensors });
        const read = rows.map((_, i) => ({
          score: Number(found[k]!.score[i]),
          prediction: program.outputs.task === "regression" ? Number(found[k]!.score[i]) : found[k]!.prediction[i]!,
          scores: found[k]!.scores[i]?.map(Number) ?? [],
        }));
        const result = compare(
          program,
          rows.map((row) => scorer.score(row)),
          read,
        );
        expect(result.worst).toBeLessThan(tolerance);
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Checks every model, runs it on its rows and prints what comes out; numbers go as texts. */
const python = `
import json, sys
import numpy, onnx, onnxruntime
def text(v):
    return repr(float(v)).replace("inf", "Infinity")
out = []
for k, feeds in enumerate(json.load(sys.stdin)):
    path = f"{sys.argv[1]}/{k}.onnx"
    onnx.checker.check_model(path, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    named = {}
    for value, feed in zip(session.get_inputs(), feeds):
        values = feed["values"] if feed["text"] else [float(v) for v in feed["values"]]
        named[value.name] = numpy.array(values, dtype=object if feed["text"] else numpy.float64).reshape(-1, 1)
    found = dict(zip([o.name for o in session.get_outputs()], session.run(None, named)))
    out.append({
        "score": [text(v) for v in found["score"]],
        "prediction": [v if isinstance(v, str) else text(v) for v in found["prediction"].tolist()],
        "scores": [[text(v) for v in row] for row in found.get("scores", [])],
    })
print(json.dumps(out))
`;

function forestProgram(
  columns: Record<string, number[]>,
  base: number,
): { program: Program; tensors: Map<string, Tensor> } {
  const tensors = new Map<string, Tensor>();
  const types = {
    f64: ["threshold", "leafValue"],
    i32: ["treeStart", "feature", "left", "right", "bitsetStart"],
    u8: ["missingLeft", "categorical"],
    u32: ["bitsets"],
  };
  for (const name of types.f64) tensors.set(name, { type: "f64", values: Float64Array.from(columns[name]!) });
  for (const name of types.i32) tensors.set(name, { type: "i32", values: Int32Array.from(columns[name]!) });
  for (const name of types.u8) tensors.set(name, { type: "u8", values: Uint8Array.from(columns[name]!) });
  for (const name of types.u32) tensors.set(name, { type: "u32", values: Uint32Array.from(columns[name]!) });
  const attributes = {
    base,
    ...Object.fromEntries(Object.values(types).flatMap((names) => names.map((tensor) => [tensor, { tensor }]))),
  };
  const program: Program = {
    format: 1,
    inputs: [{ name: "x", type: "number", missingAllowed: true }],
    nodes: [{ op: "trees", version: 1, inputs: [0], attributes }],
    outputs: { task: "regression", score: 1 },
  };
  return { program, tensors };
}

/** A split by a set of categories; below its left side perhaps one by a number of the same column. */
function setSplit(bitsets: number[], missingLeft: number, numericToo: boolean) {
  const twice = (one: number, two: number) => (numericToo ? [one, two] : [one]);
  return forestProgram(
    {
      treeStart: [0],
      feature: twice(0, 0),
      threshold: twice(0, 2.25),
      left: twice(numericToo ? 1 : -1, -1),
      right: twice(-2, -3),
      missingLeft: twice(missingLeft, 1),
      categorical: twice(1, 0),
      bitsetStart: [0, bitsets.length, ...(numericToo ? [bitsets.length] : [])],
      bitsets,
      leafValue: [1, 2, 4],
    },
    0.25,
  );
}

function numericSplit(threshold: number, missingLeft: number) {
  return forestProgram(
    {
      treeStart: [0],
      feature: [0],
      threshold: [threshold],
      left: [-1],
      right: [-2],
      missingLeft: [missingLeft],
      categorical: [0],
      bitsetStart: [0, 0],
      bitsets: [],
      leafValue: [1, 2],
    },
    0.25,
  );
}

/** The double beside x, above or below. */
function next(x: number, direction: 1 | -1): number {
  if (!Number.isFinite(x)) return x;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + BigInt(x > 0 ? direction : -direction));
  return view.getFloat64(0);
}

function manyTrees(trees: number, leaves: number) {
  const pick = pickFrom(3);
  const columns: Record<string, number[]> = Object.fromEntries(
    [
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
    ].map((name) => [name, []]),
  );
  columns.bitsetStart!.push(0);
  const grow = (count: number): number => {
    if (count === 1) return ~(columns.leafValue!.push((pick(2001) - 1000) / 1000) - 1);
    const at = columns.feature!.push(0) - 1;
    columns.threshold!.push((pick(2001) - 1000) / 77);
    columns.missingLeft!.push(pick(2));
    columns.categorical!.push(0);
    columns.bitsetStart!.push(0);
    const left = 1 + pick(count - 1);
    columns.left!.push(0);
    columns.right!.push(0);
    columns.left![at] = grow(left);
    columns.right![at] = grow(count - left);
    return at;
  };
  for (let t = 0; t < trees; t++) columns.treeStart!.push(grow(leaves));
  const { program, tensors } = forestProgram(columns, 0.5);
  const levels = Array.from({ length: 100_000 }, (_, i) => `level ${i}`);
  tensors.set("values", { type: "f64", values: Float64Array.from(levels, (_, i) => i / 1000) });
  const inputs: ProgramInput[] = [...program.inputs, { name: "level", type: "string", missingAllowed: true }];
  const nodes = [
    { ...program.nodes[0]!, inputs: [0] },
    {
      op: "lookup",
      version: 1 as const,
      inputs: [1],
      attributes: { levels, values: { tensor: "values" }, unseen: -1, missing: null },
    },
    { op: "add", version: 1 as const, inputs: [2, 3], attributes: {} },
  ];
  return { program: { ...program, inputs, nodes, outputs: { task: "regression" as const, score: 4 } }, tensors };
}

/** Every string of a program, planted with what other languages trip over. */
function hostileCases() {
  const odd = [
    ...[
      "score",
      "prediction",
      "scores",
      "v0",
      "c1",
      "rows",
      "column_0",
      'a"b',
      "a'b",
      "\\",
      "*/",
      "/*",
      "//",
      "\n",
      "\r\n",
    ],
    ...[
      '"""',
      "$" + "{x}",
      "%s",
      "%",
      "\u2028",
      "\u2029",
      "😀",
      "é",
      "e\u0301",
      "a\0b",
      "\0",
      "</script>",
      "#",
      "--",
      " ",
      "\t",
    ],
    ...[
      "constructor",
      "toString",
      "hasOwnProperty",
      "x.y",
      "x/y",
      "x:y",
      "日本",
      "\ufeff",
      "\u202e",
      "{}",
      "[]",
      ",",
      ";",
    ],
  ];
  const name = (k: number) => odd[k % odd.length]!;
  return Array.from({ length: odd.length }, (_, k) => {
    const inputs: ProgramInput[] = [
      { name: name(k), type: "string", missingAllowed: true },
      { name: name(k + 1), type: "number", missingAllowed: true },
      { name: name(k + 2), type: "timestamp", missingAllowed: true, pattern: `%Y${name(k).replaceAll("%", "%%")}` },
    ];
    const levels = odd.filter((_, i) => (i + k) % 2 === 0);
    const tensors = new Map<string, Tensor>([
      ["values", { type: "f64", values: Float64Array.from(levels, (_, i) => i / 7 - 1) }],
    ]);
    const multiclass = k % 2 === 0;
    const add = (op: string, from: number[], attributes = {}) => ({
      op,
      version: 1 as const,
      inputs: from,
      attributes,
    });
    const nodes = [
      add("lookup", [0], { levels, values: { tensor: "values" }, unseen: -2, missing: 3 }),
      add("add", [3, 1]),
      add("hash", [0], { buckets: 7 }),
      add("impute", [5], { value: 1 }),
      add("datePart", [2], { part: "month" }),
      multiclass ? add("concat", [4, 6, 7]) : add("combine", [4, 6, 7], { weights: [1, -0.25, 0.125] }),
      add(multiclass ? "softmax" : "logistic", [8]),
    ];
    const classes = multiclass ? [name(k), name(k + 5), name(k + 9)] : [name(k), name(k + 1)];
    const program: Program = {
      format: 1,
      inputs,
      nodes,
      outputs: { task: multiclass ? "multiclass" : "binary", score: 9, classes },
    };
    const rows = odd.map((text, i) => ({ [name(k)]: text, [name(k + 1)]: i / 4 - 3, [name(k + 2)]: i * 2.7e12 }));
    return parityCase(program, tensors, [...rows, {}]);
  });
}
