/**
 * Means over classes, and each class's precision, recall and F1, of `counts[actual * classes + predicted]`; NaN where these
 * counts do not define one. F1 of a class that is never found is 0, as scikit-learn has it.
 */
export function tallyClasses(
  counts: Float64Array,
  classes: number,
  beta: number,
  costs: readonly (readonly number[])[] | undefined,
) {
  const actual = new Float64Array(classes);
  const said = new Float64Array(classes);
  let right = 0;
  let cost = costs === undefined ? Number.NaN : 0;
  for (let k = 0; k < classes; k++) {
    for (let other = 0; other < classes; other++) {
      const count = counts[k * classes + other]!;
      actual[k]! += count;
      said[other]! += count;
      if (costs !== undefined) cost += count * costs[k]![other]!;
    }
    right += counts[k * classes + k]!;
  }
  const total = actual.reduce((a, b) => a + b, 0);
  const hit = (k: number) => counts[k * classes + k]!;
  const b2 = beta * beta;
  const precision = (k: number) => hit(k) / said[k]!;
  const recall = (k: number) => hit(k) / actual[k]!;
  const f1 = (k: number) => (2 * hit(k)) / (actual[k]! + said[k]!);
  const fBeta = (k: number) => ((1 + b2) * hit(k)) / (b2 * actual[k]! + said[k]!);
  const numbers = Array.from({ length: classes }, (_, k) => k);
  const occurring = numbers.filter((k) => actual[k]! + said[k]! > 0);
  const present = numbers.filter((k) => actual[k]! > 0);
  const mean = (some: readonly number[], of: (k: number) => number) =>
    some.reduce((sum, k) => sum + of(k), 0) / some.length;
  const bySize = (of: (k: number) => number) => present.reduce((sum, k) => sum + actual[k]! * of(k), 0) / total;
  const accuracy = right / total;
  return {
    means: {
      accuracyScore: accuracy,
      balancedAccuracyScore: mean(present, recall),
      macroPrecisionScore: mean(occurring, precision),
      macroRecallScore: mean(occurring, recall),
      macroFBetaScore: mean(occurring, fBeta),
      microPrecisionScore: accuracy,
      microRecallScore: accuracy,
      microFBetaScore: accuracy,
      weightedPrecisionScore: bySize(precision),
      weightedRecallScore: bySize(recall),
      weightedFBetaScore: bySize(fBeta),
      macroF1Score: mean(occurring, f1),
      microF1Score: accuracy,
      weightedF1Score: bySize(f1),
      ...agreement(actual, said, right, total),
      meanCostLoss: cost / total,
    },
    byClass: numbers.map((k) => [precision(k), recall(k), f1(k)]),
  };
}

/**
 * Source: J. Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", 2004; J. Cohen, "A
 * coefficient of agreement for nominal scales", Educ. Psychol. Meas. 20, 1960.
 */
function agreement(actual: Float64Array, said: Float64Array, right: number, total: number) {
  let both = 0;
  let actualSquares = 0;
  let saidSquares = 0;
  for (let k = 0; k < actual.length; k++) {
    both += actual[k]! * said[k]!;
    actualSquares += actual[k]! * actual[k]!;
    saidSquares += said[k]! * said[k]!;
  }
  const square = total * total;
  const chance = both / square;
  return {
    mccScore: (right * total - both) / Math.sqrt((square - saidSquares) * (square - actualSquares)),
    kappaScore: (right / total - chance) / (1 - chance),
  };
}
