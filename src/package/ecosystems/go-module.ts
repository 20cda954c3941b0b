import type { CompiledFile, CompileOptions } from "@millrace/program/compile";
import { zipOf } from "./archives.ts";
import type { EcosystemPackage } from "./model.ts";
import { packageNames } from "./package-names.ts";

/**
 * A module as a folder that `go` takes for a proxy. Version 7 of a model is `v0.7.0`: a greater major version would change the
 * path of every import.
 *
 * Source: Go modules reference, module proxies and module zip files.
 */
export function goModule(files: readonly CompiledFile[], options: CompileOptions): EcosystemPackage {
  const go = String(files.find(({ path }) => path === "go.mod")!.content);
  const module = /^module (\S+)$/m.exec(go)![1]!;
  const version = `v0.${packageNames(options).version.split(".")[0]}.0`;
  const folder = `${module}/@v`;
  const zip = zipOf(new Map(files.map(({ path, content }) => [`${module}@${version}/${path}`, content])));
  const environment = `GOPROXY="file://$PWD,off" GONOSUMDB=${module}`;
  return {
    files: [
      { path: `${folder}/list`, content: `${version}\n` },
      // Fixed: a time of making would be a clock in the bytes.
      {
        path: `${folder}/${version}.info`,
        content: `${JSON.stringify({ Version: version, Time: "1980-01-01T00:00:00Z" })}\n`,
      },
      { path: `${folder}/${version}.mod`, content: go },
      { path: `${folder}/${version}.zip`, content: zip },
    ],
    usage: [
      `${environment} go -C YOUR_MODULE get ${module}@${version}`,
      `${environment} go install ${module}@${version}`,
    ],
  };
}
