/*
 * Split conformal prediction: a bound learned from n calibration rows, which the model did not learn from, holds for another
 * row like them with probability at least the level, whatever the model and the data's distribution.
 * Source: V. Vovk, A. Gammerman, G. Shafer, Algorithmic Learning in a Random World, 2005, §4; J. Lei et al., Distribution-Free
 * Predictive Inference for Regression, JASA 2018, §2.2; classes: M. Sadinle, J. Lei, L. Wasserman, Least Ambiguous Set-Valued
 * Classifiers, JASA 2019; by group: Vovk 2012, Conditional Validity of Inductive Conformal Predictors, §4.
 */

/** The place of the bound among n sorted nonconformities, counted from 1: ⌈(n + 1) × level⌉; beyond n there is no finite bound. */
export function conformalRank(rows: number, level: number): number {
  // (n + 1) × level may come out just above a whole number that it is
  return Math.ceil((rows + 1) * level - 1e-9);
}

/** The fewest calibration rows with a finite bound at a level. */
export function fewestRows(level: number): number {
  let rows = 1;
  while (conformalRank(rows, level) > rows) rows++;
  return rows;
}

/** The half width of an interval around the score: the bound of |value − score|. Infinite where the rows are too few. */
export function halfWidth(residuals: Float64Array, level: number): number {
  const rank = conformalRank(residuals.length, level);
  if (rank > residuals.length) return Number.POSITIVE_INFINITY;
  return residuals.map(Math.abs).sort()[rank - 1]!;
}

/** The least score with which a class is in the set, of the scores of the rows' true classes. 0 where the rows are too few. */
export function setBound(trueScores: Float64Array, level: number): number {
  const rank = trueScores.length + 1 - conformalRank(trueScores.length, level);
  return rank < 1 ? 0 : trueScores.toSorted()[rank - 1]!;
}

/** Half widths by where the score lies: the bin of a score is how many edges are below it. */
export interface StepWidths {
  readonly edges: Float64Array;
  readonly widths: Float64Array;
}

const mostBins = 5;
const rowsABin = 100;

/**
 * Half widths by bins of the score, so that intervals are wide where the model errs more. The edges are quantiles of scores of
 * rows that are not among the calibration rows, so that each bin's bound holds by itself. One bin where the rows are too few.
 */
export function stepWidths(
  scores: Float64Array,
  residuals: Float64Array,
  otherScores: Float64Array,
  level: number,
): StepWidths {
  const bins = Math.min(mostBins, Math.floor(scores.length / rowsABin));
  const sorted = otherScores.toSorted();
  const edges = new Set<number>();
  for (let k = 1; k < bins; k++) edges.add(sorted[Math.floor((sorted.length * k) / bins)]!);
  const cut = Float64Array.from(edges).sort();
  const widths = Float64Array.from({ length: cut.length + 1 }, (_, bin) =>
    halfWidth(
      residuals.filter((_, i) => binOf(cut, scores[i]!) === bin),
      level,
    ),
  );
  if (widths.every(Number.isFinite)) return { edges: cut, widths };
  return { edges: new Float64Array(), widths: Float64Array.of(halfWidth(residuals, level)) };
}

function binOf(edges: Float64Array, score: number): number {
  let bin = 0;
  while (bin < edges.length && edges[bin]! < score) bin++;
  return bin;
}
