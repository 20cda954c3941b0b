// A program of one's own that drives a pipeline with `runPipeline`: what the command reaches of it from another process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { millrace, temporaryFolder } from "./millrace.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const root = join(import.meta.dirname, "..", "..");
const hooks = pathToFileURL(join(root, "bin", "hooks.js")).href;

const steps = `
import { setTimeout as sleep } from "node:timers/promises";
import { defineStep } from "millrace";

export const short = defineStep({
  module: import.meta.url, export: "short", name: "short", version: 1, kind: "pure", weight: "light",
  inputs: {}, outputs: { number: { type: "number" } }, options: z.strictObject({}),
  run: async () => ({ number: { value: 1 } }),
});
export const long = defineStep({
  module: import.meta.url, export: "long", name: "long", version: 1, kind: "pure", weight: "light",
  inputs: { number: { type: "number" } }, outputs: { number: { type: "number" } }, options: z.strictObject({}),
  run: async (context) => {
    await sleep(Number(process.env.LONG_MS), undefined, { signal: context.signal });
    return { number: { value: 2 } };
  },
});
`;

const program = `
import { definePipeline, openProject, runPipeline } from "millrace";
import { long, short } from "./steps.ts";
const { folder, home, close, ...stores } = await openProject(import.meta.dirname);
const pipeline = definePipeline("own", (p) => {
  const before = p.step("short", short, { inputs: {}, options: {} });
  p.step("long", long, { inputs: { number: before.out.number }, options: {} });
});
const { metadata, objects, executor } = stores;
const resume = process.argv[2];
const outcome = await runPipeline({
  ...(resume === undefined ? { pipeline } : { resume }),
  metadata, objects, executor, project: folder,
  onEvent: (event) => event.type === "node-started" && event.data.node === "long" && console.log(event.stream.slice(4)),
});
console.log(outcome.state);
await close();
`;

test("`runs cancel` stops its run neatly; the run goes on when the program resumes it", async () => {
  const cwd = join(folder.path, "own");
  await mkdir(cwd);
  await symlink(join(root, "node_modules"), join(cwd, "node_modules"));
  await writeFile(join(cwd, "millrace.config.ts"), "export default {};\n");
  await writeFile(join(cwd, "steps.ts"), `import { z } from "zod";${steps}`);
  await writeFile(join(cwd, "main.ts"), program);
  const start = (longMs: number, ...args: readonly string[]) => {
    const child = spawn(process.execPath, ["--import", hooks, "main.ts", ...args], {
      cwd,
      env: { ...process.env, LONG_MS: String(longMs) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { out: "", problems: "" };
    child.stdout.on("data", (bytes: Buffer) => (said.out += bytes));
    child.stderr.on("data", (bytes: Buffer) => (said.problems += bytes));
    return { child, said, ended: once(child, "close") };
  };
  const cut = start(60_000);
  await Promise.race([once(cut.child.stdout, "data"), cut.ended]);
  const run = cut.said.out.trim();
  expect([run, cut.said.problems]).toEqual([expect.stringMatching(/^run_/), ""]);
  const told = millrace(["runs", "cancel", run, "--json"], { cwd });
  expect([told.json(), told.code]).toEqual([{ run, state: "stopped" }, 0]);
  await cut.ended;
  expect(cut.said.out.trim().split("\n")).toEqual([run, "stopped"]);
  const again = start(1, run);
  await again.ended;
  expect([again.said.out.trim().split("\n"), again.said.problems]).toEqual([[run, "complete"], ""]);
});
