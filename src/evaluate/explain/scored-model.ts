import type { Frame, KeptValues, Scorer } from "@millrace/program";
import type { ScoredModel } from "./model.ts";

/** Larger frames are not kept: every value of every row would stay in memory. */
const mostKept = 5000;

/**
 * A program as a model that is looked at from outside. A row without a score (a missing one, a row that the model abstains
 * from) counts with the score that the operators gave it.
 *
 * A frame that shares most of its columns (the very objects) with one before is scored by what differs alone: whoever shuffles
 * or sets one input at a time pays for that input.
 */
export function scoredModel(scorer: Scorer): ScoredModel {
  const { inputs, outputs } = scorer.program;
  let kept: KeptValues | undefined;
  const shares = ({ columns, rows }: Frame) =>
    kept !== undefined &&
    kept.frame.rows === rows &&
    2 * inputs.filter(({ name }) => kept!.frame.columns.get(name) === columns.get(name)).length >= inputs.length;
  const score = (frame: Frame): Float64Array => {
    if (frame.rows > mostKept) return scorer.scoreFrame(frame).score;
    const isLike = shares(frame);
    const found = scorer.evaluateValues(frame, [outputs.score], isLike ? kept : undefined);
    if (!isLike) kept = found;
    const column = found.values[outputs.score]!;
    if (column.type === "string" || column.type === "bool") throw new TypeError("A score is a number or a vector.");
    return column.values;
  };
  return {
    inputs: inputs.map(({ name }) => name),
    outputs: outputs.task === "multiclass" ? (outputs.classes?.length ?? 1) : 1,
    mayMiss: new Set(inputs.filter(({ missingAllowed }) => missingAllowed).map(({ name }) => name)),
    score,
  };
}
