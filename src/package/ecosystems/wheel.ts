import { createHash } from "node:crypto";
import type { Program } from "@millrace/program";
import type { CompiledFile, CompileOptions } from "@millrace/program/compile";
import { bytesOf, zipOf } from "./archives.ts";
import { exampleRow } from "./example-row.ts";
import type { EcosystemPackage } from "./model.ts";
import { packageNames } from "./package-names.ts";
import { packageReadme } from "./package-readme.ts";

/**
 * A wheel for every Python from 3.9 on, which installs without a build and without the network.
 *
 * Source: Python packaging, binary distribution format 1.0 (PEP 427) and core metadata 2.1 (PEP 566).
 */
export function wheel(files: readonly CompiledFile[], options: CompileOptions, program: Program): EcosystemPackage {
  const { dashed, identifier, version, digest } = packageNames(options);
  const [name, module] = [`millrace-${dashed}`, `millrace_${identifier}`];
  const info = `${module}-${version}.dist-info`;
  const row = exampleRow(program).map(
    ({ input, json }) => `    ${JSON.stringify(input.name)}: ${input.type === "bool" ? "True" : json},`,
  );
  const use = [
    "```python",
    `from ${module} import score`,
    "",
    "result = score({",
    ...row,
    "})",
    'print(result["prediction"], result["score"])',
    "```",
    "",
    "```sh",
    `${name} < in.csv > out.csv`,
    "```",
    "",
    "It needs the standard library of Python 3.9 or later alone.",
  ];
  const entries = new Map<string, string | Uint8Array>();
  for (const { path, content } of files) if (/\.py$|^py\.typed$/.test(path)) entries.set(`${module}/${path}`, content);
  entries.set(
    `${info}/METADATA`,
    [
      "Metadata-Version: 2.1",
      `Name: ${name}`,
      `Version: ${version}`,
      "Summary: A trained model as dependency-free code.",
      "Requires-Python: >=3.9",
      "License: those of whoever trained the model; see the description",
      ...(digest === undefined ? [] : [`Keywords: millrace,${digest}`]),
      "Description-Content-Type: text/markdown",
      "",
      packageReadme(program, options, use),
    ].join("\n"),
  );
  entries.set(`${info}/WHEEL`, "Wheel-Version: 1.0\nGenerator: millrace\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
  entries.set(`${info}/entry_points.txt`, `[console_scripts]\n${name} = ${module}.model:main\n`);
  entries.set(`${info}/top_level.txt`, `${module}\n`);
  const record = [...entries].map(([path, content]) => {
    const bytes = bytesOf(content);
    return `${path},sha256=${createHash("sha256").update(bytes).digest("base64url")},${bytes.length}\n`;
  });
  entries.set(`${info}/RECORD`, `${record.join("")}${info}/RECORD,,\n`);
  const path = `${module}-${version}-py3-none-any.whl`;
  return {
    files: [{ path, content: zipOf(entries) }],
    usage: [`python3 -m pip install ./${path}`, `${name} < in.csv > out.csv`],
  };
}
