import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { load, type RowScore } from "../../interpreter/load.ts";
import type { Program, ProgramInput, Tensor } from "../../model.ts";
import { runPython, skipsPython } from "../../testing/fixtures/python.ts";
import { type Difference, expectGraphsToAgree } from "../../testing/fixtures/tape.ts";
import { type ParityCase, randomCases } from "../../testing/parity.ts";
import { frameOf } from "../../testing/random-program.ts";
import { nearSplits } from "../near-splits.ts";
import { onnxCompiler } from "./compiler.ts";
import { hostileCases, manyTrees, next, numericSplit, setSplit } from "./fixtures/odd-models.ts";

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

/** The first row that is wrong, and not beside a split: where a prediction differs, it must be a tie but for rounding. */
function differenceOf(
  { program, tensors }: Pick<ParityCase, "program" | "tensors">,
  rows: readonly Row[],
  wanted: readonly RowScore[],
  found: readonly Found[],
): Difference {
  const { task } = program.outputs;
  const beside = nearSplits(program, tensors, frameOf(program.inputs, rows), tolerance);
  const row = wanted.findIndex((one, i) => {
    if (beside(i)) return false;
    if (!(compare(program, [one], [found[i]!]).worst < tolerance)) return true;
    const { prediction, score, scores } = one;
    const said = found[i]!.prediction;
    if (prediction === null || task === "regression" || prediction === said) return false;
    return !(Math.abs((task === "binary" ? 0.5 : scores![said]!) - score!) < tolerance);
  });
  return row < 0 ? undefined : inspect({ row: rows[row], wanted: wanted[row], found: found[row] });
}

/** onnxruntime-node hands texts over as C strings, which end at a NUL; Python's runtime does not. */
const crossesNode = (row: Row) =>
  !Object.values(row).some((value) => typeof value === "string" && value.includes("\0"));

describe("ONNX in onnxruntime-node", () => {
  test("scores graphs and rows that fast-check draws within the tolerance; predictions differ only on ties", {
    timeout: 300_000,
  }, async () => {
    let rows = 0;
    let differing = 0;
    let apart = 0;
    await expectGraphsToAgree({ graphs: 160, rows: 100, seed: 2026 }, async (cases) => {
      const all: Difference[] = [];
      for (const { program, tensors, rows: drawn } of cases) {
        const some = drawn.filter(crossesNode);
        const scorer = load({ program, tensors });
        const found = await runOnnx(program, tensors, some);
        const wanted = some.map((row) => scorer.score(row));
        const result = compare(program, wanted, found);
        rows += some.length;
        differing += result.differing;
        if (!(result.worst < tolerance)) apart += 1;
        all.push(differenceOf({ program, tensors }, some, wanted, found));
      }
      return all;
    });
    expect(rows).toBeGreaterThan(10_000);
    expect(differing).toBeLessThan(rows / 1000);
    // programs with a row beside a split
    expect(apart).toBeLessThan(5);
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
          prediction:
            program.outputs.task === "regression" ? Number(found[k]!.prediction[i]) : found[k]!.prediction[i]!,
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
