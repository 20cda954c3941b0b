import type { Scorer } from "@millrace/program";
import type { ScoredModel } from "./model.ts";

/**
 * A program as a model that is looked at from outside. A row without a score (a missing one, a row that the model abstains
 * from) counts with the score that the operators gave it.
 */
export function scoredModel(scorer: Scorer): ScoredModel {
  const { inputs, outputs } = scorer.program;
  return {
    inputs: inputs.map(({ name }) => name),
    outputs: outputs.task === "multiclass" ? (outputs.classes?.length ?? 1) : 1,
    mayMiss: new Set(inputs.filter(({ missingAllowed }) => missingAllowed).map(({ name }) => name)),
    score: (frame) => scorer.scoreFrame(frame).score,
  };
}
