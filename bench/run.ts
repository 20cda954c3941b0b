// npm run bench [name …]: runs the benchmarks of this folder one after the other. Each prints its own table; figures are
// medians of several runs on this machine, and every comparison is a ratio within one run.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";

const folder = import.meta.dirname;
const known = readdirSync(folder).filter((file) => file.endsWith(".ts") && file !== "run.ts");
const asked = process.argv.slice(2);
for (const file of known) {
  const name = basename(file, ".ts");
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n── ${name} ──`);
  const { status } = spawnSync(process.execPath, [join(folder, file)], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
