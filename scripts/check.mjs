// npm run check: format, lint, layers, types and the fast tests, in under a minute. Run it before every commit.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { installPackages, ownNode, root } from "./install.mjs";

installPackages();
const started = Date.now();
const bin = (...path) => join(root, "node_modules", ...path);
const jobs = [
  ["types", [bin("typescript/bin/tsc"), "-p", "tsconfig.json"]],
  ["console types", [bin("typescript/bin/tsc"), "-p", "console/tsconfig.json"]],
  ["format and lint", [bin("@biomejs/biome/bin/biome"), "check", "--error-on-warnings", "."]],
  ["layers", [join(root, "scripts/layers.ts")]],
  ["tests", [bin("vitest/vitest.mjs"), "run", "--project", "unit", "--reporter=dot"]],
];
const results = [];
const queue = [...jobs];
await Promise.all(
  [1, 2].map(async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) results.push(await run(...job));
  }),
);
const failed = results.filter((result) => result.code !== 0);
for (const { name, output } of failed) console.log(`\n── ${name} ──\n${output}`);
console.log(
  results.map(({ name, code, seconds }) => `${code === 0 ? "ok" : "FAILED"} ${name} ${seconds} s`).join(" · "),
);
console.log(`check: ${failed.length === 0 ? "ok" : "failed"} in ${((Date.now() - started) / 1000).toFixed(0)} s`);
process.exitCode = failed.length === 0 ? 0 : 1;

function run(name, args) {
  const begun = Date.now();
  return new Promise((resolve) => {
    const child = spawn(ownNode, args, { cwd: root });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    child.on("close", (code) =>
      resolve({ name, code: code ?? 1, output, seconds: ((Date.now() - begun) / 1000).toFixed(0) }),
    );
  });
}
