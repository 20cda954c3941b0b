import type { Frame, JsonObject, Scorer } from "@millrace/program";
import { selectRows } from "#dataset";
import { type CounterfactualOptions, findCounterfactuals, type ScoredModel } from "#evaluate";
import { optionInvalid } from "../options.ts";
import type { Explained } from "./model.ts";

/** For the first so many rows the smallest changes that would have brought another decision, among values that occur. */
export function explainCounterfactuals(
  scorer: Scorer,
  model: ScoredModel,
  frame: Frame,
  count: number,
  options: Pick<CounterfactualOptions, "fixed" | "upOnly" | "downOnly">,
): Explained {
  const { task, threshold = 0.5 } = scorer.program.outputs;
  if (task !== "binary")
    throw optionInvalid(
      `--counterfactuals changes the decision of a binary model, and this one is ${task}.`,
      "Look at what its inputs do with --effects.",
    );
  const { score, missing } = scorer.scoreFrame(frame);
  const rows = Array.from({ length: Math.min(count, frame.rows) }, (_, row) => row);
  const found = rows.map((row) => {
    if (missing?.[row] === 1) return { row, score: null, counterfactuals: [] };
    const positive = score[row]! >= threshold;
    const single = selectRows(
      frame,
      Uint8Array.from({ length: frame.rows }, (_, k) => (k === row ? 1 : 0)),
    );
    const wanted = (one: number) => one >= threshold !== positive;
    return { row, score: score[row]!, counterfactuals: findCounterfactuals(model, single, frame, wanted, options) };
  });
  return {
    json: JSON.parse(JSON.stringify({ counterfactuals: found })) as JsonObject,
    lines: found.flatMap(({ row, score, counterfactuals }) => [
      "",
      `Row ${row + 1}: ${score === null ? "no score" : `score ${score.toFixed(4)}`}. Another decision would have come`,
      ...(counterfactuals.length === 0
        ? ["  by no change of three inputs to values that occur."]
        : counterfactuals.map(({ changes, score: after }) => {
            const told = changes.map(({ input, from, to }) => `${input} ${String(from)} → ${String(to)}`);
            return `  by ${told.join(" and ")} (score ${after.toFixed(4)})`;
          })),
    ]),
  };
}
