import type { Frame } from "@millrace/program";
import { MillraceError } from "#kernel";
import type { ScoredModel } from "./model.ts";

/** A simple model that says nearly what another one says. */
export interface Surrogate {
  /** Share of the other model's variance that it tells, on rows that it did not see; `null` where that has none. */
  readonly fidelity: number | null;
  readonly rows: number;
}

/** Learns the scores of the first rows and gives scores for the second ones. */
export type FitSurrogate = (
  learnFrom: Frame,
  scores: Float64Array,
  scoreThese: Frame,
) => Float64Array | Promise<Float64Array>;

/**
 * How well a simple model (a small tree) can stand for a model: R² of its scores to the model's scores on new rows. Near 1,
 * the tree's few rules explain the model; far below, no short explanation is true of it.
 *
 * Shapes: one output, or the one that `output` names. The learner is given, since this room does not train.
 * Errors: EVALUATE_LENGTH_MISMATCH: when the surrogate gives another number of scores.
 * Source: M. Craven, J. Shavlik, Extracting tree-structured representations of trained networks, NIPS 1995.
 */
export async function measureSurrogate(
  model: ScoredModel,
  learnFrom: Frame,
  measureOn: Frame,
  learn: FitSurrogate,
  output = 0,
): Promise<Surrogate> {
  const own = (frame: Frame) => {
    const scores = model.score(frame);
    return Float64Array.from({ length: frame.rows }, (_, row) => scores[row * model.outputs + output]!);
  };
  const wanted = own(measureOn);
  const found = await learn(learnFrom, own(learnFrom), measureOn);
  if (found.length !== wanted.length)
    throw new MillraceError("EVALUATE_LENGTH_MISMATCH", {
      message: `The surrogate gave ${found.length} scores for ${wanted.length} rows.`,
      next: "Give one score for each row.",
      facts: { scores: found.length, rows: wanted.length },
    });
  const mean = wanted.reduce((sum, one) => sum + one, 0) / wanted.length;
  let [missed, spread] = [0, 0];
  for (let row = 0; row < wanted.length; row++) {
    missed += (wanted[row]! - found[row]!) ** 2;
    spread += (wanted[row]! - mean) ** 2;
  }
  return { fidelity: spread > 0 ? 1 - missed / spread : null, rows: wanted.length };
}
