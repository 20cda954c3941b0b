// npm run build: WebAssembly kernels and the console, each only when its sources changed since the last build.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What is built: from which files, to which file, by which command. */
const targets = [
  {
    name: "kernels",
    sources: ["src/learn/wasm"],
    result: "src/learn/wasm/build/kernels.wasm",
    command: ["src/learn/wasm/build.mjs"],
  },
  {
    name: "console",
    sources: ["console", "program"],
    result: "console/dist/index.html",
    command: ["node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"],
    folder: "console",
  },
];

export async function build({ force = false } = {}) {
  const stamps = join(root, "node_modules", ".cache", "millrace-build");
  mkdirSync(stamps, { recursive: true });
  for (const target of targets) {
    if (!existsSync(join(root, target.command[0]))) continue;
    const stamp = join(stamps, target.name);
    const digest = digestOf(target.sources);
    const built = existsSync(join(root, target.result)) && existsSync(stamp) && readFileSync(stamp, "utf8") === digest;
    if (built && !force) continue;
    const started = Date.now();
    process.stderr.write(`Building the ${target.name} …\n`);
    const run = spawnSync(process.execPath, [join(root, target.command[0]), ...target.command.slice(1)], {
      cwd: join(root, target.folder ?? "."),
      encoding: "utf8",
    });
    if (run.status !== 0) {
      process.stderr.write(`${run.stdout}${run.stderr}\nBuilding the ${target.name} failed.\n`);
      process.exit(1);
    }
    writeFileSync(stamp, digest);
    process.stderr.write(`Built the ${target.name} in ${((Date.now() - started) / 1000).toFixed(1)} s.\n`);
  }
}

function digestOf(folders) {
  const hash = createHash("sha256");
  for (const folder of folders) {
    for (const file of filesBelow(join(root, folder)).sort())
      hash.update(relative(root, file)).update(readFileSync(file));
  }
  return hash.digest("hex");
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (["node_modules", "dist", "build"].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build({ force: process.argv.includes("--force") });
