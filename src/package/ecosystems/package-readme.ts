import type { Program, ProgramInput } from "@millrace/program";
import type { CompileOptions } from "@millrace/program/compile";
import { outputColumns, pruneProgram } from "@millrace/program/write";
import { packageNames } from "./package-names.ts";

/**
 * What a person reads first of a package: how it is called (`use`), what goes in with its types, what comes out, and which
 * model it is; from the program alone. Names of the program stand in code spans only.
 */
export function packageReadme(program: Program, options: CompileOptions, use: readonly string[]): string {
  const { dashed, version, digest } = packageNames(options);
  const { inputs, outputs } = pruneProgram(program);
  const lines = [
    `# ${dashed} ${version}`,
    "",
    `A trained model with all of its feature engineering, as code without dependencies. ${told(program)}`,
    "",
    "## Use",
    "",
    ...use,
    "",
    "As a filter it reads CSV with a header, in any order of columns, and writes a line of scores for each row. What is unusual",
    "(a column that is not there or not the model's, values that cannot be read or that training did not see) goes to standard error.",
    "",
    "## What goes in",
    "",
    "| column | type | missing |",
    "|---|---|---|",
    ...inputs.map((input) => `| ${code(input.name)} | ${typeOf(input)} | ${whenMissing(input)} |`),
    "",
    "An empty cell of CSV is missing.",
    "",
    "## What comes out",
    "",
    `The columns ${outputColumns(outputs).map(code).join(", ")}. ${scoreOf[outputs.task]}`,
    "",
    "## What it is",
    "",
    ...(digest === undefined
      ? []
      : [
          `The model's content digest is \`${digest}\`. \`millrace model verify\`, on the model of that digest,`,
          "builds this export, runs it, and holds it against the interpreter: every score is equal to the last bit.",
        ]),
    "Its terms of use are those of whoever trained it.",
  ];
  return `${lines.join("\n")}\n`;
}

function told({ outputs: { task, classes = [], threshold = 0.5 } }: Program): string {
  if (task === "regression") return "It gives a number.";
  const few = classes.length <= 12 ? `: ${classes.map(code).join(", ")}` : "";
  if (task === "multiclass") return `It tells ${classes.length} classes apart${few}.`;
  return `It tells ${code(classes[0]!)} from ${code(classes[1]!)}, which it says from a score of ${threshold} on.`;
}

const scoreOf = {
  regression: "The score is the number.",
  binary: "The score is the probability of the second class.",
  multiclass: "The score is the greatest of those of the classes.",
} as const;

const types = {
  number: "number",
  integer: "whole number",
  bool: "true or false",
  timestamp: "time: ISO 8601",
  string: "text",
  strings: "list of texts",
  vector: "list of numbers",
} as const;

function typeOf({ type, pattern, width }: ProgramInput): string {
  if (type === "timestamp" && pattern !== undefined) return `time: ISO 8601, or ${code(pattern)}`;
  return type === "vector" ? `list of ${width} numbers` : types[type];
}

function whenMissing({ missingAllowed, invalid }: ProgramInput): string {
  if (invalid === "abstain") return "no prediction, also where it cannot be read";
  if (!missingAllowed) return "refused";
  return invalid === "impute" ? "allowed; so counts what cannot be read" : "allowed";
}

/** A text of the program as code, whatever is in it. */
function code(text: string): string {
  const shown = JSON.stringify(text.slice(0, 120)).slice(1, -1).replaceAll("|", "\\|");
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  const space = shown === "" || /^`|`$/.test(shown) ? " " : "";
  return `${fence}${space}${shown}${space}${fence}`;
}
