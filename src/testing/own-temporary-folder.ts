import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/*
 * Set-up of every test file: whatever it, the code under test and the processes that they start put into the temporary
 * folder goes when the file ends. A fixture cannot see to that itself: it is loaded once a worker, not once a file.
 */
// Node keeps compiled code there on purpose, for every process to come.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), "node-compile-cache");
const variables = ["TMPDIR", "TEMP", "TMP"];
const before = variables.map((name) => [name, process.env[name]] as const);
const folder = mkdtempSync(join(tmpdir(), "millrace-tests-"));
// As the temporary folder itself: a process of another user (PostgreSQL, nobody) passes through.
chmodSync(folder, 0o755);
for (const name of variables) process.env[name] = folder;

afterAll(() => {
  for (const [name, value] of before)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
