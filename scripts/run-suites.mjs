// Runs every suite under the project's Node and sums their results into one line.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "node_modules", ".cache", "millrace-results");
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

/** What runs, in order. Suites are apart where they need the machine for themselves. */
const suites = [
  { name: "rooms", args: ["src", "program"] },
  { name: "house", args: ["test"] },
];
const only = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
const notes = [];

for (const suite of only.length > 0 ? [{ name: "chosen", args: only }] : suites) {
  const report = join(out, `${suite.name}.json`);
  const run = spawnSync(
    process.execPath,
    [
      join(root, "node_modules/vitest/vitest.mjs"),
      "run",
      ...suite.args,
      "--reporter=dot",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ],
    { cwd: root, stdio: ["ignore", "inherit", "inherit"] },
  );
  try {
    const result = JSON.parse(readFileSync(report, "utf8"));
    total.passed += result.numPassedTests;
    total.failed += result.numFailedTests;
    total.skipped += result.numPendingTests + result.numTodoTests;
    for (const file of result.testResults) {
      if (file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed")) {
        total.failed++;
        notes.push(`did not load: ${file.name.replace(root, "")}`);
      }
      const skipped = file.assertionResults.filter((test) => test.status === "pending" || test.status === "skipped");
      if (skipped.length > 0)
        notes.push(`skipped ${skipped.length} in ${file.name.replace(root, "")}: ${skipped[0].title}`);
    }
    if (run.status !== 0 && result.numFailedTests === 0 && total.failed === 0) {
      total.failed++;
      notes.push(`the suite ${suite.name} ended with ${run.status} although no test failed (an unhandled error)`);
    }
  } catch (error) {
    total.failed++;
    notes.push(`the suite ${suite.name} gave no report: ${error.message}`);
  }
}

for (const note of notes) console.log(note);
if (process.env.CI === "true" && total.skipped > 0) {
  console.log("CI must skip nothing; the skipped tests above count as failed.");
  total.failed += total.skipped;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
