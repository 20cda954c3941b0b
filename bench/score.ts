/*
 * Scoring beside peers, all on one core: one row at a time, a frame of rows, and the generated C, on models of 100 and 1,000 trees
 * × 31 leaves over 28 numbers; then pipelines of 20 raw columns with texts and dates, the last one trained by `millrace automl` and
 * timed call by call (`--trained`: that one alone). LightGBM trains the models, in a throw-away
 * environment that uv makes, and lleaves, tl2cgen and onnxruntime score the very same ones; without uv, our own learner trains.
 * MILLRACE_BENCH_ROWS: rows of a frame for 100 trees (1,000,000), a tenth of it for 1,000. `--write FOLDER` keeps the models.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { load } from "@millrace/program";
import { compileScorer } from "@millrace/program/scorer";
import {
  lightGbmModel,
  type Model,
  numericModel,
  type PeerModel,
  rawModel,
  rowsOf,
  width,
  writeModel,
} from "./scoring/models.ts";
import { ownGraph, type RowCall, tensorGraph } from "./scoring/onnx.ts";
import { openPeers, type Peers } from "./scoring/peers.ts";
import { buildC, timeC } from "./scoring/time-c.ts";
import { type TrainedModel, trainedModel } from "./scoring/trained.ts";

const frameRows = Number(process.env.MILLRACE_BENCH_ROWS ?? 1_000_000);
const rounds = 3;
const folder = process.argv.includes("--write") ? process.argv[process.argv.indexOf("--write") + 1] : undefined;

const peers = process.argv.includes("--trained") ? undefined : openPeers();
try {
  if (peers !== undefined) console.log(`peers: ${JSON.stringify(await peers.ask({ versions: true }))}`);
  for (const trees of process.argv.includes("--trained") ? [] : [100, 1000]) {
    const rows = trees === 100 ? frameRows : Math.ceil(frameRows / 10);
    const model = peers === undefined ? await numericModel(trees, rows) : await lightGbmModel(trees, rows, peers);
    console.log(`\n${model.name}`);
    const own = peers === undefined ? undefined : { peers, files: (model as PeerModel).files };
    await singleRows(model, own);
    await frames(model, own);
  }
  if (!process.argv.includes("--trained")) {
    const raw = await rawModel(Math.min(frameRows, 100_000));
    console.log(`\n${raw.name}`);
    await singleRows(raw);
    await frames(raw);
  }
  await eachCall(trainedModel());
} finally {
  peers?.close();
}

interface Beside {
  readonly peers: Peers;
  readonly files: PeerModel["files"];
}

/** Microseconds a row, one row a call. */
async function singleRows(model: Model, beside?: Beside): Promise<void> {
  const rows = rowsOf(model, 2000);
  if (folder !== undefined) writeModel(model, folder, rows);
  const compiled = compileScorer(model);
  const began = performance.now();
  for (const row of rows) compiled.score(row);
  const first = ((performance.now() - began) * 1000) / rows.length;
  const mine = await perRow(rows, compiled.score);
  const tell = (what: string, us: number) =>
    console.log(
      `  one row    ${what.padEnd(44)} ${us.toFixed(2).padStart(9)} µs ${(us / mine).toFixed(1).padStart(8)} ×`,
    );
  tell("compiled", mine);
  tell("compiled, its first 2,000 rows", first);
  tell("interpreter", await perRow(rows, load(model).score));
  const calls: [string, RowCall | undefined][] = [["onnxruntime-node, this project's graph", await ownGraph(model)]];
  if (beside !== undefined && existsSync(beside.files.onnx))
    calls.push(["onnxruntime-node, one tensor (onnxmltools)", await tensorGraph(beside.files.onnx, model)]);
  for (const [what, call] of calls) if (call !== undefined) tell(what, await perRow(rows.slice(0, 100), call));
  if (beside === undefined) return;
  const ask = {
    engine: "lightgbm",
    model: beside.files.model,
    rows: beside.files.rows,
    width,
    count: 2000,
    single: true,
  };
  const { seconds } = await beside.peers.ask<{ seconds: number }>(ask);
  tell("LightGBM, Python", (seconds * 1e6) / 2000);
}

