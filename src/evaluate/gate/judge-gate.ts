import type { z } from "zod";
import { countOf, parseOptions } from "#kernel";
import { metricNamed } from "../metrics/metric.ts";
import type { Evaluation, ModelComparison } from "../model.ts";
import { checkAttacks } from "./check-attacks.ts";
import {
  checkBehaviours,
  checkBenchmarks,
  checkLatency,
  checkOpenings,
  checkRobustness,
  checkWritten,
} from "./check-behaviour.ts";
import { checkChampionSlices, checkFairness } from "./check-fairness.ts";
import type { GateCheck, GateEvidence, GateVerdict } from "./model.ts";
import { type GatePolicy, gatePolicySchema } from "./policy.ts";
import { digits, lacking, percent } from "./words.ts";

type Policy = z.output<typeof gatePolicySchema>;

/**
 * Whether a model may go on, check by check, in plain words.
 *
 * ```ts
 * const evaluation = evaluate("binary", { scores: Float64Array.of(0.9, 0.1), labels: [1, 0] }, { draws: 0 });
 * judgeGate({ minimum: { rocAucScore: 0.7 } }, { evaluation }).passed; // true
 * ```
 *
 * A check without its evidence does not pass. A refused gate is a value, not an error.
 * Errors: EVALUATE_METRIC_UNKNOWN · EVALUATE_METRIC_WRONG_TASK: when the policy names a metric that cannot be.
 */
export function judgeGate(policy: GatePolicy, evidence: GateEvidence): GateVerdict {
  const resolved = parseOptions(gatePolicySchema, policy, "the gate");
  const checks = [
    ...(resolved.minRows > 0 ? [checkRows(resolved.minRows, evidence.evaluation.rows)] : []),
    ...(resolved.notDegenerate ? [checkDegenerate(resolved.notDegenerate, evidence.evaluation)] : []),
    ...(resolved.betterThanBaseline ? [checkBaseline(resolved.betterThanBaseline, evidence)] : []),
    ...(resolved.betterThanChampion ? [checkChampion(resolved.betterThanChampion, evidence)] : []),
    ...Object.entries(resolved.minimum).map(([name, limit]) => checkMinimum(name, limit, evidence.evaluation)),
    ...(resolved.maxCalibrationError === undefined
      ? []
      : [checkCalibration(resolved.maxCalibrationError, evidence.evaluation)]),
    ...(resolved.slices && !isChampionOnly(resolved.slices) ? checkSlices(resolved.slices, evidence) : []),
    ...(resolved.slices?.champion ? [checkChampionSlices(resolved.slices.champion, evidence.championSlices)] : []),
    ...(resolved.fairness ? checkFairness(resolved.fairness, evidence.fairness) : []),
    ...(resolved.robustness ? checkRobustness(resolved.robustness, evidence.robustness) : []),
    ...(resolved.attacks ? [checkAttacks(resolved.attacks, evidence.attacks)] : []),
    ...checkBehaviours(evidence.behaviours ?? []),
    ...(resolved.latency ? [checkLatency(resolved.latency, evidence.latency)] : []),
    ...(resolved.maxOpenings === undefined ? [] : [checkOpenings(resolved.maxOpenings, evidence.openings)]),
    ...checkBenchmarks(resolved.benchmarks, evidence.evaluation),
    ...checkWritten(resolved.written ?? []),
    ...resolved.exports.map((target) => checkExport(target, evidence)),
  ];
  return { passed: checks.every(({ passed }) => passed), checks };
}

function isChampionOnly({ maxGap, minimum, champion }: NonNullable<Policy["slices"]>): boolean {
  return champion !== undefined && maxGap === undefined && minimum === undefined;
}

function checkRows(limit: number, rows: number): GateCheck {
  return {
    name: "minRows",
    passed: rows >= limit,
    value: rows,
    limit,
    evidence: `${countOf(rows, "row")} ${rows === 1 ? "was" : "were"} evaluated; at least ${limit} are asked for.`,
    next: `Wait for ${countOf(Math.max(0, limit - rows), "more labelled row")}, or widen the test window.`,
  };
}

const degenerate: readonly string[] = ["constantScores", "onePrediction", "decisionsIgnoreRows"];

function checkDegenerate(asked: true | "decisions", { alarms }: Evaluation): GateCheck {
  const found = alarms.find(({ name }) => degenerate.includes(name));
  return {
    name: "notDegenerate",
    // One decision for all may be the best one of a rare class: by itself only equal scores are a dead model.
    passed: asked === "decisions" ? found === undefined : found?.name !== "constantScores",
    value: null,
    limit: null,
    evidence: found?.message ?? "The model tells rows apart.",
    next:
      found === undefined || found.name === "constantScores"
        ? "Look at the features that reached the learner: none of them may vary."
        : "Choose the threshold by what decisions cost (learn.costs), so that the decisions depend on the rows.",
  };
}

function checkBaseline(
  { metric, confidence }: { metric: string; confidence: number },
  { baseline, evaluation }: GateEvidence,
): GateCheck {
  const name = metricNamed(metric, evaluation.task).name;
  const next = "Give the model better columns or more rows; as it is, the baseline serves as well.";
  return checkComparison("betterThanBaseline", "the baseline", name, confidence, baseline, next);
}

function checkComparison(
  check: string,
  other: string,
  metric: string,
  confidence: number,
  comparison: ModelComparison | undefined,
  next: string,
): GateCheck {
  if (comparison === undefined || comparison.metric !== metric)
    return without(check, confidence, `a comparison with ${other} on ${metric}`);
  return {
    name: check,
    passed: comparison.pBetter >= confidence,
    value: comparison.pBetter,
    limit: confidence,
    evidence: `${describe(comparison, other)}; it is better with a probability of ${percent(comparison.pBetter)}, and ${percent(confidence)} are asked for.`,
    next,
  };
}

