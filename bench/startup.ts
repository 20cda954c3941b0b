// What starting costs: `millrace --help` under the project's Node, and where an older Node hands over; and `data stats` and
// `data drift` of a file of three rows, where all else is loading.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const bin = join(import.meta.dirname, "..", "bin", "millrace.js");
const runs = 15;

function medianMs(command: string, args: readonly string[] = ["--help"]): number {
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const start = process.hrtime.bigint();
    execFileSync(command, [bin, ...args], { stdio: "ignore" });
    // The first run fills the compile cache.
    if (run > 0) times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)]!;
}

console.log(`millrace --help, Node ${process.versions.node}: ${medianMs(process.execPath).toFixed(0)} ms (target 150)`);
const other = (process.env.PATH ?? "")
  .split(":")
  .map((folder) => join(folder, "node"))
  .find((path) => {
    const { status, stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
    return status === 0 && Number(stdout.slice(1).split(".")[0]) < 24;
  });
if (other === undefined) console.log("handing over from an older Node: there is none on the PATH");
else console.log(`millrace --help, handed over by an older Node: ${medianMs(other).toFixed(0)} ms (target 400)`);

const folder = mkdtempSync(join(tmpdir(), "millrace-bench-startup-"));
const small = join(folder, "small.csv");
writeFileSync(small, "a,b\n1,x\n2,y\n3,x\n");
for (const args of [
  ["stats", small],
  ["drift", small, small],
])
  console.log(`millrace data ${args[0]}, three rows: ${medianMs(process.execPath, ["data", ...args]).toFixed(0)} ms`);
rmSync(folder, { recursive: true });
