import type { Lowered, LoweredExtra } from "../model.ts";
import { reasonOf, reasonTexts } from "../printing/extras.ts";
import { csvCell } from "../printing/names.ts";
import { number, text, texts } from "./literals.ts";

const typeOf = {
  number: "float",
  integer: "int",
  bool: "bool",
  timestamp: "Union[str, int, datetime.datetime, datetime.date]",
  string: "str",
  strings: "Sequence[str]",
  vector: "Sequence[float]",
} as const;

/** The types of a row and of a scored one. */
export function printTypes({ program, extras }: Lowered): string {
  const { inputs, outputs } = program;
  const fields = (needed: boolean) =>
    inputs
      .filter(({ missingAllowed }) => missingAllowed !== needed)
      .map(({ name, type }) => `        ${text(name)}: ${needed ? typeOf[type] : `Optional[${typeOf[type]}]`},`)
      .join("\n");
  const prediction = outputs.task === "regression" ? "float" : "str";
  return `_Needed = TypedDict(
    "_Needed",
    {
${fields(true)}
    },
)
_Perhaps = TypedDict(
    "_Perhaps",
    {
${fields(false)}
    },
    total=False,
)


class Row(_Needed, _Perhaps):
    """The raw columns of one row; what may be left out is missing."""


class _Scored(TypedDict):
    score: Optional[float]
    prediction: Optional[${prediction}]


class Result(_Scored, total=False):
    """\`score\` and \`prediction\` are None where the score is missing; then there are no \`scores\` by class."""

    scores: Dict[str, float]${extras.map(({ kind, column }) => `\n    ${column}: Optional[${typeOfExtra[kind]}]`).join("")}`;
}

const typeOfExtra = { number: "float", set: "List[str]", reason: "str" } as const;

export const slotOf = ({ kind, slot }: LoweredExtra) => `${kind === "set" ? "v" : "n"}${slot}`;

/** `_result` and `_line` of what `_evaluate` gives. */
export function printResult(lowered: Lowered): string {
  const { extras } = lowered;
  if (extras.length === 0) return printScore(lowered, ["_result", "_line"], "");
  const names = ["score", ...extras.map(slotOf)].join(", ");
  const reason = reasonOf(lowered);
  const decided = reason === undefined ? "" : `, n${reason.slot} == 0`;
  const value = (extra: LoweredExtra) => {
    const slot = slotOf(extra);
    if (extra.kind === "number") return `None if ${slot} != ${slot} else ${slot}`;
    if (extra.kind === "reason") return `_REASONS[int(${slot})] or None`;
    return `None if ${slot}[0] != ${slot}[0] else [name for name, member in zip(CLASSES, ${slot}) if member == 1]`;
  };
  const cell = (extra: LoweredExtra) => {
    const slot = slotOf(extra);
    if (extra.kind === "number") return `"" if ${slot} != ${slot} else _number_text(${slot})`;
    if (extra.kind === "reason") return `_REASONS[int(${slot})]`;
    return `_set_cell(CLASSES, ${slot})`;
  };
  return `_REASONS = ${texts(reasonTexts)}


${printScore(lowered, ["_score_result", "_score_line"], ", decided=True")}


def _result(scored):
    ${names} = scored
    result = _score_result(score${decided})
${extras.map((extra) => `    result["${extra.column}"] = ${value(extra)}`).join("\n")}
    return result


def _line(scored) -> str:
    ${names} = scored
    cells = [
${extras.map((extra) => `        ${cell(extra)},`).join("\n")}
    ]
    return ",".join([_score_line(score${decided})[:-1], *cells]) + "\\n"`;
}

/** The functions of a score alone; `decided` says whether there is a prediction. */
function printScore(
  { program: { outputs } }: Lowered,
  [result, line]: readonly [string, string],
  parameter: string,
): string {
  const when = (prediction: string, otherwise: string) =>
    parameter === "" ? prediction : `(${prediction} if decided else ${otherwise})`;
  const missing = `{"score": None, "prediction": None}`;
  if (outputs.task === "regression")
    return `def ${result}(score${parameter}):
    if score != score:
        return ${missing}
    return {"score": score, "prediction": ${when("score", "None")}}


def ${line}(score${parameter}) -> str:
    if score != score:
        return ",\\n"
    text = _number_text(score)
    return ${when("text", '""')} + "," + text + "\\n"`;
  const cells = (outputs.classes ?? []).map(csvCell);
  if (outputs.task === "binary") {
    const threshold = number(outputs.threshold ?? 0.5);
    const label = `(${text(cells[1]!)} if score >= ${threshold} else ${text(cells[0]!)})`;
    return `def ${result}(score${parameter}):
    if score != score:
        return ${missing}
    scores = {CLASSES[0]: 1.0 - score, CLASSES[1]: score}
    return {"score": score, "scores": scores, "prediction": ${when(`CLASSES[1 if score >= ${threshold} else 0]`, "None")}}


def ${line}(score${parameter}) -> str:
    if score != score:
        return ",\\n"
    return ${when(label, '""')} + "," + _number_text(score) + "\\n"`;
  }
  return `_CELLS = [_cell(name) for name in CLASSES]


def ${result}(scores${parameter}):
    if scores[0] != scores[0]:
        return ${missing}
    best = max(scores)
    prediction = ${when("CLASSES[scores.index(best)]", "None")}
    return {"score": best, "scores": dict(zip(CLASSES, scores)), "prediction": prediction}


def ${line}(scores${parameter}) -> str:
    if scores[0] != scores[0]:
        return "," * ${cells.length + 1} + "\\n"
    best = max(scores)
    texts = [_number_text(score) for score in scores]
    best = scores.index(best)
    return ",".join([${when("_CELLS[best]", '""')}, texts[best], *texts]) + "\\n"`;
}
