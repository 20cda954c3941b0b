import { compilePattern } from "../../interpreter/timestamp-text.ts";
import type { ProgramInput } from "../../model.ts";
import { lowerProgram } from "../lower.ts";
import type { CompileOptions, Compiler, Lowered } from "../model.ts";
import { prefixOf, titleOf } from "../printing/names.ts";
import { number, printForest, printStatements, printTable, text } from "./print.ts";
import { runtimeText } from "./runtime-text.ts";

/** One module for Python 3.9 and later, of the standard library alone: `score(row)`, and a CSV filter. */
export const pythonCompiler: Compiler = {
  kind: "compiler",
  name: "python",
  version: "1",
  traits: { exact: true, tolerance: 0 },
  supports: () => [],
  compile: (program, tensors, options) => ({
    files: [
      { path: "model.py", content: module(lowerProgram(program, tensors), options) },
      { path: "pyproject.toml", content: project(options) },
    ],
    usage: ["python3 model.py < in.csv > out.csv"],
  }),
};

function module(lowered: Lowered, options: CompileOptions): string {
  const { inputs, program, tables, statements } = lowered;
  const { outputs } = program;
  const described = inputs.map(
    ({ input }) => `(${text(input.name)}, "${input.type}", ${input.missingAllowed ? "True" : "False"})`,
  );
  const readers = inputs.flatMap(({ input }, i) =>
    input.type === "timestamp" ? [`_read${i} = ${timestampReader(input)}`] : [],
  );
  const reads = inputs.map(({ input, text: textSlot, number: slot }, i) => {
    const name = text(input.name);
    const allowed = input.missingAllowed ? "True" : "False";
    if (textSlot !== undefined) return `s${textSlot} = _text(${name}, ${allowed}, row.get(${name}))`;
    const read = input.type === "timestamp" ? `_read${i}` : `_read_${input.type}`;
    return `n${slot} = _number(${name}, ${allowed}, ${read}, row.get(${name}))`;
  });
  return [
    `# ${titleOf(options)}`,
    '"""Scores rows: `score(row)` of a dict by column name, or CSV from standard input."""',
    "",
    runtimeText,
    "",
    "",
    "# --- The program.",
    "",
    `TASK = "${outputs.task}"`,
    `CLASSES = (${(outputs.classes ?? []).map((name) => `${text(name)},`).join(" ")})`,
    `INPUTS = (${described.map((one) => `${one},`).join(" ")})`,
    ...readers,
    ...tables.map(printTable),
    ...statements.flatMap((statement, i) => (statement.do === "forest" ? [printForest(statement.forest, i)] : [])),
    "",
    "",
    "def score(row):",
    '    """The score of one row: a dict with `score`, `prediction` and, for classes, `scores`; None where it is missing."""',
    ...[...reads, ...printStatements(lowered), ...result(lowered)].map((line) => `    ${line}`),
    "",
    "",
    "def score_many(rows):",
    '    """The scores of many rows, in order."""',
    "    return [score(row) for row in rows]",
    "",
    "",
    'if __name__ == "__main__":',
    "    sys.exit(_filter(sys.stdin.buffer, sys.stdout.buffer, sys.stderr.buffer))",
    "",
  ].join("\n");
}

function timestampReader({ pattern }: ProgramInput): string {
  if (pattern === undefined) return '_timestamp_reader("an ISO 8601 date or time", None, "")';
  const { source, letters } = compilePattern(pattern);
  return `_timestamp_reader(${text(`a time of the pattern ${pattern}`)}, ${text(source.replaceAll("\\d", "[0-9]"))}, "${letters.join("")}")`;
}

function result({ program: { outputs }, score }: Lowered): string[] {
  const nothing = ['return {"score": None, "prediction": None}'].map((line) => `    ${line}`);
  if ("vector" in score) {
    const vector = `v${score.vector}`;
    return [
      `if isnan(${vector}[0]):`,
      ...nothing,
      `best = 0`,
      `for k in range(1, ${outputs.classes!.length}):`,
      `    if ${vector}[k] > ${vector}[best]:`,
      `        best = k`,
      `return {"score": ${vector}[best], "scores": dict(zip(CLASSES, ${vector})), "prediction": CLASSES[best]}`,
    ];
  }
  const value = `n${score.number}`;
  const missing = [`if isnan(${value}):`, ...nothing];
  if (outputs.task === "regression") return [...missing, `return {"score": ${value}, "prediction": ${value}}`];
  const predicted = `CLASSES[1 if ${value} >= ${number(outputs.threshold ?? 0.5)} else 0]`;
  return [
    ...missing,
    `return {"score": ${value}, "scores": dict(zip(CLASSES, (1.0 - ${value}, ${value}))), "prediction": ${predicted}}`,
  ];
}

function project(options: CompileOptions): string {
  return [
    "[build-system]",
    'requires = ["setuptools>=61"]',
    'build-backend = "setuptools.build_meta"',
    "",
    "[project]",
    `name = "${prefixOf(options).replaceAll("_", "-")}"`,
    `version = "${options.version ?? 0}.0.0"`,
    'description = "A trained model as dependency-free code."',
    'requires-python = ">=3.9"',
    "",
    "[tool.setuptools]",
    'py-modules = ["model"]',
    "",
  ].join("\n");
}
