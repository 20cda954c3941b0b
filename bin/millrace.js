#!/usr/bin/env node
// The command. Plain JavaScript that any Node ≥ 18 parses: it finds the right Node, turns on the compile cache, registers
// the resolution of `millrace` for configs outside the package, and starts the command line.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

if (Number(process.versions.node.split(".")[0]) >= 24) await start();
else handOver();

async function start() {
  nodeModule.enableCompileCache?.();
  await import("./hooks.js");
  const source = join(root, "src", "cli", "main.ts");
  const entry = existsSync(source) ? "../src/cli/main.ts" : "../cli/main.js";
  const { main } = await import(entry);
  process.exitCode = await main(process.argv.slice(2));
}

function handOver() {
  const name = process.platform === "win32" ? "node.exe" : "node";
  const candidates = [join(root, "node_modules", "node", "bin", name), join(root, "..", "node", "bin", name)];
  const newer = candidates.find((path) => existsSync(path));
  if (newer === undefined) {
    process.stderr.write(
      `millrace needs Node 24 or later; this is ${process.versions.node}.\n` +
        "Install Node 24, or run `npm install node@24` beside millrace.\n",
    );
    process.exit(1);
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (signal !== "SIGINT") child.kill(signal);
    });
  }
  const child = spawn(newer, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 130));
}
