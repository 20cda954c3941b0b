import { compilePattern } from "../../interpreter/timestamp-text.ts";
import type { ProgramInput } from "../../model.ts";
import { lowerProgram } from "../lower.ts";
import type { Compiler, Lowered } from "../model.ts";
import { prefixOf, titleOf } from "../printing/names.ts";
import { number, printForest, printStatements, printTable, text } from "./print.ts";
import { runtimeText } from "./runtime-text.ts";

/** A module for Go 1.21 and later, of the standard library alone: package `model`, and a CSV filter in the root. */
export const goCompiler: Compiler = {
  kind: "compiler",
  name: "go",
  version: "1",
  traits: { exact: true, tolerance: 0 },
  supports: () => [],
  compile: (program, tensors, options) => {
    const lowered = lowerProgram(program, tensors);
    const module = prefixOf(options);
    return {
      files: [
        { path: "go.mod", content: `module ${module}\n\ngo 1.21\n` },
        {
          path: "main.go",
          content: `// ${titleOf(options)}\npackage main\n\nimport (\n\t"os"\n\n\t"${module}/model"\n)\n\nfunc main() {\n\tos.Exit(model.Filter(os.Stdin, os.Stdout, os.Stderr))\n}\n`,
        },
        {
          path: "model/runtime.go",
          content: `// ${titleOf(options)}\n\n// Package model scores rows: Score of one, or Filter of CSV.\n${runtimeText}\n`,
        },
        { path: "model/model.go", content: `// ${titleOf(options)}\n\npackage model\n\n${printModel(lowered)}` },
      ],
      usage: ["go run . < in.csv > out.csv"],
    };
  },
};

const statementsPerFunction = 300;

function printModel(lowered: Lowered): string {
  const { inputs, program, tables, statements } = lowered;
  const { outputs } = program;
  const reads = inputs.map(({ input, text: textSlot, number: slot }, i) => {
    const name = text(input.name);
    if (textSlot !== undefined) return `w.s[${textSlot}] = inputText(${name}, ${input.missingAllowed}, row[${name}])`;
    const read = readers[input.type] ?? `read${i}`;
    return `w.n[${slot}] = inputNumber(${name}, ${input.missingAllowed}, ${read}, row[${name}])`;
  });
  const printed = printStatements(lowered);
  const parts: string[][] = [];
  for (let from = 0; from < printed.length; from += statementsPerFunction)
    parts.push(printed.slice(from, from + statementsPerFunction).flat());
  const usesMath = parts.flat().some((line) => line.includes("math.Mod("));
  return [
    ...(usesMath ? ['import "math"', ""] : []),
    `// Task is what the model does: binary, multiclass or regression.\nconst Task = "${outputs.task}"`,
    "",
    `// Classes are the names of the classes; empty for a regression.\nvar Classes = []string{${(outputs.classes ?? []).map(text).join(", ")}}`,
    "",
    "// Inputs are the columns that the model reads.",
    "var Inputs = []Input{",
    ...inputs.map(({ input }) => `\t{${text(input.name)}, "${input.type}", ${input.missingAllowed}},`),
    "}",
    "",
    ...inputs.flatMap(({ input }, i) =>
      input.type === "timestamp" ? [`var read${i} = ${timestampReader(input)}`] : [],
    ),
    ...tables.map(printTable),
    ...statements.flatMap((statement, i) => (statement.do === "forest" ? [printForest(statement.forest, i)] : [])),
    "",
    "type work struct {",
    `\tn [${Math.max(1, lowered.numbers)}]float64`,
    `\ts [${Math.max(1, lowered.texts)}]text`,
    ...lowered.vectors.map((width, slot) => `\tv${slot} [${width}]float64`),
    "}",
    "",
    "func evaluate(row map[string]any) Result {",
    "\tw := new(work)",
    ...reads.map((line) => `\t${line}`),
    ...parts.map((_, i) => `\tpart${i}(w)`),
    `\treturn ${result(lowered)}`,
    "}",
    ...parts.flatMap((lines, i) => ["", `func part${i}(w *work) {`, ...lines.map((line) => `\t${line}`), "}"]),
    "",
  ].join("\n");
}

const readers: Readonly<Partial<Record<ProgramInput["type"], string>>> = {
  number: "readNumber",
  integer: "readInteger",
  bool: "readBool",
};

function timestampReader({ pattern }: ProgramInput): string {
  if (pattern === undefined) return 'timestampReader("an ISO 8601 date or time", "", "")';
  const { source, letters } = compilePattern(pattern);
  // What is read is in lower case already; the expression has no letters but those of names and literals.
  const lower = source.replaceAll("\\d", "[0-9]").replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return `timestampReader(${text(`a time of the pattern ${pattern}`)}, ${text(lower.replaceAll("\\/", "/"))}, "${letters.join("")}")`;
}

function result({ program: { outputs }, score }: Lowered): string {
  if ("vector" in score) return `classesResult(w.v${score.vector}[:])`;
  const value = `w.n[${score.number}]`;
  if (outputs.task === "regression") return `numberResult(${value})`;
  return `binaryResult(${value}, ${number(outputs.threshold ?? 0.5)})`;
}
