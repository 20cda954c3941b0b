import type { Lowered } from "../model.ts";
import { reasonOf } from "../printing/extras.ts";
import { number } from "./literals.ts";
import { printExtraCells, printExtraMembers } from "./print-extras.ts";

/** Members of the machine that take the score out of its slot: as a result, and as a line of CSV. */
export function printResult(lowered: Lowered): string[] {
  const { score } = lowered;
  const { outputs } = lowered.program;
  const reason = reasonOf(lowered);
  const decided = reason === undefined ? "" : `n[${reason.slot}] == 0.0`;
  const plain = lowered.extras.length === 0;
  const made = (result: string) => (plain ? result : `with(${result})`);
  const members = plain ? [] : printExtraMembers(lowered);
  const cells = [...printExtraCells(lowered), "out.append('\\n');"].map((line) => `  ${line}`);
  if ("vector" in score)
    return [
      ...members,
      "private int best(double[] scores) {",
      "  int best = 0;",
      "  for (int k = 1; k < scores.length; k++) if (scores[k] > scores[best]) best = k;",
      "  return best;",
      "}",
      "",
      "Result result() {",
      `  double[] scores = v[${score.vector}];`,
      `  if (Double.isNaN(scores[0])) return ${made("new Result(Double.NaN, new double[0], -1)")};`,
      "  int best = best(scores);",
      `  return ${made("new Result(scores[best], scores.clone(), best)")};`,
      "}",
      "",
      "@Override",
      "public void line(StringBuilder out) {",
      `  double[] scores = v[${score.vector}];`,
      "  boolean missing = Double.isNaN(scores[0]);",
      "  int best = best(scores);",
      `  if (!missing${decided === "" ? "" : ` && ${decided}`}) out.append(CLASS_CELLS[best]);`,
      "  out.append(',');",
      "  if (!missing) out.append(Support.numberText(scores[best]));",
      "  for (double each : scores) {",
      "    out.append(',');",
      "    if (!missing) out.append(Support.numberText(each));",
      "  }",
      ...cells,
      "}",
    ];
  const value = `n[${score.number}]`;
  const best = outputs.task === "regression" ? "-1" : `(score >= ${number(outputs.threshold ?? 0.5)} ? 1 : 0)`;
  const each = outputs.task === "regression" ? "new double[0]" : "new double[] {1.0 - score, score}";
  return [
    ...members,
    "Result result() {",
    `  double score = ${value};`,
    `  if (Double.isNaN(score)) return ${made("new Result(score, new double[0], -1)")};`,
    `  return ${made(`new Result(score, ${each}, ${best})`)};`,
    "}",
    "",
    "@Override",
    "public void line(StringBuilder out) {",
    `  double score = ${value};`,
    "  if (Double.isNaN(score)) out.append(',');",
    "  else {",
    "    String text = Support.numberText(score);",
    `    ${decided === "" ? "" : `if (${decided}) `}out.append(${outputs.task === "regression" ? "text" : `CLASS_CELLS[${best}]`});`,
    "    out.append(',').append(text);",
    "  }",
    ...cells,
    "}",
  ];
}
