// Compiles kernels.ts to build/kernels.wasm: beside it first, then renamed, so that a reader never sees half a file.
import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const compiler = join(dirname(createRequire(import.meta.url).resolve("assemblyscript/package.json")), "bin", "asc.js");
const unfinished = join(folder, "build", `kernels.${process.pid}.wasm`);

mkdirSync(join(folder, "build"), { recursive: true });
const run = spawnSync(
  process.execPath,
  [compiler, "--config", "asconfig.json", "--outFile", `build/kernels.${process.pid}.wasm`],
  { cwd: folder, encoding: "utf8" },
);
if (run.status !== 0) {
  rmSync(unfinished, { force: true });
  process.stderr.write(`${run.stdout}${run.stderr}`);
  process.exit(1);
}
renameSync(unfinished, join(folder, "build", "kernels.wasm"));