function checkChampion(
  policy: NonNullable<Policy["betterThanChampion"]>,
  { champion, evaluation }: GateEvidence,
): GateCheck {
  const check = "notWorseBy" in policy ? "notWorseThanChampion" : "betterThanChampion";
  if (champion === null)
    return {
      name: check,
      passed: true,
      value: null,
      limit: null,
      evidence: "There is no champion yet.",
      next: "Nothing: the first model has no rival.",
    };
  const metric = metricNamed(policy.metric, evaluation.task).name;
  const next = "Keep the champion; try again with newer rows, better columns or a larger budget.";
  if (!("notWorseBy" in policy))
    return checkComparison(check, "the champion", metric, policy.confidence, champion, next);
  if (champion === undefined || champion.metric !== metric)
    return without(check, -policy.notWorseBy, `a comparison with the champion on ${metric}`);
  const worst = champion.direction === "up" ? champion.low : champion.high;
  if (worst === null)
    return without(check, -policy.notWorseBy, "enough rows for an interval of the difference to the champion");
  const worstGain = champion.direction === "up" ? worst : -worst;
  return {
    name: check,
    passed: worstGain >= -policy.notWorseBy,
    value: worstGain,
    limit: -policy.notWorseBy,
    evidence: `${describe(champion, "the champion")}; at worst it loses ${digits(Math.max(0, -worstGain))}, and ${digits(policy.notWorseBy)} is accepted.`,
    next,
  };
}

function describe({ metric, first, second, difference, low, high }: ModelComparison, other: string): string {
  return `${metricNamed(metric).traits.title} is ${digits(first)} against ${digits(second)} of ${other} (difference ${digits(difference)}, ${low === null || high === null ? "too few rows for an interval" : `${digits(low)} to ${digits(high)}`})`;
}

function checkMinimum(metric: string, limit: number, { metrics, task }: Evaluation): GateCheck {
  const { name, traits } = metricNamed(metric, task);
  const result = metrics[name];
  const up = traits.direction === "up";
  const value = result?.value ?? null;
  const evidence =
    value === null
      ? `${traits.title} cannot be computed: ${result?.reason ?? "it was not measured"}.`
      : `${traits.title} is ${digits(value)}; ${up ? "at least" : "at most"} ${digits(limit)} is asked for.`;
  return {
    name: `minimum ${name}`,
    passed: value !== null && (up ? value >= limit : value <= limit),
    value,
    limit,
    evidence,
    next: `${lacking(traits.title, value, limit, up)}Give the model better columns, more rows or a larger budget, or ask for less in the policy.`,
  };
}

function checkCalibration(limit: number, evaluation: Evaluation): GateCheck {
  const check = checkMinimum("calibrationError", limit, evaluation);
  const next = `${lacking("Calibration error", check.value, limit, false)}Calibrate the scores on the validation rows.`;
  return { ...check, name: "maxCalibrationError", next };
}

function checkSlices(
  { metric, maxGap, minimum }: NonNullable<Policy["slices"]>,
  { slices, evaluation }: GateEvidence,
): GateCheck[] {
  const { name, traits } = metricNamed(metric, evaluation.task);
  const up = traits.direction === "up";
  if (slices === undefined) return [without("slices", maxGap ?? minimum ?? 0, "slices")];
  const overall = evaluation.metrics[name]?.value ?? null;
  const judged = slices.flatMap((slice) => {
    const result = slice.metrics[name];
    // The end of the interval that favours the slice: what is only noise fails nobody.
    const best = up ? result?.high : result?.low;
    return best === null || best === undefined
      ? []
      : [{ slice: slice.name, rows: slice.rows, best, value: result!.value! }];
  });
  const worst = judged.toSorted((a, b) => (up ? a.best - b.best : b.best - a.best))[0];
  const checks: GateCheck[] = [];
  const add = (check: string, limit: number, asked: string) => {
    const passed = worst === undefined || (up ? worst.best >= limit : worst.best <= limit);
    const evidence =
      worst === undefined
        ? "No slice has rows enough to judge."
        : `Worst slice: ${worst.slice} with ${traits.title} ${digits(worst.value)} on ${countOf(worst.rows, "row")} (at best ${digits(worst.best)}); ${asked}.`;
    checks.push({
      name: check,
      passed,
      value: worst?.value ?? null,
      limit,
      evidence,
      next: `${lacking("Its best case", worst?.best ?? null, limit, up)}Gather more rows like those of the slice, or add a column that explains it.`,
    });
  };
  if (minimum !== undefined)
    add("slices minimum", minimum, `${up ? "at least" : "at most"} ${digits(minimum)} is asked for`);
  if (maxGap !== undefined && overall !== null)
    add(
      "slices maxGap",
      up ? overall - maxGap : overall + maxGap,
      `no more than ${digits(maxGap)} worse than ${digits(overall)} is accepted`,
    );
  return checks;
}

function checkExport(target: string, { exports = [] }: GateEvidence): GateCheck {
  const own = exports.filter((one) => one.target === target);
  return {
    name: `export ${target}`,
    passed: own.length > 0 && own.every(({ ok }) => ok),
    value: null,
    limit: null,
    evidence: own.length === 0 ? `The export to ${target} was not checked.` : own.map((one) => one.evidence).join(" "),
    next: `Look at \`millrace model verify --targets ${target}\`, install the toolchain, or leave ${target} out of the policy.`,
  };
}

function without(name: string, limit: number, what: string): GateCheck {
  return {
    name,
    passed: false,
    value: null,
    limit,
    evidence: `The policy asks for ${what}, which was not given.`,
    next: `Give the gate ${what}.`,
  };
}
