import type { Lowered } from "../model.ts";
import { number } from "./literals.ts";

/** Members of the machine that take the score out of its slot: as a result, and as a line of CSV. */
export function printResult({ program: { outputs }, score }: Lowered): string[] {
  if ("vector" in score)
    return [
      "private int best(double[] scores) {",
      "  int best = 0;",
      "  for (int k = 1; k < scores.length; k++) if (scores[k] > scores[best]) best = k;",
      "  return best;",
      "}",
      "",
      "Result result() {",
      `  double[] scores = v[${score.vector}];`,
      "  if (Double.isNaN(scores[0])) return new Result(Double.NaN, new double[0], -1);",
      "  int best = best(scores);",
      "  return new Result(scores[best], scores.clone(), best);",
      "}",
      "",
      "@Override",
      "public void line(StringBuilder out) {",
      `  double[] scores = v[${score.vector}];`,
      "  boolean missing = Double.isNaN(scores[0]);",
      "  int best = best(scores);",
      "  if (!missing) out.append(CLASS_CELLS[best]);",
      "  out.append(',');",
      "  if (!missing) out.append(Support.numberText(scores[best]));",
      "  for (double each : scores) {",
      "    out.append(',');",
      "    if (!missing) out.append(Support.numberText(each));",
      "  }",
      "  out.append('\\n');",
      "}",
    ];
  const value = `n[${score.number}]`;
  const best = outputs.task === "regression" ? "-1" : `(score >= ${number(outputs.threshold ?? 0.5)} ? 1 : 0)`;
  const each = outputs.task === "regression" ? "new double[0]" : "new double[] {1.0 - score, score}";
  return [
    "Result result() {",
    `  double score = ${value};`,
    "  if (Double.isNaN(score)) return new Result(score, new double[0], -1);",
    `  return new Result(score, ${each}, ${best});`,
    "}",
    "",
    "@Override",
    "public void line(StringBuilder out) {",
    `  double score = ${value};`,
    "  if (Double.isNaN(score)) out.append(',');",
    "  else {",
    "    String text = Support.numberText(score);",
    `    out.append(${outputs.task === "regression" ? "text" : `CLASS_CELLS[${best}]`}).append(',').append(text);`,
    "  }",
    "  out.append('\\n');",
    "}",
  ];
}
