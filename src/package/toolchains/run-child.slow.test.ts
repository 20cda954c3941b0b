import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { runChild } from "./run-child.ts";

const node = (script: string, more: Partial<Parameters<typeof runChild>[2]> = {}) =>
  runChild(process.execPath, ["-e", script], { cwd: tmpdir(), timeLimitMs: 20_000, ...more });

test("a child reads stdin and gives back what it wrote and how it ended", async () => {
  const ended = await node("process.stdin.pipe(process.stdout); process.stderr.write('odd'); process.exitCode = 3", {
    stdin: "é\n",
  });
  expect(ended).toEqual({ code: 3, stdout: "é\n", stderr: "odd" });
});

test("a child gets no secret of this process's environment", async () => {
  process.env.MILLRACE_SECRET_TEST = "hidden";
  const { stdout } = await node("process.stdout.write(Object.keys(process.env).join())");
  delete process.env.MILLRACE_SECRET_TEST;
  expect(stdout).not.toContain("MILLRACE_SECRET_TEST");
  expect(stdout).toContain("PATH");
});

test("a child that does not end is ended, with what it started", async () => {
  const forever =
    "require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1e3)'], { stdio: 'inherit' }); setInterval(() => 0, 1e3)";
  const started = Date.now();
  await expect(node(forever, { timeLimitMs: 400 })).rejects.toMatchObject({ code: "PACKAGE_CHILD_TIMEOUT" });
  expect(Date.now() - started).toBeLessThan(5000);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 300);
  await expect(node(forever, { signal: stop.signal })).rejects.toMatchObject({ code: "KERNEL_STOPPED" });
});

test("a program that is not there is an error", async () => {
  await expect(runChild("no-such-program", [], { cwd: tmpdir(), timeLimitMs: 1000 })).rejects.toMatchObject({
    code: "PACKAGE_CHILD_FAILED",
  });
});
