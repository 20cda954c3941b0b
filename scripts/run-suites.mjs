// Runs every suite under the project's Node and sums their results into one line.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startPostgres } from "./postgres.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "node_modules", ".cache", "millrace-results");
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

/** What runs, in order. `house` tests start whole programs, `alone` those that nothing may run beside. */
const suites = [
  { name: "rooms", args: ["--project", "unit", "--project", "slow"] },
  { name: "house", args: ["--project", "house"] },
  { name: "alone", args: ["--project", "alone"] },
];
const only = process.argv.slice(2);
const inCi = process.env.CI === "true";
const total = { passed: 0, failed: 0, skipped: 0 };
const notes = [];

const postgres = await startPostgres();
if (postgres.address === undefined) notes.push(`PostgreSQL's tests are skipped: ${postgres.reason}`);
const env = {
  ...process.env,
  ...(postgres.address === undefined ? {} : { MILLRACE_TEST_POSTGRES: postgres.address }),
  // Kills of the crash test; a person's run takes fewer.
  ...(inCi ? { CRASH_KILLS: process.env.CRASH_KILLS ?? "200" } : {}),
};

try {
  for (const suite of only.length > 0 ? [{ name: "chosen", args: only }] : suites) runSuite(suite);
} finally {
  postgres.stop?.();
}

for (const note of notes) console.log(note);
if (inCi && total.skipped > 0) {
  console.log(`CI must skip nothing: the ${total.skipped} skipped tests count as failed.`);
  total.failed += total.skipped;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

function runSuite({ name, args }) {
  const report = join(out, `${name}.json`);
  const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${report}`];
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const run = spawnSync(process.execPath, [vitest, "run", ...args, ...reporters], {
    cwd: root,
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const failedBefore = total.failed;
  try {
    count(JSON.parse(readFileSync(report, "utf8")));
  } catch (error) {
    total.failed++;
    notes.push(`the suite ${name} gave no report: ${error.message}`);
  }
  if (run.status !== 0 && total.failed === failedBefore) {
    total.failed++;
    notes.push(`the suite ${name} ended with ${run.status} although no test failed: an error outside of tests`);
  }
}

function count(result) {
  total.passed += result.numPassedTests;
  total.failed += result.numFailedTests;
  total.skipped += result.numPendingTests + result.numTodoTests;
  for (const file of result.testResults) {
    const name = file.name.replace(root, "");
    const states = file.assertionResults.map((test) => test.status);
    if (file.status === "failed" && !states.includes("failed")) {
      total.failed++;
      notes.push(`did not load: ${name}`);
    }
    const skipped = states.filter((state) => state === "pending" || state === "skipped").length;
    if (skipped > 0) notes.push(`skipped ${skipped} in ${name}`);
  }
}
