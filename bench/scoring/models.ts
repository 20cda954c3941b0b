import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Column, Frame, Program, Tensors } from "@millrace/program";
import { compilers } from "@millrace/program/compile";
import { importLightGbm } from "@millrace/program/import";
import { encodeProgram } from "@millrace/program/write";
import { plainContext, randomStream } from "#kernel";
import { gbdtOptions, learners } from "#learn";
import { generatedRows } from "../learn/generated-rows.ts";
import type { Peers } from "./peers.ts";

export interface Model {
  readonly name: string;
  readonly program: Program;
  readonly tensors: Tensors;
  readonly frame: Frame;
}

export const width = 28;

/** Trees over 28 numbers, of this project's own learner. */
export async function numericModel(trees: number, frameRows: number): Promise<Model> {
  const data = generatedRows({ rows: 20_000, numeric: 28, categorical: 0 }, 1);
  const options = gbdtOptions.parse({ trees, leaves: 31, learningRate: 0.05 });
  const model = await learners.gbdt.fit({ task: "binary", classes: 2, train: data }, options, {
    ...plainContext(),
    seed: 1,
    threads: 1,
  });
  const inputs = data.features.map(({ name }) => ({ name, type: "number", missingAllowed: true }) as const);
  const features = inputs.map((_, ref) => ({ ref }));
  const { nodes, tensors, score } = learners.gbdt.toProgram(model, { features, nextRef: inputs.length, prefix: "" });
  const program: Program = {
    format: 1,
    inputs,
    nodes,
    outputs: { task: "binary", score, classes: ["no", "yes"], threshold: 0.5 },
  };
  return { name: nameOf(trees), program, tensors, frame: numbersFrame(frameRows) };
}

const nameOf = (trees: number) => `${trees} trees × 31 leaves, ${width} numbers`;

function numbersFrame(rows: number): Frame {
  const columns = new Map<string, Column>(
    generatedRows({ rows, numeric: width, categorical: 0 }, 2).features.map(({ name, values, missing }) => [
      name,
      { type: "number", values: values as Float64Array, ...(missing === undefined ? {} : { missing }) },
    ]),
  );
  return { rows, columns };
}

export interface PeerModel extends Model {
  /** LightGBM's own file, its ONNX graph of one tensor of floats, and the rows of the frame side by side as doubles. */
  readonly files: { readonly model: string; readonly onnx: string; readonly rows: string };
}

/** Trees over 28 numbers that LightGBM trained, so that every peer scores the very same model. */
export async function lightGbmModel(trees: number, frameRows: number, peers: Peers): Promise<PeerModel> {
  const path = (name: string) => join(peers.folder, name);
  const train = generatedRows({ rows: 20_000, numeric: width, categorical: 0 }, 1);
  writeFileSync(path("train.f64"), sideBySide(train.rows, train.features));
  writeFileSync(path("target.f64"), train.target as Float64Array);
  const files = { model: path(`${trees}.txt`), onnx: path(`${trees}.onnx`), rows: path(`rows-${trees}.f64`) };
  await peers.ask({
    train: path("train.f64"),
    target: path("target.f64"),
    width,
    trees,
    to: files.model,
    onnx: files.onnx,
  });
  const { program, tensors } = importLightGbm(readFileSync(files.model, "utf8"));
  const frame = numbersFrame(frameRows);
  const named = new Map([...frame.columns.values()].map((column, k) => [program.inputs[k]!.name, column]));
  writeFileSync(files.rows, sideBySide(frame.rows, [...named.values()] as Parameters<typeof sideBySide>[1]));
  return {
    name: `${nameOf(trees)}, trained by LightGBM`,
    program,
    tensors,
    frame: { rows: frame.rows, columns: named },
    files,
  };
}

function sideBySide(
  rows: number,
  columns: readonly { readonly values: ArrayLike<number>; readonly missing?: Uint8Array | undefined }[],
): Float64Array {
  const out = new Float64Array(rows * columns.length);
  columns.forEach(({ values, missing }, k) => {
    for (let i = 0; i < rows; i++) out[i * columns.length + k] = missing?.[i] === 1 ? Number.NaN : values[i]!;
  });
  return out;
}

