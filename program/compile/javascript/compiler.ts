import type { Program, ProgramInput, Tensors } from "../../model.ts";
import { abstainReasons, extraOutputs } from "../../outputs.ts";
import { withSeenLevels } from "../lower/with-seen-levels.ts";
import { lowerProgram } from "../lower.ts";
import type { Compiled, CompiledFile, CompileOptions, Compiler } from "../model.ts";
import { text } from "./literals.ts";
import { printScorer } from "./print-scorer.ts";
import { runtimeText } from "./runtime-text.ts";

/** One ES module without dependencies: `score(row)`, and a CSV filter where it is the program that is run. */
export const jsCompiler: Compiler = {
  kind: "compiler",
  name: "js",
  version: "1",
  traits: { exact: true, tolerance: 0 },
  supports: () => [],
  compile: (program, tensors, options) => ({
    files: files(program, tensors, options),
    usage: ["node model.mjs < in.csv > out.csv"],
  }),
};

/** As `js`, with the exact types of this model's rows and results. */
export const tsCompiler: Compiler = {
  ...jsCompiler,
  name: "ts",
  compile: (program, tensors, options): Compiled => ({
    files: [
      ...files(program, tensors, options),
      { path: "model.ts", content: `${heading(options)}export * from "./model.mjs";\n` },
    ],
    usage: ['import { score } from "./model.ts"', "node model.mjs < in.csv > out.csv"],
  }),
};

function files(program: Program, tensors: Tensors, options: CompileOptions): CompiledFile[] {
  const lowered = withSeenLevels(lowerProgram(program, tensors, "wide"));
  const seen = lowered.inputs.flatMap((one) =>
    one.seen === undefined ? [] : [`[${text(one.input.name)}, T${one.seen}]`],
  );
  const module = `${heading(options)}${runtimeText.trimEnd()}

${printScorer(lowered)}

export { classes, extras, inputs, score, task };

if (typeof process === "object" && process.argv?.[1] !== undefined && import.meta.url.startsWith("file:")) {
  const { realpathSync } = await import("node:fs");
  const { fileURLToPath } = await import("node:url");
  let started = "";
  try {
    started = realpathSync(process.argv[1]);
  } catch {
    // started from no file: imported
  }
  if (started === realpathSync(fileURLToPath(import.meta.url))) await filter({ inputs, task, classes, extras, score, unread, seen: [${seen.join(", ")}] }, process);
}
`;
  const name = packageName(options.name);
  const manifest = {
    name,
    version: `${options.version ?? 0}.0.0`,
    description: "A trained model as dependency-free code.",
    type: "module",
    exports: { ".": { types: "./model.d.mts", default: "./model.mjs" } },
    files: ["model.mjs", "model.d.mts"],
    ...(options.digest === undefined ? {} : { millrace: { digest: options.digest } }),
  };
  return [
    { path: "model.mjs", content: module },
    { path: "model.d.mts", content: `${heading(options)}${declarations(lowered.program)}` },
    { path: "package.json", content: `${JSON.stringify(manifest, null, 2)}\n` },
  ];
}

function heading({ name, version, digest }: CompileOptions): string {
  const what = `${packageName(name)}${version === undefined ? "" : `:${version}`}`;
  const content = digest === undefined ? "" : `, content ${digest.replace(/[^a-z0-9:]/g, "")}`;
  return `// The model ${what}${content}. Made by Millrace; do not edit.\n`;
}

function packageName(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, "-")
      .replace(/^-+|-+$/g, "") || "model"
  );
}

const typeOf: Readonly<Record<ProgramInput["type"], string>> = {
  number: "number",
  integer: "number",
  bool: "boolean",
  timestamp: "string | number",
  string: "string",
  strings: "readonly string[]",
  vector: "readonly number[] | Float64Array | Float32Array",
};

function declarations(program: Program): string {
  const { inputs, outputs } = program;
  const classes = outputs.classes?.map((name) => text(name)) ?? [];
  const row = inputs.map((input) => {
    const comment =
      input.type === "timestamp"
        ? `  /** ISO 8601${input.pattern === undefined ? "" : " or the model's pattern"}, or whole microseconds since 1970. */\n`
        : "";
    const absent = input.missingAllowed ? " | null | undefined" : "";
    return `${comment}  readonly ${text(input.name)}${input.missingAllowed ? "?" : ""}: ${typeOf[input.type]}${absent};`;
  });
  const prediction = outputs.task === "regression" ? "number" : "ClassName";
  const scores =
    outputs.task === "regression"
      ? []
      : ["  /** The score of each class. */", "  readonly scores?: Readonly<Record<ClassName, number>>;"];
  return [
    "/** The raw columns of one row; what may be left out is missing. */",
    "export interface Row {",
    ...row,
    "}",
    ...(classes.length === 0 ? [] : [`export type ClassName = ${classes.join(" | ")};`]),
    "export interface Result {",
    "  /** Null where the score is missing. */",
    "  readonly score: number | null;",
    ...scores,
    `  readonly prediction: ${prediction} | null;`,
    ...extraTypes(program),
    "}",
    "/** Scores one row. It throws where a value cannot be read as its column's type. */",
    "export declare function score(row: Row): Result;",
    'export declare const inputs: readonly { readonly name: string; readonly type: "number" | "integer" | "bool" | "timestamp" | "string" | "strings" | "vector"; readonly missingAllowed: boolean }[];',
    `export declare const task: "${outputs.task}";`,
    "/** Outputs beside the score: the filter's columns by their names in a result. */",
    "export declare const extras: Readonly<Record<string, string>>;",
    `export declare const classes: readonly ${classes.length === 0 ? "never" : "ClassName"}[];`,
    "",
  ].join("\n");
}

function extraTypes({ inputs, outputs }: Program): string[] {
  const imputes = inputs.some(({ invalid }) => invalid === "impute");
  const lines = extraOutputs(outputs).map(({ kind, name }) => {
    if (kind === "number") return `  readonly ${name}: number | null;`;
    if (kind === "set") return `  readonly ${name}: readonly ClassName[] | null;`;
    return `  /** Why there is no prediction; null where there is one. */\n  readonly ${name}: ${abstainReasons.map((reason) => `"${reason}"`).join(" | ")} | null;`;
  });
  if (!imputes) return lines;
  return [
    ...lines,
    "  /** Inputs that count as missing because they cannot be read. */",
    "  readonly imputed?: readonly string[];",
  ];
}
