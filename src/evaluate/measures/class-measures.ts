import { z } from "zod";
import { MillraceError, parseOptions } from "#kernel";
import { type MeasureSet, type MeasureSpec, measureSet, refuseUnless, sameLength } from "./measure-set.ts";

export const classMeasureOptionsSchema = z.strictObject({
  beta: z.number().gt(0).default(1).describe("How much more recall counts than precision in Fβ."),
  costs: z
    .array(z.array(z.number()))
    .optional()
    .describe("What a decision costs: costs[actual][predicted], in any unit; a gain is negative."),
});
export type ClassMeasureOptions = z.input<typeof classMeasureOptionsSchema>;

interface Facts {
  /** counts[actual][predicted] */
  readonly counts: readonly Float64Array[];
  readonly actual: Float64Array;
  readonly said: Float64Array;
  readonly total: number;
}
type OfClass = (facts: Facts, k: number) => number;

const recall: OfClass = ({ counts, actual }, k) => counts[k]![k]! / actual[k]!;
const precision: OfClass = ({ counts, said }, k) => counts[k]![k]! / said[k]!;

/**
 * Precision, recall and Fβ of decisions among several classes: each class (`recallScore/setosa`), their plain mean
 * (macro), over all rows (micro) and by the classes' size (weighted); MCC, Cohen's kappa and the mean cost.
 *
 * ```ts
 * measureWithIntervals(classMeasures([0, 1, 2], [0, 2, 2], ["a", "b", "c"]), { draws: 0 })["recallScore/b"]?.value; // 0
 * ```
 *
 * Shapes: labels and predictions are indices of classes. Means run over the classes that occur among either. Missing: where
 * a class's part of a mean does not exist, neither does the mean (scikit-learn counts 0 and warns).
 * Errors: EVALUATE_LENGTH_MISMATCH · EVALUATE_LABEL_INVALID · EVALUATE_CLASSES_MISSING.
 */
export function classMeasures(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: readonly string[],
  options: ClassMeasureOptions = {},
): MeasureSet {
  const { beta, costs } = parseOptions(classMeasureOptionsSchema, options, "class measures");
  const width = classes.length;
  if (width < 2 || (costs !== undefined && (costs.length !== width || costs.some((row) => row.length !== width))))
    throw new MillraceError("EVALUATE_CLASSES_MISSING", {
      message:
        width < 2
          ? `At least 2 classes are needed, and ${width} were named.`
          : `The cost matrix must have ${width} rows of ${width} costs.`,
      next: "Name the classes in the order of their numbers, and give a cost for each pair.",
      facts: { classes: width },
    });
  sameLength("predictions", predictions.length, labels.length);
  const isClass = (value: number) => Number.isInteger(value) && value >= 0 && value < width;
  refuseUnless("EVALUATE_LABEL_INVALID", "label", labels, isClass, `a class index 0 … ${width - 1}`);
  refuseUnless("EVALUATE_LABEL_INVALID", "prediction", predictions, isClass, `a class index 0 … ${width - 1}`);
  const sum = (weights: Float64Array): Facts => {
    const counts = classes.map(() => new Float64Array(width));
    for (let row = 0; row < labels.length; row++) counts[labels[row]!]![predictions[row]!]! += weights[row]!;
    const actual = Float64Array.from(counts, (row) => row.reduce((a, b) => a + b, 0));
    const said = Float64Array.from(counts, (_, k) => counts.reduce((a, row) => a + row[k]!, 0));
    return { counts, actual, said, total: actual.reduce((a, b) => a + b, 0) };
  };
  const b2 = beta * beta;
  const fBeta: OfClass = ({ counts, actual, said }, k) => ((1 + b2) * counts[k]![k]!) / (b2 * actual[k]! + said[k]!);
  const right = ({ counts, total }: Facts) => counts.reduce((a, row, k) => a + row[k]!, 0) / total;
  const kinds = [
    ["Precision", precision, "a class that occurs is never predicted"],
    ["Recall", recall, "a class that is predicted never occurs among the labels"],
    ["FBeta", fBeta, "no class occurs"],
  ] as const;
  const specs: MeasureSpec<Facts>[] = [
    ...kinds.flatMap(([kind, of, reason]): MeasureSpec<Facts>[] => [
      { name: `macro${kind}Score`, direction: "up", value: (facts) => macro(facts, of), reason },
      { name: `micro${kind}Score`, direction: "up", value: right, reason: "no row has weight" },
      { name: `weighted${kind}Score`, direction: "up", value: (facts) => bySize(facts, of), reason },
    ]),
    { name: "mccScore", direction: "up", value: correlation, reason: "all labels or all decisions are one class" },
    { name: "kappaScore", direction: "up", value: kappa, reason: "all labels and decisions are one class" },
    ...(costs === undefined
      ? []
      : [
          {
            name: "meanCostLoss",
            direction: "down" as const,
            value: ({ counts, total }: Facts) =>
              counts.reduce((a, row, i) => a + row.reduce((b, count, j) => b + count * costs[i]![j]!, 0), 0) / total,
            reason: "no row has weight",
          },
        ]),
    ...classes.flatMap((name, k): MeasureSpec<Facts>[] => [
      {
        name: `precisionScore/${name}`,
        direction: "up",
        value: (facts) => precision(facts, k),
        reason: `"${name}" is never predicted`,
      },
      {
        name: `recallScore/${name}`,
        direction: "up",
        value: (facts) => recall(facts, k),
        reason: `"${name}" does not occur among the labels`,
      },
      {
        name: `fBetaScore/${name}`,
        direction: "up",
        value: (facts) => fBeta(facts, k),
        reason: `"${name}" does not occur`,
      },
    ]),
  ];
  return measureSet(labels.length, sum, specs);
}

function macro(facts: Facts, of: OfClass): number {
  let sum = 0;
  let count = 0;
  for (let k = 0; k < facts.counts.length; k++) {
    if (facts.actual[k] === 0 && facts.said[k] === 0) continue;
    sum += of(facts, k);
    count++;
  }
  return sum / count;
}

function bySize(facts: Facts, of: OfClass): number {
  let sum = 0;
  for (let k = 0; k < facts.counts.length; k++) if (facts.actual[k]! > 0) sum += facts.actual[k]! * of(facts, k);
  return sum / facts.total;
}

/** Source: J. Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", 2004. */
function correlation({ counts, actual, said, total }: Facts): number {
  const right = counts.reduce((a, row, k) => a + row[k]!, 0);
  const sum = (of: (k: number) => number) => actual.reduce((a, _, k) => a + of(k), 0);
  const both = sum((k) => actual[k]! * said[k]!);
  const square = total * total;
  return (
    (right * total - both) /
    Math.sqrt((square - sum((k) => said[k]! * said[k]!)) * (square - sum((k) => actual[k]! * actual[k]!)))
  );
}

function kappa({ counts, actual, said, total }: Facts): number {
  const right = counts.reduce((a, row, k) => a + row[k]!, 0) / total;
  const chance = actual.reduce((a, one, k) => a + one * said[k]!, 0) / (total * total);
  return (right - chance) / (1 - chance);
}
