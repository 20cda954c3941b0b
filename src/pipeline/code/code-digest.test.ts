import { mkdir, realpath, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { digestBytes } from "#kernel";
import { temporaryFolder } from "../../testing/index.ts";
import { codeReader } from "./code-digest.ts";
import { manifestOf, millraceRoot, moduleName, modulePath } from "./module-names.ts";

async function projectOf(files: Readonly<Record<string, string>>): Promise<string> {
  const project = await realpath(await temporaryFolder());
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(project, name)), { recursive: true });
    await writeFile(join(project, name), text);
  }
  return project;
}

const closure = async (project: string, ...modules: string[]) =>
  (await codeReader(project)).closureOf(modules.map((name) => `project:${name}`));

const files = {
  "package.json": '{"type":"module","imports":{"#*":"./rooms/*/index.ts"}}',
  "step.ts": `import type { Gone } from "./types-only.ts";
import { a } from "./a.ts";
import data from "./data.json" with { type: "json" };
import { room } from "#room";
import { z } from "left";
import { helper } from "left/helper";
import { join } from "node:path";
import { tool } from "tools";
const text: string = 'import "./not-an-import.ts"';
const later = () => import("./later.ts");
const kernels = new URL("./wasm/build/kernels.wasm", import.meta.url);
export const step = { a, data, room, z, helper, join, tool, text, later, kernels };
`,
  "a.ts": 'export * from "./b.js";\nexport const a = 1;\n',
  "b.js": 'import "./a.ts";\n',
  "data.json": "{}",
  "later.ts": "export const later = 1;\n",
  "rooms/room/index.ts": "export const room = 1;\n",
  "wasm/kernels.ts": "export const kernel = 1;\n",
  "wasm/build/kernels.wasm": "built",
  "node_modules/left/package.json": '{"name":"left","version":"1.2.3"}',
  "tools/package.json": '{"name":"tools","version":"9.9.9","exports":{".":{"import":"./main.ts"}}}',
  "tools/main.ts": "export const tool = 1;\n",
};

test("follows files, `#names`, literal dynamic imports, data and wasm sources; counts packages by version", async () => {
  const project = await projectOf(files);
  const { files: reached, packages } = await closure(project, "rooms/room/index.ts");
  expect(Object.keys(reached)).toEqual(["project:rooms/room/index.ts"]);
  expect(packages).toEqual({});
  const { symlink } = await import("node:fs/promises");
  await symlink(join(project, "tools"), join(project, "node_modules/tools"));
  const whole = await closure(project, "step.ts");
  expect(Object.keys(whole.files).sort()).toEqual(
    ["a.ts", "b.js", "data.json", "later.ts", "rooms/room/index.ts", "step.ts", "tools/main.ts", "wasm/kernels.ts"].map(
      (name) => `project:${name}`,
    ),
  );
  expect(whole.packages).toEqual({ left: "1.2.3" });
  expect(whole.files["project:later.ts"]).toBe(digestBytes("export const later = 1;\n"));
});

test("is the same with CRLF and in another folder, and another one after any change", async () => {
  const plain = await projectOf({ "a.ts": 'import "./b.ts";\n', "b.ts": "export const b = 1;\n" });
  const windows = await projectOf({ "a.ts": 'import "./b.ts";\r\n', "b.ts": "export const b = 1;\r\n" });
  const before = await closure(plain, "a.ts");
  expect((await closure(windows, "a.ts")).digest).toBe(before.digest);
  await writeFile(join(plain, "b.ts"), "export const b: number = 1;\n");
  expect((await closure(plain, "a.ts")).digest).not.toBe(before.digest);
});

test("a project's own code counts by its text, and this product, of which it imports something, by its version once", async () => {
  const config = (more: string) =>
    `import { defineFactory, defineStep } from "millrace";\nimport { load } from "@millrace/program";\n${more}\nexport const step = defineStep({ load, defineFactory });\n`;
  const project = await projectOf({ "millrace.config.ts": config(""), "own.ts": "export const own = 1;\n" });
  const plain = await closure(project, "millrace.config.ts");
  expect(Object.keys(plain.files)).toEqual(["project:millrace.config.ts"]);
  expect(plain.packages).toEqual({ millrace: manifestOf(millraceRoot).version });
  await writeFile(join(project, "millrace.config.ts"), config('import { own } from "./own.ts"; void own;'));
  expect(Object.keys((await closure(project, "millrace.config.ts")).files).sort()).toEqual([
    "project:millrace.config.ts",
    "project:own.ts",
  ]);
  await writeFile(join(project, "millrace.config.ts"), config('import "millrace/none";'));
  await expect(closure(project, "millrace.config.ts")).rejects.toThrow(/leads nowhere/);
  // The product's own steps are followed file by file, the program's rooms too.
  const own = (await codeReader(project)).closureOf(["millrace:src/factory/steps/split.ts"]);
  expect(Object.keys(own.files).some((name) => name.startsWith("millrace:program/"))).toBe(true);
  expect(own.packages).not.toHaveProperty("millrace");
});

test("an import that leads nowhere, a module that does not parse, and an export that is not there are named", async () => {
  const project = await projectOf({
    "a.ts": 'import "./none.ts";\n',
    "b.ts": "import {\n",
    "c.ts": "export const train = 1;\n",
  });
  const reader = await codeReader(project);
  expect(() => reader.closureOf(["project:a.ts"])).toThrow(/imports "\.\/none\.ts", which leads nowhere/);
  expect(() => reader.closureOf(["project:b.ts"])).toThrow(
    expect.objectContaining({ code: "PIPELINE_MODULE_INVALID" }),
  );
  expect(() => reader.requireExport("project:c.ts", "trian")).toThrow(/did you mean train\?/);
});

test("a module of this package is named from its root, one of a project from the project's", async () => {
  const project = await projectOf({ "a.ts": "" });
  const own = join(millraceRoot, "src/pipeline/index.ts");
  expect(moduleName(own, project)).toBe("millrace:src/pipeline/index.ts");
  expect(modulePath("millrace:src/pipeline/index.ts", project)).toBe(own);
  expect(moduleName(join(project, "a.ts"), project)).toBe("project:a.ts");
  expect(moduleName(own, join(millraceRoot, "src"))).toBe("project:pipeline/index.ts");
});
