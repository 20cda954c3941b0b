// The examples in the doc comments of what doors export: each is run, and where a comment behind a statement names a value, it
// is what the statement gives. Examples that stand for a part of a larger program are listed, with what they would need.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { doorExamples, exampleModule, statementsOf } from "./door-examples.ts";
import { root } from "./run-page.ts";

const notRun: Readonly<Record<string, string>> = {
  "dataset/selectRows": "a frame",
  "dataset/readFrame": "a file",
  "dataset/ingest": "a file",
  "dataset/inspectSource": "a file",
  "dataset/loadSource": "a file",
  "dataset/spansOf": "a frame",
  "dataset/assignSplits": "a frame",
  "dataset/transformSnapshot": "snapshots",
  "kernel/collectGarbage": "a store",
  "package/goldenRows": "a model file",
  "package/verifyProgram": "a model file",
  "pipeline/definePipeline": "steps",
  "pipeline/defineStep": "a module of its own",
  "pipeline/answerWait": "a run",
  "pipeline/runPipeline": "stores",
  "serve/fixedEndpoints": "a model",
  "serve/startEndpointServer": "endpoints",
  "server/createApi": "stores",
  "server/startServer": "stores",
  "transform/fitTransform": "training rows",
  "program/load": "a program",
  "testing/executorSuite": "a test runner",
  "testing/metadataStoreSuite": "a test runner",
  "testing/objectStoreSuite": "a test runner",
  "testing/toolchainSuite": "a test runner",
};

type Said = Readonly<
  Record<string, { readonly values: readonly (readonly [number, unknown])[]; readonly error?: string }>
>;

const examples = doorExamples();
// Beside this file, because `#room` is resolved by the package that a file lies in.
const folder = mkdtempSync(join(import.meta.dirname, ".examples-"));
let said: Said = {};

beforeAll(() => {
  copyFileSync(join(import.meta.dirname, "plainly.ts"), join(folder, "plainly.ts"));
  const run = examples.filter(({ name }) => !(name in notRun));
  for (const [k, example] of run.entries()) writeFileSync(join(folder, `example-${k}.ts`), exampleModule(example));
  writeFileSync(
    join(folder, "all.ts"),
    `const all = {};
const names = ${JSON.stringify(run.map(({ name }) => name))};
for (const [k, name] of names.entries()) {
  const values = [];
  console.log = (line) => values.push(JSON.parse(line));
  try { await import(\`./example-\${k}.ts\`); all[name] = { values }; }
  catch (error) { all[name] = { values, error: String(error?.stack ?? error).split("\\n").slice(0, 3).join(" ") }; }
}
process.stdout.write(JSON.stringify(all), () => process.exit(0));
`,
  );
  // The stores of examples lie where they say, below the current folder.
  const out = execFileSync(process.execPath, ["--import", join(root, "bin/hooks.js"), join(folder, "all.ts")], {
    cwd: folder,
    encoding: "utf8",
  });
  said = JSON.parse(out) as Said;
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the examples of doors", () => {
  test("are found, and the list of those that are not run is not longer than it must be", () => {
    expect(examples.length).toBeGreaterThan(40);
    const names = new Set(examples.map(({ name }) => name));
    expect(Object.keys(notRun).filter((name) => !names.has(name))).toEqual([]);
  });

  test.each(examples.map(({ name }) => name))("%s", (name) => {
    const example = examples.find((one) => one.name === name)!;
    const statements = statementsOf(example.code);
    if (name in notRun) return;
    const result = said[name]!;
    expect(result.error).toBeUndefined();
    for (const [k, value] of result.values) expectStated(value, statements[k]!.expected!);
  });
});

/** Holds a value against the words behind a statement, as far as they are a value. */
function expectStated(value: unknown, words: string): void {
  const number = /^(-?\d+(?:\.\d+)?)…$/.exec(words);
  if (number !== null) {
    expect(String(value)).toContain(number[1]);
    return;
  }
  const open = words.includes("…");
  const literal = words
    .replace(/^\w+Array (?=\[)/, "")
    .replaceAll(/,?\s*…\s*(?=[\]}])/g, "")
    .replace(/^(true|false|null|-?\d[\d.]*), .*$/, "$1");
  let stated: unknown;
  try {
    stated = new Function(`return (${literal});`)();
  } catch {
    return; // prose
  }
  if (!open) expect(value).toEqual(stated);
  else if (Array.isArray(stated)) expect((value as unknown[]).slice(0, stated.length)).toEqual(stated);
  else expect(value).toMatchObject(stated as object);
}