/** Quantiles of single calls, each timed by itself, on rows that the scorer has not met; texts and dates as a caller has them. */
async function eachCall(model: TrainedModel): Promise<void> {
  console.log(`\n${model.name}`);
  const half = model.rows.length / 2;
  const [warm, rows] = [model.rows.slice(0, half), model.rows.slice(half)];
  const quantiles = async (what: string, score: (row: never) => unknown, times: number, first?: number) => {
    for (let k = 0; k < times * half; k++) await score(warm[k % half] as never);
    const each = new Float64Array(Math.ceil(half * Math.min(1, times)));
    for (let k = 0; k < each.length; k++) {
      const row = rows[k] as never;
      const began = process.hrtime.bigint();
      const given = score(row);
      if (given instanceof Promise) await given;
      each[k] = Number(process.hrtime.bigint() - began) / 1000;
    }
    const [p50, p99] = [0.5, 0.99].map((share) => each.toSorted()[Math.floor(share * each.length)]!);
    const ratio = first === undefined ? "" : `${(p50! / first).toFixed(1).padStart(8)} ×`;
    console.log(`  one call   ${what.padEnd(44)} p50 ${p50!.toFixed(2)} µs, p99 ${p99!.toFixed(2)} µs ${ratio}`);
    return p50!;
  };
  const compiled = compileScorer(model);
  const mine = await quantiles("compiled, from raw values", compiled.score, 12);
  const interpreter = load(model);
  await quantiles("interpreter, from raw values", interpreter.score, 3, mine);
  const call = await ownGraph({ ...model, frame: { rows: 0, columns: new Map() } });
  if (call === undefined) return;
  const scores = await Promise.all(
    rows.slice(0, 500).map(async (row) => [compiled.score(row).score, await call(row)] as const),
  );
  const off = scores.map(([score, found]) => Math.abs(score! - Number((found as GraphResult).score.data[0])));
  if (!(Math.max(...off) < 1e-6)) throw new Error(`onnxruntime is off by ${Math.max(...off)}`);
  await quantiles("onnxruntime-node, the same in one graph", call, 0.1, mine);
}

interface GraphResult {
  readonly score: { readonly data: ArrayLike<number> };
}

/** Rows a second, many rows a call; every engine once a round, in turn. */
async function frames(model: Model, beside?: Beside): Promise<void> {
  const { rows } = model.frame;
  const engines: [string, () => Promise<number> | number][] = [];
  const compiled = compileScorer(model);
  engines.push(["compiled", () => timed(() => compiled.scoreFrame(model.frame))]);
  if (beside === undefined) {
    const interpreted = load(model);
    engines.push(["interpreter", () => timed(() => interpreted.scoreFrame(model.frame))]);
  } else {
    const { files, peers } = beside;
    const expected = rowsOf(model, 1000).map((row) => compiled.score(row).score ?? Number.NaN);
    const check = (what: string, scores: readonly number[], most: number) => {
      const off = Math.max(...scores.map((score, k) => Math.abs(score - expected[k]!)));
      if (!(off <= most)) throw new Error(`${what} is off by ${off}`);
    };
    const c = buildC(model.program, model.tensors, join(peers.folder, `c-${rows}`));
    if (c !== undefined)
      engines.push([
        "generated C",
        () => {
          const { seconds, scores } = timeC(c, files.rows, rows);
          check("C", scores, 0);
          return seconds;
        },
      ]);
    for (const engine of ["lightgbm", "lleaves", "tl2cgen"])
      engines.push([
        `${engine}, one thread`,
        async () => {
          const ask = { engine, model: files.model, rows: files.rows, width, count: rows };
          const { seconds, scores } = await peers.ask<{ seconds: number; scores: number[] }>(ask);
          check(engine, scores, 1e-6);
          return seconds;
        },
      ]);
  }
  const times = engines.map((): number[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [k, [, run]] of engines.entries()) times[k]!.push(await run());
  engines.forEach(([what], k) => {
    const seconds = median(times[k]!);
    const ratio = (seconds / median(times[0]!)).toFixed(2);
    console.log(
      `  ${rows.toLocaleString("en").padEnd(10)} ${what.padEnd(40)} ${Math.round(rows / seconds)
        .toLocaleString("en")
        .padStart(10)} rows/s ${ratio.padStart(6)} ×`,
    );
  });
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

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
