import { type Frame, load } from "@millrace/program";
import {
  describeRules,
  type ExtractionTest,
  measureExtraction,
  measureSurrogate,
  type ScoredModel,
  type Surrogate,
  type Task,
} from "#evaluate";
import { MillraceError, type WorkContext } from "#kernel";
import { type FittedSurrogate, fitSurrogate } from "#learn";

/** A small tree that stands for a model. */
export interface SurrogateRules extends Surrogate {
  /** In words; empty where the tree is none that can be told. */
  readonly rules: readonly string[];
}

/** Models that were learned from a model's scores: to explain it, and to see how easily it is copied. */
export interface Imitations {
  readonly surrogate: SurrogateRules | null;
  readonly extraction: ExtractionTest | null;
  /** Why there is neither. */
  readonly notImitated?: string;
}

export interface ImitationRequest {
  readonly task: Task;
  readonly model: ScoredModel;
  readonly threshold: number | undefined;
  /** Rows to learn from, with their true values, and rows to judge on. */
  readonly learnFrom: Frame;
  readonly labels: Float64Array;
  readonly judgeOn: Frame;
  /** Values that fewer rows have are not named. */
  readonly fewestRows: number;
  readonly seed: number;
}

/** So few rows teach nothing. */
const leastRows = 50;
const queries = [50, 400];
/** A copy a class is learned; of more classes the test would take minutes. */
const mostOutputs = 10;

/** A surrogate tree and an extraction test; `null` where there are too few rows, or nothing that could be learned, with the reason. */
export async function imitate(request: ImitationRequest, context: WorkContext): Promise<Imitations> {
  const { learnFrom, judgeOn } = request;
  const without = (notImitated: string) => ({ surrogate: null, extraction: null, notImitated });
  if (learnFrom.rows < leastRows || judgeOn.rows < 2)
    return without(`There are ${learnFrom.rows} rows to learn a copy from; ${leastRows} are needed.`);
  try {
    return await learnCopies(request, context);
  } catch (error) {
    // Scores that are all alike, inputs that nothing can be learned from: of such a model there is no copy to tell of.
    if (!(error instanceof MillraceError) || !/^(LEARN|TRANSFORM)_/.test(error.code)) throw error;
    if (error.code === "TRANSFORM_NO_FEATURES")
      return without("No copy can be learned from inputs of this kind (images, names, single values).");
    return without(error.message);
  }
}

async function learnCopies(request: ImitationRequest, context: WorkContext): Promise<Imitations> {
  const { task, model, threshold, learnFrom, labels, judgeOn, fewestRows, seed } = request;
  const { inputs } = model;
  // The score of a rare class may be the same in all of a few rows: a copy can only repeat it.
  const copyOf = (rows: Frame, values: Float64Array) =>
    fitSurrogate(rows, values, { inputs, learner: "gbdt", seed }, context).catch((error: unknown) => {
      if (error instanceof MillraceError && error.code === "LEARN_TARGET_CONSTANT") return undefined;
      throw error;
    });
  let fitted: FittedSurrogate | undefined;
  const measured = await measureSurrogate(
    model,
    learnFrom,
    judgeOn,
    async (rows, scores, others) => {
      if (scores.every((score) => score === scores[0])) return new Float64Array(others.rows).fill(scores[0]!);
      fitted = await fitSurrogate(rows, scores, { inputs, learner: "tree", seed }, context);
      return fitted.scorer.scoreFrame(others).score;
    },
    model.outputs - 1,
  );
  const extraction =
    model.outputs > mostOutputs
      ? null
      : await measureExtraction({
          task,
          model,
          ...(threshold === undefined ? {} : { threshold }),
          ask: learnFrom,
          labels,
          compareOn: judgeOn,
          queries,
          learn: async (rows, values) => {
            const copy = await copyOf(rows, values);
            if (copy === undefined) return (others) => new Float64Array(others.rows).fill(values[0]!);
            const scorer = load(copy);
            return (others) => scorer.scoreFrame(others).score;
          },
        });
  return {
    surrogate: {
      ...measured,
      rules:
        fitted === undefined ? [] : describeRules(fitted.program, fitted.tensors, frequentIn(learnFrom, fewestRows)),
    },
    extraction,
  };
}

/** Whether enough rows have a value of a text. */
function frequentIn(frame: Frame, fewestRows: number): (input: string, level: string) => boolean {
  const counts = new Map<string, Map<string, number>>();
  return (input, level) => {
    let own = counts.get(input);
    if (own === undefined) {
      own = new Map();
      const column = frame.columns.get(input);
      if (column?.type === "string")
        for (const code of column.codes) {
          const name = column.levels[code];
          if (name !== undefined) own.set(name, (own.get(name) ?? 0) + 1);
        }
      counts.set(input, own);
    }
    return (own.get(level) ?? 0) >= fewestRows;
  };
}
