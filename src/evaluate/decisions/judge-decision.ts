import { randomStream, shuffledIndices } from "#kernel";
import { wilsonInterval } from "#validate";
import { checkWeights } from "../measures/measure-set.ts";
import { chooseDecision, type Decision, type DecisionChoice, type DecisionOptions } from "./choose-decision.ts";
import { type Costs, costsSchema, missesOnly } from "./costs.ts";
import { decisionOf } from "./decisions-along.ts";

/** A decision whose figures are of rows that did not choose it. */
export interface JudgedDecision extends DecisionChoice {
  /** Which rows chose the threshold. */
  readonly chosenOn: "validation rows" | "other parts of these rows";
  /** Rows that the figures are of. */
  readonly rows: number;
  /** 95 % intervals of precision and recall; `null` where rows have weights or none counts. */
  readonly precisionRange: readonly [low: number, high: number] | null;
  readonly recallRange: readonly [low: number, high: number] | null;
}

interface Rows {
  readonly scores: Float64Array;
  readonly labels: ArrayLike<number>;
  readonly weights?: ArrayLike<number>;
}

/**
 * What a threshold that validation rows chose does to other rows.
 *
 * Shapes, errors: as `chooseDecision`.
 */
export function judgeDecision(chooseOn: Rows, judgeOn: Rows, options: DecisionOptions = {}): JudgedDecision {
  const choice = chooseDecision(chooseOn.scores, chooseOn.labels, withWeights(options, chooseOn));
  const thresholds = judgeOn.scores.map(() => choice.threshold ?? Number.POSITIVE_INFINITY);
  const free = judgeOn.scores.map(() => choice.unbounded.threshold ?? Number.POSITIVE_INFINITY);
  return judged(choice, judgeOn, [thresholds, free], options, "validation rows");
}

const parts = 5;

/**
 * The threshold that all these rows would choose, with figures from rows that did not choose: each fifth is decided by the
 * threshold of the other four.
 *
 * Shapes, errors: as `chooseDecision`. Random: the parts, keyed by the seed.
 */
export function crossFitDecision(rows: Rows, seed: number, options: DecisionOptions = {}): JudgedDecision {
  const { scores, labels, weights } = rows;
  const choice = chooseDecision(scores, labels, withWeights(options, rows));
  const thresholds = new Float64Array(scores.length).fill(choice.threshold ?? Number.POSITIVE_INFINITY);
  const free = new Float64Array(scores.length).fill(choice.unbounded.threshold ?? Number.POSITIVE_INFINITY);
  const order = shuffledIndices(scores.length, randomStream(seed, "decision/parts"));
  for (let part = 0; part < parts && scores.length >= 2 * parts; part++) {
    const own = order.filter((_, k) => k % parts === part);
    const others = order.filter((_, k) => k % parts !== part);
    const found = chooseDecision(
      Float64Array.from(others, (row) => scores[row]!),
      Array.from(others, (row) => labels[row]!),
      withWeights(options, weights === undefined ? {} : { weights: Array.from(others, (row) => weights[row]!) }),
    );
    for (const row of own) {
      thresholds[row] = found.threshold ?? Number.POSITIVE_INFINITY;
      free[row] = found.unbounded.threshold ?? Number.POSITIVE_INFINITY;
    }
  }
  return judged(choice, rows, [thresholds, free], options, "other parts of these rows");
}

const withWeights = (options: DecisionOptions, { weights }: Pick<Rows, "weights">): DecisionOptions => ({
  ...options,
  ...(weights !== undefined && { weights }),
});

