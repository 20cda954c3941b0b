// node scripts/fresh-clone.mjs [--test] [--keep]: what a person meets who clones the repository on a machine that has never
// seen it. Clones HEAD, gives npm an empty cache, runs `npm run demo -- --exit`, then the loop again in the demo's folder
// (all cached); with --test also `npm test`. No part of `npm test`, which would run itself. Plain JavaScript for Node ≥ 20.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const keep = process.argv.includes("--keep");
const place = mkdtempSync(join(tmpdir(), "millrace-fresh-"));
const clone = join(place, "millrace");

// What npm, a shell in the checkout or Millrace itself has set must not reach the clone; where the registry is may.
const foreign =
  /^(INIT_CWD|NODE_OPTIONS|NODE_PATH|MILLRACE_.*|npm_(lifecycle|package|command|execpath|node_execpath).*)$/;
const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name))),
  npm_config_cache: join(place, "npm-cache"),
  NO_COLOR: "1",
};
const timings = [];

try {
  const changed = spawnSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" }).stdout.split("\n");
  if (changed.length > 1) say(`The clone holds HEAD; ${changed.length - 1} changed files here are not in it.`);
  await step("git clone", place, "git", ["clone", "--quiet", "--no-hardlinks", root, clone]);
  const demo = await step("npm run demo -- --exit", clone, "npm", ["run", "demo", "--", "--exit"]);
  const installed = /Installed in (\d+) s/.exec(demo)?.[1];
  if (installed === undefined)
    throw new Error("the demo did not install the packages: the cache or the clone was not fresh");
  timings.push(["  of which npm ci", Number(installed)]);
  const folder = /^Folder:? +(\S+)/m.exec(demo)?.[1];
  if (folder === undefined) throw new Error("the demo did not say its folder");
  const again = await step("millrace run in its folder", clone, "npm", [
    ..."exec --no -- millrace run --json --project".split(" "),
    folder,
  ]);
  const { nodes } = JSON.parse(again.split("\n").find((line) => line.startsWith("{")) ?? "{}");
  const ran = nodes.filter(({ state }) => state !== "cached" && state !== "skipped").map(({ id }) => id);
  if (ran.length > 0) throw new Error(`the second run was not all cached: ${ran.join(", ")} ran again`);
  rmSync(folder, { recursive: true, force: true });
  if (process.argv.includes("--test")) await step("npm test", clone, "npm", ["test"]);
  for (const [what, seconds] of timings) say(`${what.padEnd(28)} ${seconds.toFixed(1).padStart(7)} s`);
  say("The fresh clone works.");
} catch (error) {
  say(`The fresh clone failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  if (keep) say(`Left in ${place}`);
  else rmSync(place, { recursive: true, force: true, maxRetries: 3 });
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Runs one command to its end, showing what it prints; 3 (a refused gate) is an honest answer of `millrace run`. */
async function step(name, cwd, command, args) {
  say(`\n── ${name} ──`);
  const started = Date.now();
  const child = spawn(command, args, {
    cwd,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      printed += chunk;
      if (!args.includes("--json")) process.stdout.write(chunk);
    });
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => resolve(signal ?? status));
  });
  timings.push([name, (Date.now() - started) / 1000]);
  if (code !== 0 && !(code === 3 && args.includes("millrace"))) throw new Error(`${name} ended with ${code}`);
  return printed;
}
