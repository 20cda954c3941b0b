import type { Lowered } from "../model.ts";
import { reasonOf, reasonTexts, setPieces } from "../printing/extras.ts";
import { csvCell } from "../printing/names.ts";
import { double, quoted } from "./literals.ts";
import { list } from "./print-tables.ts";

/** Fields of the outputs beside the score, and their tables. */
function extraFields(lowered: Lowered, classes: readonly string[]): string[] {
  return lowered.extras.flatMap(({ kind, name }) => {
    if (kind === "number") return [`\t${goName(name)} float64 // NaN where it is missing`];
    if (kind === "reason")
      return ["\tAbstain string // why there is no Prediction; empty where there is one", "\treason int"];
    return [
      `\tSet [${classes.length}]bool // whether each class is in it`,
      "\tHasSet bool // false where the score is missing",
    ];
  });
}

function extraTables(lowered: Lowered): string[] {
  return lowered.extras.flatMap(({ kind }) => {
    if (kind === "reason") return list("[...]string", "reasons", reasonTexts.map(quoted));
    return kind === "set" ? list("[...]string", "pieces", setPieces(lowered).map(quoted)) : [];
  });
}

const goName = (name: string) => `${name[0]!.toUpperCase()}${name.slice(1)}`;

function setExtras({ extras }: Lowered): string[] {
  return extras.flatMap(({ kind, name, slot }) => {
    if (kind === "number") return [`result.${goName(name)} = s.n${slot}`];
    if (kind === "reason") return [`result.reason = int(s.n${slot})`, "result.Abstain = reasons[result.reason]"];
    return [
      `result.HasSet = !missing(s.v${slot}[0])`,
      "for k := range result.Set {",
      `result.Set[k] = s.v${slot}[k] == 1`,
      "}",
    ];
  });
}

function appendExtras({ extras }: Lowered): string[] {
  return extras.flatMap(({ kind, name }) => {
    if (kind === "reason") return ["line = append(append(line, ','), result.Abstain...)"];
    if (kind === "number")
      return [
        "line = append(line, ',')",
        `if !missing(result.${goName(name)}) {`,
        `line = appendNumber(line, result.${goName(name)})`,
        "}",
      ];
    return ["line = append(line, ',')", "if result.HasSet {", "line = appendSet(line, result.Set[:], pieces[:])", "}"];
  });
}

/** The type of a scored row, and the tables that it needs. */
export function resultType(task: string, classes: readonly string[], lowered: Lowered): string[] {
  if (task === "regression")
    return [
      "// Result is a scored row; Score and Prediction are the value, NaN where it is missing.",
      "type Result struct {",
      "\tScore, Prediction float64",
      ...extraFields(lowered, classes),
      "}",
      "",
      ...extraTables(lowered),
    ];
  const what = task === "binary" ? "the probability of the second class" : "the greatest of Scores";
  return [
    "// Classes are the names of the classes.",
    ...list(`[${classes.length}]string`, "Classes", classes.map(quoted)),
    "",
    ...list(
      `[${classes.length}]string`,
      "cells",
      classes.map((name) => quoted(csvCell(name))),
    ),
    "",
    `// Result is a scored row. Score is ${what}, NaN where it is missing; then there is no Prediction.`,
    "type Result struct {",
    "\tScore      float64",
    "\tPrediction string",
    `\tScores     [${classes.length}]float64 // of each class`,
    "\tclass      int",
    ...extraFields(lowered, classes),
    "}",
    "",
    ...extraTables(lowered),
  ];
}

/** `finish`, which fills a result from a state, and the line of CSV of a result. */
export function finish(lowered: Lowered): string[] {
  const { score, extras } = lowered;
  const { outputs } = lowered.program;
  const { task, classes = [] } = outputs;
  const abstains = reasonOf(lowered) !== undefined;
  const value = "number" in score ? `s.n${score.number}` : `s.v${score.vector}[0]`;
  const missing = ["*result = Result{Score: nan}", ...setExtras(lowered), `if missing(${value}) {`, "return", "}"];
  const each = task === "multiclass" ? classes.length : 0;
  const prediction =
    task === "regression" ? "line = appendNumber(line, result.Score)" : "line = append(line, cells[result.class]...)";
  const scored = [
    ...(abstains ? ["if result.reason == 0 {", prediction, "}"] : [prediction]),
    "line = appendNumber(append(line, ','), result.Score)",
    ...(each === 0
      ? []
      : ["for _, score := range result.Scores {", "line = appendNumber(append(line, ','), score)", "}"]),
  ];
  const commas = ",".repeat(1 + each);
  const line = [
    "func (result *Result) appendLine(line []byte) []byte {",
    "if missing(result.Score) {",
    ...(extras.length === 0
      ? [`return append(line, ${quoted(`${commas}\n`)}...)`, "}", ...scored]
      : [`line = append(line, ${quoted(commas)}...)`, "} else {", ...scored, "}", ...appendExtras(lowered)]),
    "return append(line, '\\n')",
    "}",
    "",
  ];
  const unless = (lines: readonly string[]) => (abstains ? ["if result.reason == 0 {", ...lines, "}"] : lines);
  const body = {
    regression: abstains
      ? [
          "*result = Result{}",
          ...setExtras(lowered),
          `result.Score, result.Prediction = ${value}, ${value}`,
          "if result.reason > 0 {",
          "result.Prediction = nan",
          "}",
        ]
      : [...setExtras(lowered), `result.Score, result.Prediction = ${value}, ${value}`],
    binary: [
      ...missing,
      `result.Score = ${value}`,
      `result.Scores = [2]float64{1 - ${value}, ${value}}`,
      `if ${value} >= ${double(outputs.threshold ?? 0.5)} {`,
      "result.class = 1",
      "}",
      ...unless(["result.Prediction = Classes[result.class]"]),
    ],
    multiclass: [
      ...missing,
      `result.Scores = ${value.replace("[0]", "")}`,
      "result.class = firstGreatest(result.Scores[:])",
      "result.Score = result.Scores[result.class]",
      ...unless(["result.Prediction = Classes[result.class]"]),
    ],
  }[task];
  return [...line, "func finish(s *state, result *Result) {", ...body, "}", ""];
}
