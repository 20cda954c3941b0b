// Writes program/compile/<target>/runtime-text.ts from the runtime beside it, which is kept in its own language (that of
// JavaScript is bundled from TypeScript). With --check it writes nothing and fails where one is out of step.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileString } from "assemblyscript/asc";
import { rolldown } from "rolldown";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "program", "compile");

/** Paths and texts of what the runtimes of all targets give. */
export async function embeddedRuntimes(): Promise<{ readonly path: string; readonly text: string }[]> {
  const targets = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const own = targets.flatMap(({ name }) =>
    readdirSync(join(folder, name))
      .filter((file) => /^runtime\.(?!ts$)[a-z]+$/.test(file))
      .map((file) => embedded(name, file, readFileSync(join(folder, name, file), "utf8"))),
  );
  // The bundle holds the kernel's text, so that comes first.
  const kernel = await forestKernel();
  return [...own, kernel, embedded("javascript", "runtime-entry.ts", await bundled(kernel.text))];
}

/** The walk over forests, compiled from AssemblyScript. */
async function forestKernel() {
  const source = readFileSync(join(folder, "javascript", "forest", "wasm", "forest.ts"), "utf8");
  const { error, stderr, binary } = await compileString(source, {
    optimizeLevel: 3,
    shrinkLevel: 0,
    noAssert: true,
    runtime: "stub",
    importMemory: true,
    noExportMemory: true,
  });
  if (error !== null || binary === null) throw new Error(`wasm/forest.ts: ${stderr.toString()}`);
  const base64 = Buffer.from(binary).toString("base64");
  const text = `// Written by scripts/embed-runtimes.ts from wasm/forest.ts; edit that.\nexport const forestKernel =\n  "${base64}";\n`;
  return { path: join(folder, "javascript", "forest", "forest-kernel.ts"), text };
}

function embedded(target: string, file: string, source: string) {
  const lines = source
    .replaceAll("\r\n", "\n")
    .trimEnd()
    .split("\n")
    .map((line) => `  ${JSON.stringify(line)},`);
  const text = `// Written by scripts/embed-runtimes.ts from ${file}; edit that.\n// biome-ignore-all format: a line of the runtime is a line here\n// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the runtime's own\nexport const runtimeText: string = [\n${lines.join("\n")}\n].join("\\n");\n`;
  return { path: join(folder, target, "runtime-text.ts"), text };
}

async function bundled(kernel: string): Promise<string> {
  const bundle = await rolldown({
    input: join(folder, "javascript", "runtime-entry.ts"),
    platform: "neutral",
    plugins: [{ name: "kernel", load: (id) => (id.endsWith("forest-kernel.ts") ? kernel : null) }],
  });
  const { output } = await bundle.generate({ format: "esm", comments: false });
  await bundle.close();
  // The names stay in scope; the code that follows uses them.
  return output[0].code.replace(/^\/\/#(end)?region.*\n/gm, "").replace(/export \{[^}]*\};?\n?/, "");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes("--check");
  for (const { path, text } of await embeddedRuntimes()) {
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
    if (check) throw new Error(`${path} is out of step: run scripts/embed-runtimes.ts.`);
    writeFileSync(path, text);
  }
}
