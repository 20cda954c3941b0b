/*
 * Scoring in this process: 100 and 1,000 trees × 31 leaves over 28 numbers, compiled against interpreted, and beside
 * onnxruntime-node on the same model's ONNX export; then a pipeline of 20 raw columns with texts and dates. One row at a
 * time, and a frame of MILLRACE_BENCH_ROWS rows (100,000). `--write FOLDER` keeps model and rows for other peers.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { type Column, encodeProgram, type Frame, load, type Program, type Tensors } from "@millrace/program";
import { compilers } from "@millrace/program/compile";
import { compileScorer } from "@millrace/program/scorer";
import { plainContext, randomStream } from "#kernel";
import { gbdtOptions, learners } from "#learn";
import { generatedRows } from "./learn.ts";

const frameRows = Number(process.env.MILLRACE_BENCH_ROWS ?? 100_000);
const folder = process.argv.includes("--write") ? process.argv[process.argv.indexOf("--write") + 1] : undefined;

interface Model {
  readonly name: string;
  readonly program: Program;
  readonly tensors: Tensors;
  readonly frame: Frame;
}

for (const trees of [100, 1000]) await measure(await numericModel(trees));
await measure(await rawModel());

async function measure(model: Model): Promise<void> {
  const rows = rowsOf(model, 2000);
  console.log(`\n${model.name}`);
  const interpreted = load(model);
  const compiled = compileScorer(model);
  const results: [string, number][] = [];
  results.push(["interpreter, one row", await perRow(rows, interpreted.score)]);
  results.push(["compiled, one row", await perRow(rows, compiled.score)]);
  const peer = await onnxCall(model);
  if (peer !== undefined) results.push(["onnxruntime-node, one row", await perRow(rows.slice(0, 100), peer)]);
  for (const [what, us] of results)
    console.log(
      `  ${what.padEnd(28)} ${us.toFixed(2).padStart(9)} µs  ${Math.round(1e6 / us).toLocaleString("en")} rows/s`,
    );
  for (const [what, scorer] of [
    ["interpreter", interpreted],
    ["compiled", compiled],
  ] as const) {
    const ms = median(Array.from({ length: 3 }, () => timed(() => scorer.scoreFrame(model.frame))));
    console.log(
      `  ${`${what}, ${model.frame.rows.toLocaleString("en")} rows`.padEnd(28)} ${ms.toFixed(0).padStart(9)} ms  ${Math.round((model.frame.rows / ms) * 1000).toLocaleString("en")} rows/s`,
    );
  }
  if (folder !== undefined) write(model, folder, rows);
}

/** Microseconds a row, the median of fifteen runs after 45 warm ones: engines take some 100,000 rows to settle. */
async function perRow(rows: readonly Record<string, unknown>[], score: (row: never) => unknown): Promise<number> {
  const runs: number[] = [];
  for (let run = 0; run < 60; run++) {
    const began = performance.now();
    for (const row of rows) {
      const given = score(row as never);
      if (given instanceof Promise) await given;
    }
    runs.push(((performance.now() - began) * 1000) / rows.length);
  }
  return median(runs.slice(45));
}

async function onnxCall(model: Model): Promise<((row: Record<string, unknown>) => Promise<unknown>) | undefined> {
  const compiler = compilers.get("onnx");
  if (compiler === undefined || compiler.supports(model.program, model.tensors).length > 0) return undefined;
  const { InferenceSession, Tensor } = await import("onnxruntime-node");
  const { files } = compiler.compile(model.program, model.tensors, { name: "bench" });
  const file = files.find(({ path }) => path.endsWith(".onnx"))!.content as Uint8Array;
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const texts = new Set(model.program.inputs.filter(({ type }) => type === "string").map(({ name }) => name));
  return (row) => {
    const feeds = Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        texts.has(name)
          ? new Tensor("string", [String(value ?? "")], [1, 1])
          : new Tensor("float64", Float64Array.of(value === null ? Number.NaN : Number(value)), [1, 1]),
      ]),
    );
    return session.run(feeds, ["score"]);
  };
}

async function numericModel(trees: number): Promise<Model> {
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
  const scored = generatedRows({ rows: frameRows, numeric: 28, categorical: 0 }, 2);
  const columns = new Map<string, Column>(
    scored.features.map(({ name, values, missing }) => [
      name,
      { type: "number", values: values as Float64Array, ...(missing === undefined ? {} : { missing }) },
    ]),
  );
  return { name: `${trees} trees × 31 leaves, 28 numbers`, program, tensors, frame: { rows: frameRows, columns } };
}

/** 20 raw columns (10 numbers, 8 texts, 2 dates) with their features, then 100 trees. */
async function rawModel(): Promise<Model> {
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

function rowsOf({ frame }: Model, count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(
      [...frame.columns].map(([name, column]) => {
        if (column.type === "string") return [name, column.levels[column.codes[i]!] ?? null];
        return [name, column.type !== "vector" && column.missing?.[i] === 1 ? null : column.values[i]!];
      }),
    ),
  );
}

function write(model: Model, into: string, rows: readonly Record<string, unknown>[]): void {
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

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
