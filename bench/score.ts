/*
 * Scoring beside peers, all on one core: one row at a time, a frame of rows, and the generated C, on models of 100 and 1,000 trees
 * × 31 leaves over 28 numbers; then a pipeline of 20 raw columns with texts and dates. LightGBM trains the models, in a throw-away
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

const frameRows = Number(process.env.MILLRACE_BENCH_ROWS ?? 1_000_000);
const rounds = 3;
const folder = process.argv.includes("--write") ? process.argv[process.argv.indexOf("--write") + 1] : undefined;

const peers = openPeers();
try {
  if (peers !== undefined) console.log(`peers: ${JSON.stringify(await peers.ask({ versions: true }))}`);
  for (const trees of [100, 1000]) {
    const rows = trees === 100 ? frameRows : Math.ceil(frameRows / 10);
    const model = peers === undefined ? await numericModel(trees, rows) : await lightGbmModel(trees, rows, peers);
    console.log(`\n${model.name}`);
    const own = peers === undefined ? undefined : { peers, files: (model as PeerModel).files };
    await singleRows(model, own);
    await frames(model, own);
  }
  const raw = await rawModel(Math.min(frameRows, 100_000));
  console.log(`\n${raw.name}`);
  await singleRows(raw);
  await frames(raw);
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
