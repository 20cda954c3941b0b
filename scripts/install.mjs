// What `npm run demo`, `npm test` and `npm run setup` start first. Plain JavaScript for whatever Node the machine has:
// it installs the packages when they are missing or the lock file changed, and hands over to the project's own Node.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "node_modules", ".cache", "millrace-installed");
export const ownNode = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");

/** Installs the packages of the lock file unless exactly these are there. */
export function installPackages() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const present = existsSync(stamp) && existsSync(ownNode) ? readFileSync(stamp, "utf8") : "";
  if (present === wanted) return;
  const started = Date.now();
  process.stderr.write("Installing packages (npm ci) …\n");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const result = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel", "error"], {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip", ONNXRUNTIME_NODE_INSTALL_CUDA: "skip" },
  });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
    process.stderr.write(
      "npm ci failed. Check the connection to your npm registry, then run the same command again.\n",
    );
    process.exit(1);
  }
  if (!existsSync(ownNode) || spawnSync(ownNode, ["--version"]).status !== 0) {
    process.stderr.write(
      "The `node` package did not bring a Node 24 for this machine. Install Node 24 or later and run again.\n",
    );
    process.exit(1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
  process.stderr.write(`Installed in ${((Date.now() - started) / 1000).toFixed(0)} s.\n`);
}

/**
 * Runs a program of the project under its own Node and ends as it ends. Signals of the terminal reach the child by
 * themselves; this process only waits, so that Ctrl-C returns when everything has stopped.
 */
export function handOver(args) {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (signal !== "SIGINT") child.kill(signal);
    });
  }
  const child = spawn(ownNode, args, {
    stdio: "inherit",
    env: { ...process.env, PATH: `${dirname(ownNode)}${process.platform === "win32" ? ";" : ":"}${process.env.PATH}` },
  });
  child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 130));
}
