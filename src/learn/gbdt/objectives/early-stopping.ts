import type { FitInput, LearningData } from "../../model.ts";
import type { GbdtOptions } from "../options.ts";
import type { Prepared } from "../prepare.ts";
import type { Objective } from "./regression-objective.ts";

/** Watches the loss on the validation rows, where there are any and the options ask for it. */
export function earlyStopping(
  input: FitInput,
  prepared: Prepared,
  options: GbdtOptions,
  objective: Objective | undefined,
) {
  // Later rounds of DART change earlier trees, so that none of its rounds can be gone back to.
  const stops = options.earlyStoppingRounds > 0 && options.boosting === "plain";
  const validation = stops ? input.validation : undefined;
  let best = Number.POSITIVE_INFINITY;
  let bestRound = -1;
  return {
    shouldStop(round: number): boolean {
      if (validation === undefined) return false;
      const loss = validationLoss(input, prepared, validation, objective);
      if (loss < best) {
        best = loss;
        bestRound = round;
      }
      return round - bestRound >= options.earlyStoppingRounds;
    },
    bestRounds: (grown: number): number => (validation === undefined ? grown : Math.min(grown, bestRound + 1)),
    facts: () => (validation === undefined ? {} : { validationLoss: best === Number.POSITIVE_INFINITY ? null : best }),
  };
}

function validationLoss(
  input: FitInput,
  { layout, team, memory }: Prepared,
  validation: LearningData,
  objective: Objective | undefined,
): number {
  const { kernels } = team.self;
  const { validationMargins: margins, validationTarget: target, validationWeights: weights } = layout;
  let total = validation.rows;
  if (validation.weights !== undefined) total = validation.weights.reduce((sum, weight) => sum + weight, 0);
  if (objective !== undefined) {
    const own = new Float64Array(memory.buffer, margins, validation.rows);
    if (objective.lossOf !== undefined) return objective.lossOf(validation, own);
    let lost = 0;
    for (let i = 0; i < validation.rows; i++)
      lost += (validation.weights?.[i] ?? 1) * objective.loss(own[i]!, validation.target[i]!);
    return lost / total;
  }
  const sum =
    input.task === "multiclass"
      ? kernels.softmaxLoss(margins, target, weights, validation.rows, layout.classes)
      : (input.task === "binary" ? kernels.binaryLoss : kernels.squaredLoss)(margins, target, weights, validation.rows);
  return sum / total;
}
