import { growTree } from "../forest/grow-tree.ts";
import { type PreparedForest, prepareForest } from "../forest/prepare-forest.ts";
import { toTrees } from "../forest/to-trees.ts";
import { bindKernels } from "../kernels/web-assembly.ts";
import type { FitContext, FitInput, LearningData } from "../model.ts";
import { type Conditions, candidatesOf, holds, type Rule } from "./rule.ts";

export interface RuleSettings {
  readonly rules: number;
  readonly conditions: number;
  readonly minRowsInRule: number;
  readonly maxBins: number;
}

/**
 * Takes rows away rule by rule: each time a tree of one or two levels on the rows that are left proposes its sides, and the one
 * that parts them best (by the fall of variance, or of Gini's impurity) becomes the next rule. The last rule holds for the rest.
 */
export async function findRules(input: FitInput, settings: RuleSettings, context: FitContext): Promise<Rule[]> {
  const { train, task, classes } = input;
  const { rows, features } = train;
  const kinds = task === "regression" ? 0 : classes;
  const weights = train.weights?.slice(0, rows) ?? new Float64Array(rows).fill(1);
  // Sums of targets far from 0 would cancel.
  const base = kinds === 0 ? meanOf(train.target, weights) : 0;
  const answers = kinds === 0 ? train.target.map((value) => value - base) : train.target;
  const prepared = await prepareForest(
    { rows, features, weights, answers, classes: kinds },
    settings.maxBins,
    2,
    1,
    context.stopping,
  );
  const rules: Rule[] = [];
  let rest = Uint32Array.from({ length: rows }, (_, i) => i).filter((i) => weights[i]! > 0);
  const sumsOf = (own: Uint32Array) => sums(answers, weights, own, kinds);
  const valuesOf = (own: Uint32Array) => meansOf(sumsOf(own), kinds).map((value) => value + base);
  while (rules.length < settings.rules && rest.length >= 2 * settings.minRowsInRule && !context.stopping()) {
    const best = bestSide(
      propose(prepared, settings, context, rules.length),
      train,
      rest,
      sumsOf,
      settings.minRowsInRule,
      kinds,
      answers,
      weights,
    );
    if (best === undefined) break;
    rules.push({ conditions: best.conditions, values: valuesOf(best.taken), rows: best.taken.length });
    rest = best.left;
    const shared = new Float64Array(prepared.memory.buffer, prepared.layout.weights, rows);
    for (const row of best.taken) shared[row] = 0;
  }
  rules.push({ conditions: [], values: valuesOf(rest), rows: rest.length });
  return rules;
}

function propose(
  { module, memory, layout, bins }: PreparedForest,
  settings: RuleSettings,
  context: FitContext,
  t: number,
): Conditions[] {
  const growth = {
    seed: context.seed,
    maxDepth: settings.conditions,
    minRows: settings.minRowsInRule,
    featuresPerSplit: layout.features,
    drawnThresholds: false,
    bootstrap: false,
    base: 0,
  };
  const parts = growTree(bindKernels(module, memory), memory.buffer, layout, 0, growth, t);
  return candidatesOf(toTrees(parts, bins, 1)[0]!);
}

/** Sums of weights by class, or weight and weighted target. */
function sums(answers: Float64Array, weights: Float64Array, rows: Uint32Array, classes: number): Float64Array {
  const found = new Float64Array(classes > 0 ? classes : 2);
  for (const row of rows)
    if (classes > 0) found[answers[row]!]! += weights[row]!;
    else {
      found[0]! += weights[row]!;
      found[1]! += weights[row]! * answers[row]!;
    }
  return found;
}

/** What a rule says of its rows, from their sums: the mean, the share of class 1 of two, or all shares. */
function meansOf(own: Float64Array, classes: number): number[] {
  if (classes === 0) return [own[1]! / own[0]!];
  const total = own.reduce((sum, one) => sum + one, 0);
  return classes === 2 ? [own[1]! / total] : Array.from(own, (one) => one / total);
}

function meanOf(values: Float64Array, weights: Float64Array): number {
  let [sum, total] = [0, 0];
  weights.forEach((weight, i) => {
    sum += weight * values[i]!;
    total += weight;
  });
  return sum / total;
}

function bestSide(
  candidates: readonly Conditions[],
  train: LearningData,
  rest: Uint32Array,
  sumsOf: (rows: Uint32Array) => Float64Array,
  minRows: number,
  classes: number,
  answers: Float64Array,
  weights: Float64Array,
): { conditions: Conditions; taken: Uint32Array<ArrayBuffer>; left: Uint32Array<ArrayBuffer> } | undefined {
  const whole = squares(sumsOf(rest), classes);
  let best: ReturnType<typeof bestSide>;
  let most = 1e-12;
  for (const conditions of candidates) {
    const taken = rest.filter((row) => holds(conditions, train.features, row));
    const left = rest.filter((row) => !holds(conditions, train.features, row));
    if (taken.length < minRows || left.length < minRows) continue;
    const gain = squares(sumsOf(taken), classes) + squares(sumsOf(left), classes) - whole;
    if (gain <= most) continue;
    most = gain;
    best = { conditions, taken, left };
  }
  if (best === undefined || most <= noiseOf(answers, weights, rest, classes, whole + most)) return undefined;
  return best;
}

/** What the best of many divisions of nothing but noise would gain: the variance that is left, times 2 ln rows (as in BIC). */
function noiseOf(
  answers: Float64Array,
  weights: Float64Array,
  rest: Uint32Array,
  classes: number,
  explained: number,
): number {
  const total = rest.reduce((sum, row) => sum + weights[row]! * (classes > 0 ? 1 : answers[row]! ** 2), 0);
  return (2 * Math.log(rest.length) * Math.max(0, total - explained)) / rest.length;
}

/** The sum of squares over the weight: what a division makes greater. */
function squares(own: Float64Array, classes: number): number {
  if (classes === 0) return (own[1]! * own[1]!) / own[0]!;
  const total = own.reduce((sum, one) => sum + one, 0);
  return own.reduce((sum, one) => sum + one * one, 0) / total;
}
