import { type Column, type Frame, load, type Program, type Scorer, type Tensors } from "@millrace/program";
import { selectRows } from "#dataset";
import { randomStream, shuffledIndices, type WorkContext } from "#kernel";
import { automl } from "../automl/automl.ts";

/** A model that was learned from the scores of another one. */
export interface FittedSurrogate {
  readonly scorer: Scorer;
  readonly program: Program;
  readonly tensors: Tensors;
}

export interface SurrogateRequest {
  /** Columns to learn from: what the other model reads. */
  readonly inputs: readonly string[];
  /** `tree`: one small tree that a person can read; `gbdt`: as near as boosted trees come. */
  readonly learner: "tree" | "gbdt";
  readonly seed: number;
}

/** No column of the rows is called so: names of columns come from files, which hold no control characters. */
const target = "\u0001score";
const validationShare = 0.2;

/**
 * Learns the numbers that stand beside the rows (a model's scores, or true values) from the rows, without what guards a search
 * against leaks: a column that tells the score is what a surrogate looks for.
 *
 * Missing: no number may be. Random: the rows that choose the settings, by the seed. Errors: those of a search.
 */
export async function fitSurrogate(
  rows: Frame,
  values: Float64Array,
  { inputs, learner, seed }: SurrogateRequest,
  context: WorkContext,
): Promise<FittedSurrogate> {
  const columns = new Map<string, Column>();
  for (const name of inputs) {
    const column = rows.columns.get(name);
    if (column !== undefined) columns.set(name, column);
  }
  columns.set(target, { type: "number", values });
  const frame: Frame = { rows: rows.rows, columns };
  const order = shuffledIndices(frame.rows, randomStream(seed, "surrogate"));
  const set = new Uint8Array(frame.rows);
  for (const row of order.subarray(0, Math.max(1, Math.round(validationShare * frame.rows)))) set[row] = 1;
  const { program, tensors } = await automl(
    {
      target,
      task: "regression",
      learners: [learner],
      budgetTrials: 1,
      ensemble: false,
      guardrails: { guardrails: [], blocked: [], leftOut: [] },
      train: selectRows(
        frame,
        set.map((one) => 1 - one),
      ),
      validation: selectRows(frame, set),
      seed,
    },
    context,
  );
  return { scorer: load({ program, tensors }), program, tensors };
}
