import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Program } from "@millrace/program";
import { pruneProgram } from "@millrace/program/write";
import { init, parse } from "es-module-lexer";
import { MillraceError } from "#kernel";
import type { TarEntry } from "../tar.ts";

/** Whether a program holds an ONNX graph, which no generated code can run, and nothing else of that kind. */
export function needsOnnxRuntime(program: Program): boolean {
  const { nodes } = pruneProgram(program);
  return nodes.some(({ op }) => op === "onnxModel") && !nodes.some(({ op }) => op === "imagePixels");
}

/**
 * What an image with Node needs to score a program that holds an ONNX graph: `model.mjs` with the interpreter of this installation,
 * and its onnxruntime-node for Linux.
 *
 * Errors: PACKAGE_BASE_INVALID: when onnxruntime-node is not installed here, or not for Linux on this processor.
 */
export async function runtimeEntries(): Promise<readonly TarEntry[]> {
  return [
    { path: "model/model.mjs", bytes: new TextEncoder().encode(script) },
    { path: "model/program/package.json", bytes: new TextEncoder().encode('{ "type": "module" }\n') },
    ...(await interpreterFiles()),
    ...(await runtimeFiles()),
  ];
}

/** Each file that the interpreter's two doors reach by static imports. */
async function interpreterFiles(): Promise<TarEntry[]> {
  await init;
  const door = fileURLToPath(import.meta.resolve("@millrace/program"));
  const root = dirname(door);
  const files = new Map<string, Uint8Array>();
  const open = [door, fileURLToPath(import.meta.resolve("@millrace/program/external"))];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (files.has(path)) continue;
    const bytes = await readFile(path);
    files.set(path, bytes);
    for (const { specifier } of parse(bytes.toString("utf8"), path)[0])
      if (specifier?.startsWith(".") === true) open.push(join(dirname(path), specifier));
  }
  return [...files]
    .map(([path, bytes]) => ({ path: `model/program/${relative(root, path).replaceAll("\\", "/")}`, bytes }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

const runtimePackages = [
  { name: "onnxruntime-common", folders: ["dist/cjs"] },
  { name: "onnxruntime-node", folders: ["dist", `bin/napi-v6/linux/${process.arch}`] },
] as const;

async function runtimeFiles(): Promise<TarEntry[]> {
  const require = createRequire(import.meta.url);
  const entries: TarEntry[] = [];
  try {
    for (const { name, folders } of runtimePackages) {
      const root = rootOf(name, require.resolve(name));
      const into = `model/node_modules/${name}`;
      entries.push({ path: `${into}/package.json`, bytes: await readFile(join(root, "package.json")) });
      for (const folder of folders)
        for (const file of (await readdir(join(root, folder))).sort())
          if (/\.(js|json|node)$|\.so(\.\d+)*$/.test(file))
            entries.push({ path: `${into}/${folder}/${file}`, bytes: await readFile(join(root, folder, file)) });
    }
  } catch (error) {
    throw new MillraceError("PACKAGE_BASE_INVALID", {
      message: "The model holds an ONNX graph, and there is no onnxruntime-node for Linux here to put into the image.",
      next: "Install it: npm install onnxruntime-node@1.30.0.",
      cause: error,
    });
  }
  return entries;
}

/** The package's own folder, found from its main file. */
function rootOf(name: string, main: string): string {
  const at = main.lastIndexOf(join("node_modules", name));
  return main.slice(0, at + join("node_modules", name).length);
}

/** The same names as a generated `model.mjs` has. */
const script = `// Scores model.millrace by the interpreter beside it; the ONNX graph within runs in onnxruntime.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";

const { name: door } = readdirSync(new URL("./program/", import.meta.url), { withFileTypes: true }).find(({ name }) => /^index\\.[jt]s$/.test(name));
const { load, readModelFile } = await import("./program/" + door);
const { externalRuntimes } = await import("./program/external/" + door);
const require = createRequire(import.meta.url);
const { binding, initOrt } = require("onnxruntime-node/dist/binding.js");
initOrt();
const { Tensor, env } = require("onnxruntime-node");
const options = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: "sequential", logSeverityLevel: 4 };
const onnx = {
  open(model) {
    const session = new binding.InferenceSession();
    session.loadModel(model.buffer, model.byteOffset, model.byteLength, options);
    return {
      run(feeds, output) {
        const given = Object.entries(feeds).map(([name, { type, data, dims }]) => [name, new Tensor(type, data, dims)]);
        return session.run(Object.fromEntries(given), { [output]: null }, {})[output];
      },
    };
  },
};
const file = readModelFile(readFileSync(new URL("./model.millrace", import.meta.url)));
const scorer = load({ program: file.program, tensors: file.tensors }, externalRuntimes({ onnx }));
export const { inputs } = scorer.program;
export const { task, classes = [] } = scorer.program.outputs;
export const runtime = { onnxruntime: env.versions.node ?? env.versions.common };
export const score = (row) => scorer.score(row);
`;