/** 20 raw columns (10 numbers, 8 texts, 2 dates) with their features, then 100 trees. */
export async function rawModel(frameRows: number): Promise<Model> {
  const random = randomStream(3, "bench/score");
  const rows = 20_000;
  const data = generatedRows({ rows, numeric: 10, categorical: 12 }, 1);
  const options = gbdtOptions.parse({ trees: 100, leaves: 31, learningRate: 0.1 });
  const model = await learners.gbdt.fit({ task: "binary", classes: 2, train: data }, options, {
    ...plainContext(),
    seed: 1,
    threads: 1,
  });
  const inputs = [
    ...Array.from({ length: 10 }, (_, k) => ({ name: `x${k}`, type: "number", missingAllowed: true }) as const),
    ...Array.from({ length: 8 }, (_, k) => ({ name: `c${k}`, type: "string", missingAllowed: true }) as const),
    ...Array.from({ length: 2 }, (_, k) => ({ name: `t${k}`, type: "timestamp", missingAllowed: true }) as const),
  ];
  const levels = (k: number) => Array.from({ length: [7, 40, 120][k % 3]! }, (_, i) => `level ${k}-${i}`);
  const first = [
    ...Array.from({ length: 10 }, (_, k) => ({ op: "impute", inputs: [k], attributes: { value: 0.5 } })),
    ...Array.from({ length: 8 }, (_, k) => ({
      op: "ordinal",
      inputs: [10 + k],
      attributes: { levels: levels(k), unseen: null, missing: null },
    })),
    ...Array.from({ length: 2 }, (_, k) => ({ op: "datePart", inputs: [18 + k], attributes: { part: "dayOfWeek" } })),
    ...Array.from({ length: 2 }, (_, k) => ({ op: "datePart", inputs: [18 + k], attributes: { part: "month" } })),
  ].map((node) => ({ ...node, version: 1 as const }));
  const features = first.map((_, k) => ({ ref: inputs.length + k }));
  const made = learners.gbdt.toProgram(model, { features, nextRef: inputs.length + first.length, prefix: "" });
  const program: Program = {
    format: 1,
    inputs,
    nodes: [...first, ...made.nodes],
    outputs: { task: "binary", score: made.score, classes: ["no", "yes"], threshold: 0.5 },
  };
  const columns = new Map<string, Column>();
  const count = Math.min(frameRows, 100_000);
  inputs.forEach(({ name, type }, c) => {
    const draw = (i: number) => random.uint32At(c * count + i) / 4294967296;
    if (type === "string") {
      const all = levels(c - 10);
      columns.set(name, {
        type,
        codes: Int32Array.from({ length: count }, (_, i) => Math.floor(draw(i) * all.length)),
        levels: all,
      });
    } else if (type === "timestamp")
      columns.set(name, { type, values: Float64Array.from({ length: count }, (_, i) => Math.floor(draw(i) * 1.7e15)) });
    else columns.set(name, { type, values: Float64Array.from({ length: count }, (_, i) => draw(i) * 60) });
  });
  return {
    name: "20 raw columns, 100 trees × 31 leaves",
    program,
    tensors: made.tensors,
    frame: { rows: count, columns },
  };
}

export function rowsOf({ frame }: Model, count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(
      [...frame.columns].map(([name, column]) => {
        if (column.type === "string") return [name, column.levels[column.codes[i]!] ?? null];
        return [name, column.type !== "vector" && column.missing?.[i] === 1 ? null : column.values[i]!];
      }),
    ),
  );
}

export function writeModel(model: Model, into: string, rows: readonly Record<string, unknown>[]): void {
  const folder = join(into, model.name.replace(/[^a-z0-9]+/gi, "-"));
  mkdirSync(folder, { recursive: true });
  const { json, tensors } = encodeProgram(model.program, model.tensors);
  writeFileSync(join(folder, "program.json"), json);
  writeFileSync(join(folder, "tensors.bin"), tensors);
  const names = model.program.inputs.map(({ name }) => name);
  writeFileSync(
    join(folder, "rows.csv"),
    [names, ...rows.map((row) => names.map((name) => row[name] ?? ""))].map((line) => `${line.join(",")}\n`).join(""),
  );
  for (const [target, compiler] of compilers) {
    if (compiler.supports(model.program, model.tensors).length > 0) continue;
    mkdirSync(join(folder, target), { recursive: true });
    for (const { path, content } of compiler.compile(model.program, model.tensors, { name: "bench" }).files) {
      mkdirSync(join(folder, target, path, ".."), { recursive: true });
      writeFileSync(join(folder, target, path), content);
    }
  }
}
