import type { Program } from "@millrace/program";
import type { CompiledFile, CompileOptions } from "@millrace/program/compile";
import { tarGzipOf } from "./archives.ts";
import { exampleRow } from "./example-row.ts";
import type { EcosystemPackage } from "./model.ts";
import { packageNames } from "./package-names.ts";
import { packageReadme } from "./package-readme.ts";

/** What `npm install FILE.tgz` takes: the module with its types, and the filter as a command. */
export function npmTarball(
  files: readonly CompiledFile[],
  options: CompileOptions,
  program: Program,
): EcosystemPackage {
  const manifest = JSON.parse(String(files.find(({ path }) => path === "package.json")!.content));
  const command = packageNames(options).dashed;
  const more = {
    license: "SEE LICENSE IN README.md",
    keywords: ["machine-learning", "millrace", "model"],
    engines: { node: ">=18" },
  };
  const row = exampleRow(program).map(({ input, json }) => `  ${JSON.stringify(input.name)}: ${json},`);
  const use = [
    "```js",
    `import { score } from ${JSON.stringify(manifest.name)};`,
    "",
    "const { score: value, prediction } = score({",
    ...row,
    "});",
    "console.log(prediction, value);",
    "```",
    "",
    "```sh",
    `npx ${command} < in.csv > out.csv`,
    "```",
    "",
    "The types of a row and of a result are in `model.d.mts`. It runs in Node, browsers and edge workers.",
  ];
  // npm's own order of names: the manifest first, so that readers of streams find it at once.
  const entries = new Map<string, string | Uint8Array>([
    [
      "package/package.json",
      `${JSON.stringify({ ...manifest, ...more, bin: { [command]: "./model.mjs" } }, null, 2)}\n`,
    ],
  ]);
  for (const { path, content } of files)
    if (manifest.files.includes(path))
      entries.set(`package/${path}`, path === "model.mjs" ? `#!/usr/bin/env node\n${String(content)}` : content);
  entries.set("package/README.md", packageReadme(program, options, use));
  const path = `${String(manifest.name).replace(/^@/, "").replaceAll("/", "-")}-${manifest.version}.tgz`;
  return {
    files: [{ path, content: tarGzipOf(entries, new Set(["package/model.mjs"])) }],
    usage: [`npm install ./${path}`, `npx ${command} < in.csv > out.csv`],
  };
}
