import type { Program } from "@millrace/program";
import type { CompiledFile, CompileOptions } from "@millrace/program/compile";
import { zipOf } from "./archives.ts";
import { exampleRow } from "./example-row.ts";
import type { EcosystemPackage } from "./model.ts";
import { packageNames } from "./package-names.ts";
import { packageReadme } from "./package-readme.ts";

/**
 * A module as a folder that `go` takes for a proxy. Version 7 of a model is `v0.7.0`: a greater major version would change the
 * path of every import.
 *
 * Source: Go modules reference, module proxies and module zip files.
 */
export function goModule(files: readonly CompiledFile[], options: CompileOptions, program: Program): EcosystemPackage {
  const go = String(files.find(({ path }) => path === "go.mod")!.content);
  const module = /^module (\S+)$/m.exec(go)![1]!;
  const version = `v0.${packageNames(options).version.split(".")[0]}.0`;
  const folder = `${module}/@v`;
  const readme = { path: "README.md", content: packageReadme(program, options, useOf(module, program)) };
  const zip = zipOf(new Map([...files, readme].map(({ path, content }) => [`${module}@${version}/${path}`, content])));
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

function useOf(module: string, program: Program): string[] {
  const sets = exampleRow(program).map(({ input, place, json, number }) => {
    const list = { strings: "[]string", vector: "[]float64" }[input.type as "strings"];
    const value = list === undefined ? (input.type === "string" ? json : number) : `${list}{${json.slice(1, -1)}}`;
    return `\trow.X${place} = ${value} // ${JSON.stringify(input.name)}`;
  });
  return [
    "```go",
    "package main",
    "",
    "import (",
    '\t"fmt"',
    "",
    `\t"${module}/model"`,
    ")",
    "",
    "func main() {",
    "\trow := model.NewRow()",
    ...sets,
    "\tresult, err := model.Score(&row)",
    "\tfmt.Println(result.Prediction, result.Score, err)",
    "}",
    "```",
    "",
    "`model.Inputs` names the columns of a row; `model.Filter` reads CSV and writes scores, as the command at the module's root does.",
  ];
}
