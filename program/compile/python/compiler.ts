import type { ProgramInput } from "../../model.ts";
import { outputColumns } from "../../outputs.ts";
import { isTextInput } from "../lower/builder.ts";
import { withSeenLevels } from "../lower/with-seen-levels.ts";
import { lowerProgram } from "../lower.ts";
import type { CompiledFile, CompileOptions, Compiler, Lowered } from "../model.ts";
import { prefixOf, titleOf } from "../printing/names.ts";
import { shallow } from "../printing/shallow.ts";
import { timeExpression } from "../printing/time-expression.ts";
import { text, texts } from "./literals.ts";
import { printProgram } from "./print.ts";
import { printResult, printTypes, slotOf } from "./print-result.ts";
import { runtimeText } from "./runtime-text.ts";

/** CPython's parser takes no expression that is nested much deeper. */
const deepest = 40;

/** One module for Python 3.9 and later, of the standard library only: `score(row)`, and a CSV filter where it is run. */
export const pythonCompiler: Compiler = {
  kind: "compiler",
  name: "python",
  version: "1",
  traits: { exact: true, tolerance: 0 },
  supports: () => [],
  compile: (program, tensors, options) => {
    const lowered = shallow(withSeenLevels(lowerProgram(program, tensors)), deepest);
    return { files: files(lowered, options), usage: ["python3 model.py < in.csv > out.csv"] };
  },
};

function files(lowered: Lowered, options: CompileOptions): CompiledFile[] {
  const name = `millrace_${prefixOf(options)}`;
  const version = `${Number.isSafeInteger(options.version) ? options.version : 0}.0.0`;
  return [
    { path: "model.py", content: printModule(lowered, options) },
    {
      path: "__init__.py",
      content: `from .model import CLASSES, INPUTS, TASK, InputError, Result, Row, score, score_many\n\n__all__ = [\n    "CLASSES", "INPUTS", "TASK", "InputError", "Result", "Row", "score", "score_many"\n]\n`,
    },
    { path: "py.typed", content: "" },
    {
      path: "pyproject.toml",
      content: `# ${titleOf(options)}
[build-system]
requires = ["setuptools>=61"]
build-backend = "setuptools.build_meta"

[project]
name = "${name.replaceAll("_", "-")}"
version = "${version}"
description = "A trained model as dependency-free code."
requires-python = ">=3.9"

[project.scripts]
${name.replaceAll("_", "-")} = "${name}.model:main"

[tool.setuptools]
packages = ["${name}"]
package-dir = { "${name}" = "." }

[tool.setuptools.package-data]
"${name}" = ["py.typed"]
`,
    },
  ];
}

function printModule(lowered: Lowered, options: CompileOptions): string {
  const { declarations, statements } = printProgram(lowered);
  const { inputs, program, score, extras } = lowered;
  const slots = inputs.map(({ text: slot, number: place, vector }) =>
    vector !== undefined ? `v${vector}` : slot === undefined ? `n${place}` : `t${slot}`,
  );
  const vectors = inputs.flatMap(({ input, vector }) =>
    vector === undefined ? [] : [`if v${vector} is None:`, `    v${vector} = [_NAN] * ${input.width}`],
  );
  const lines = [
    ...(slots.length === 0 ? [] : [`(${slots.join(", ")},) = values`]),
    ...vectors,
    ...statements,
    `return ${["vector" in score ? `v${score.vector}` : `n${score.number}`, ...extras.map(slotOf)].join(", ")}`,
  ];
  const seen = inputs.flatMap((one, k) => (one.seen === undefined ? [] : [`(${k}, _L${one.seen})`]));
  return `"""${titleOf(options)}

    from model import score
    score({...})["prediction"]

    python3 model.py < in.csv > out.csv
"""
${runtimeText.trimEnd()}


# The model.

${printTypes(lowered)}


TASK = "${program.outputs.task}"
CLASSES = ${texts(program.outputs.classes ?? [])}
INPUTS = [
${inputs.map(({ input }) => `    {"name": ${text(input.name)}, "type": "${input.type}", "missing_allowed": ${input.missingAllowed ? "True" : "False"}},`).join("\n")}
]

_READERS = [
${inputs.map(({ input }) => `    (${text(input.name)}, ${lenient(input)}, ${input.missingAllowed ? "False" : "True"}),`).join("\n")}
]
_READS = [(name, read) for name, read, _ in _READERS]
_HEADER = ${texts(outputColumns(lowered.program.outputs))}
_NEEDED = [at for at, (_, _, needed) in enumerate(_READERS) if needed]

${declarations.join("\n")}


def _evaluate(values):
${lines.map((line) => `    ${line}`).join("\n")}


${printResult(lowered)}


def _values(row: Mapping[str, Any]) -> List[Any]:
    get = row.get
    try:
        values = [read(get(name)) for name, read in _READS]
    except _Unreadable:
        values = None
    if values is not None and all(values[at] is not None and values[at] == values[at] for at in _NEEDED):
        return values
    for name, read, needed in _READERS:
        try:
            value = read(get(name))
        except _Unreadable as error:
            raise InputError(name, str(error)) from None
        if needed and (value is None or value != value):
            raise InputError(name, "may not be missing")
    raise AssertionError("a value reads differently each time")


def score(row: "Row") -> "Result":
    """Scores one row. InputError: a value cannot be read as its column's type, or is missing where it may not be."""
    return _result(_evaluate(_values(row)))


def score_many(rows: Iterable["Row"]) -> List["Result"]:
    """Scores rows, in order."""
    return [_result(_evaluate(_values(row))) for row in rows]


def main() -> int:
    """The filter: CSV with a header from standard input, a line of scores for each row to standard output."""
    try:
        streams = sys.stdin.buffer, sys.stdout.buffer, sys.stderr.buffer
        return _filter(_READERS, [${seen.join(", ")}], _evaluate, _line, _HEADER, *streams)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main())
`;
}

const readers = {
  number: "_read_number",
  integer: "_read_integer",
  bool: "_read_bool",
  string: "_read_text",
  strings: "_read_strings",
} as const;

function reader({ type, pattern, width }: ProgramInput): string {
  if (type === "vector") return `_vector_reader(${width})`;
  if (type !== "timestamp") return readers[type];
  if (pattern === undefined) return "_timestamp_reader()";
  const { source, letters } = timeExpression(pattern);
  return `_timestamp_reader(${text(source)}, "${letters}", ${text(`a time of the pattern ${pattern}`)})`;
}

/** The reader of an input; where an unreadable value counts as missing, one that says so. */
function lenient(input: ProgramInput): string {
  return input.invalid === undefined
    ? reader(input)
    : `_lenient(${reader(input)}, ${isTextInput(input.type) || input.type === "vector" ? "None" : "_NAN"})`;
}