function judged(
  choice: DecisionChoice,
  rows: Rows,
  [thresholds, free]: readonly [Float64Array, Float64Array],
  { fill, costs: named }: DecisionOptions,
  chosenOn: JudgedDecision["chosenOn"],
): JudgedDecision {
  const costs = fill === true ? missesOnly : costsSchema.parse(named);
  const own = actingFrom(rows, thresholds, costs);
  const unbounded = { ...actingFrom(rows, free, costs), threshold: choice.unbounded.threshold };
  const { labels, weights, scores } = rows;
  const acted = scores.reduce((sum, score, row) => sum + (score >= thresholds[row]! ? 1 : 0), 0);
  const hits = scores.reduce((sum, score, row) => sum + (score >= thresholds[row]! ? labels[row]! : 0), 0);
  const positives = Array.from(labels).reduce((sum, label) => sum + label, 0);
  const range = (k: number, of: number): readonly [number, number] | null => {
    if (weights !== undefined || of === 0) return null;
    const { low, high } = wilsonInterval(k, of, 0.95);
    return [low, high];
  };
  const found = {
    ...choice,
    ...own,
    threshold: choice.threshold,
    unbounded,
    costOfCapacity: own.meanCost - unbounded.meanCost,
    chosenOn,
    rows: labels.length,
    precisionRange: range(hits, acted),
    recallRange: range(hits, positives),
  };
  return { ...found, reason: describeDecision(found) };
}

function actingFrom(
  { scores, labels, weights }: Rows,
  thresholds: Float64Array,
  costs: Costs,
): Omit<Decision, "threshold"> {
  const all = checkWeights(weights, labels.length);
  const sums = { total: 0, positives: 0, acted: 0, hits: 0 };
  for (let row = 0; row < labels.length; row++) {
    const [weight, label] = [all[row]!, labels[row]!];
    sums.total += weight;
    sums.positives += weight * label;
    if (scores[row]! < thresholds[row]!) continue;
    sums.acted += weight;
    sums.hits += weight * label;
  }
  return decisionOf(sums, costs);
}

function describeDecision(found: Omit<JudgedDecision, "reason">): string {
  const { threshold, actedOnShare, precision, recall, basis, capacityShare, unbounded, meanCost, chosenOn, rows } =
    found;
  const judged =
    chosenOn === "validation rows"
      ? `on the ${rows} rows that it is judged on`
      : `on these ${rows} rows, each fifth decided by a threshold that the other four chose`;
  const by = chosenOn === "validation rows" ? "as the validation rows chose" : "as these rows choose";
  if (threshold === null)
    return basis === "capacity"
      ? `A capacity of ${percent(capacityShare)} is too small for the rows of the greatest score.`
      : `Acting on no row costs least, ${by}: ${short(meanCost)} a row on average ${judged}.`;
  const range = (one: JudgedDecision["precisionRange"]) =>
    one === null ? "" : ` (${percent(one[0])} to ${percent(one[1])})`;
  const positives =
    precision === null || recall === null
      ? ""
      : `; ${percent(precision)}${range(found.precisionRange)} of these are positive, which is ${percent(recall)}${range(found.recallRange)} of all positives`;
  const over =
    actedOnShare > capacityShare * (1 + 1e-12)
      ? ` That is more than the capacity of ${percent(capacityShare)}: where it is used up, the greatest scores come first.`
      : "";
  const acting = `Acting from ${short(threshold)} on, ${by},`;
  if (basis === "capacity")
    return `${acting} uses a capacity of ${percent(capacityShare)}: ${judged} it acts on ${percent(actedOnShare)}${positives}.${over}`;
  const limit =
    threshold === unbounded.threshold
      ? capacityShare < 1
        ? " The capacity does not bind."
        : ""
      : ` Without the capacity of ${percent(capacityShare)} the threshold would be ${unbounded.threshold === null ? "above every score" : short(unbounded.threshold)}: ${percent(unbounded.actedOnShare)} would be acted on, at ${short(unbounded.meanCost)} a row.`;
  return `${acting} costs least: ${short(meanCost)} a row on average ${judged}, acting on ${percent(actedOnShare)}${positives}.${limit}${over}`;
}

const short = (value: number) => String(Number(value.toPrecision(4)));
const percent = (share: number) => `${Number((share * 100).toFixed(2))} %`;
