import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { versions } from "./learn/peer.ts";
import { heading, printed, type Row, readmeCells, readmeHeading } from "./learn/table.ts";
import { treeRows } from "./learn/trees.ts";
import { tableLines, writeBlock } from "./learn/write-block.ts";

/*
 * Learners beside their peers on the same rows: `node bench/learn.ts [--runs 5] [--only gbdt/mixed,…] [--threads 1,2]
 * [--json FILE] [--readme]`. Every run is a process of its own, ours and the peer's by turns; times and memory are medians, accuracy is a mean. The goal is for CPU
 * seconds on one thread and for wall seconds on two; "!" marks what misses it. Boosted trees: 100 trees × 31 leaves, rate 0.1,
 * 255 bins and in each further run one less, rows binned beforehand; forests: 100 trees, whole fit. Memory is the peak of the
 * whole process, the rows included. `uv` makes the peers' environment at first use. `--runs 5` takes about a quarter of an
 * hour, `--only gbdt/mixed,gbdt/flights` two minutes of it.
 */

const argument = (name: string) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};

if (import.meta.main) {
  const runs = Number(argument("--runs") ?? process.env.MILLRACE_BENCH_RUNS ?? 5);
  const only = argument("--only")?.split(",");
  const threads = (argument("--threads") ?? "1,2").split(",").map(Number);
  const machine = `${cpus()[0]?.model.trim() ?? "?"}, ${cpus().length} cores, Node ${process.version}, ${versions}`;
  console.log(`${machine}; medians of ${runs}\n${heading}`);
  const rows: Row[] = [];
  for (const row of treeRows(runs, threads, (name) => only === undefined || only.includes(name))) {
    rows.push(row);
    console.log(printed(row));
  }
  const file = argument("--json");
  if (file !== undefined) writeFileSync(file, `${JSON.stringify({ machine, runs, rows }, null, 1)}\n`);
  if (process.argv.includes("--readme")) {
    const loads = rows.map(({ load }) => load);
    const about = `${machine}; medians of ${runs}, load ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}. Ours / theirs.`;
    writeBlock("learning", [...tableLines([readmeHeading, ...rows.map(readmeCells)]), "", about]);
  }
}
