import type { CompiledFile, CompileOptions } from "@millrace/program/compile";
import { tarGzipOf } from "./archives.ts";
import type { EcosystemPackage } from "./model.ts";
import { packageNames } from "./package-names.ts";

/** What `npm install FILE.tgz` takes: the module with its types, and the filter as a command. */
export function npmTarball(files: readonly CompiledFile[], options: CompileOptions): EcosystemPackage {
  const manifest = JSON.parse(String(files.find(({ path }) => path === "package.json")!.content));
  const command = packageNames(options).dashed;
  // npm's own order of names: the manifest first, so that readers of streams find it at once.
  const entries = new Map<string, string | Uint8Array>([
    ["package/package.json", `${JSON.stringify({ ...manifest, bin: { [command]: "./model.mjs" } }, null, 2)}\n`],
  ]);
  for (const { path, content } of files)
    if (manifest.files.includes(path))
      entries.set(`package/${path}`, path === "model.mjs" ? `#!/usr/bin/env node\n${String(content)}` : content);
  const path = `${String(manifest.name).replace(/^@/, "").replaceAll("/", "-")}-${manifest.version}.tgz`;
  return {
    files: [{ path, content: tarGzipOf(entries, new Set(["package/model.mjs"])) }],
    usage: [`npm install ./${path}`, `npx ${command} < in.csv > out.csv`],
  };
}
