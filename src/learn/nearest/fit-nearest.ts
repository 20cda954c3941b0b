import { MillraceError } from "#kernel";
import type { FitInput, FittedModel } from "../model.ts";
import { type StandardNumber, standardise, standardValues } from "../program/standard-number.ts";
import type { NearestOptions } from "./options.ts";

export interface NearestModel extends FittedModel {
  readonly learner: "nearest";
  readonly neighbours: number;
  /** Features that tell rows apart, in the order of the points' numbers. */
  readonly used: readonly { readonly feature: number; readonly standard: StandardNumber }[];
  /** −point, row by row: times a row's numbers, plus `halfSquares`, that is half the squared distance less a constant. */
  readonly opposite: Float64Array;
  readonly halfSquares: Float64Array;
  /** What each point says: its value, or 1 at its class, output by output; and its weight. */
  readonly answers: readonly Float64Array[];
  readonly weights: Float64Array;
}

const mostNodes = 60_000;

/**
 * The training rows themselves, on features of unit scale.
 *
 * Errors: LEARN_TOO_MANY_ROWS: more rows than a program can search.
 * Source: Cover, Hart, "Nearest neighbor pattern classification", 1967.
 */
export function fitNearest({ train, task, classes }: FitInput, options: NearestOptions): NearestModel {
  const rows = Array.from({ length: train.rows }, (_, i) => i).filter((i) => (train.weights?.[i] ?? 1) > 0);
  const neighbours = Math.min(options.neighbours, rows.length);
  const most = Math.min(options.mostRows, Math.floor(mostNodes / (2 * neighbours + 3)));
  if (rows.length > most)
    throw new MillraceError("LEARN_TOO_MANY_ROWS", {
      message: `Nearest neighbours keep every training row in the model, and search them with each score: ${rows.length} rows are more than ${most}, the most for ${neighbours} neighbours.`,
      next: "Learn from a sample of the rows, or choose another learner.",
      facts: { rows: rows.length, most, neighbours },
    });
  const used = train.features.flatMap((own, feature) => {
    const standard = standardise(own, train.rows, train.weights);
    return standard === undefined ? [] : [{ feature, standard }];
  });
  const columns = used.map(({ feature, standard }) => standardValues(train.features[feature]!, train.rows, standard));
  const opposite = new Float64Array(rows.length * used.length);
  const halfSquares = new Float64Array(rows.length);
  rows.forEach((row, p) => {
    columns.forEach((column, j) => {
      const value = column[row]!;
      opposite[p * used.length + j] = -value + 0;
      halfSquares[p]! += 0.5 * value * value;
    });
  });
  const weights = Float64Array.from(rows, (row) => train.weights?.[row] ?? 1);
  const outputs = task === "multiclass" ? classes : 1;
  const answers = Array.from({ length: outputs }, (_, c) =>
    Float64Array.from(rows, (row, p) => {
      const target = train.target[row]!;
      return weights[p]! * (task === "multiclass" ? Number(target === c) : target);
    }),
  );
  return {
    learner: "nearest",
    task,
    classes,
    neighbours,
    used,
    opposite,
    halfSquares,
    answers,
    weights,
    facts: { rows: rows.length, neighbours },
  };
}
