import type { z } from "zod";
import { metricNamed } from "../metrics/metric.ts";
import type { Evaluation } from "../model.ts";
import type { RobustnessResult } from "../robustness/measure-robustness.ts";
import type { BehaviourResult } from "../robustness/run-behaviours.ts";
import type { GateCheck } from "./model.ts";
import type { gatePolicySchema } from "./policy.ts";
import { digits, lacking } from "./words.ts";

type Policy = z.output<typeof gatePolicySchema>;

/** How long single rows took, in milliseconds. */
export interface LatencyEvidence {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rows: number;
  /** Where it was measured, in a few words. */
  readonly machine: string;
}

/** How much of the metric a fault in the rows may take. */
export function checkRobustness(
  limits: NonNullable<Policy["robustness"]>,
  robustness: readonly RobustnessResult[] | undefined,
): GateCheck[] {
  return Object.entries(limits).flatMap(([kind, limit]): GateCheck[] => {
    if (limit === undefined) return [];
    const name = `robust to ${kind}`;
    const next = `Train with rows that have the fault, or drop the columns that bear it least; the limit is gate.robustness.${kind}.`;
    if (robustness === undefined)
      return [
        { name, passed: false, value: null, limit, evidence: "It was not measured.", next: "Turn the loop again." },
      ];
    const found = robustness.filter((one) => one.kind === kind);
    if (found.length === 0)
      return [{ name, passed: true, value: null, limit, evidence: "No input can have this fault.", next: "Nothing." }];
    const shares = found.map((one) => ({
      ...one,
      share: one.before === 0 ? (one.loss > 0 ? 1 : 0) : one.loss / Math.abs(one.before),
    }));
    const worst = shares.reduce((a, b) => (b.share > a.share ? b : a));
    const changed =
      worst.changedDecisions === null ? "" : `; ${percent(worst.changedDecisions)} of the decisions change`;
    return [
      {
        name,
        passed: worst.share <= limit,
        value: worst.share,
        limit,
        evidence: `With ${worst.fault} the metric goes from ${digits(worst.before)} to ${digits(worst.after)}, a loss of ${percent(Math.max(0, worst.share))}; at most ${percent(limit)} is accepted${changed}.`,
        next,
      },
    ];
  });
}

/** How long one row may take. */
export function checkLatency(limits: NonNullable<Policy["latency"]>, latency: LatencyEvidence | undefined): GateCheck {
  const { p99Ms } = limits;
  return {
    name: "latency p99",
    passed: latency !== undefined && latency.p99Ms <= p99Ms,
    value: latency?.p99Ms ?? null,
    limit: p99Ms,
    evidence:
      latency === undefined
        ? "It was not measured."
        : `Of ${latency.rows} single rows 99 % took at most ${digits(latency.p99Ms)} ms (half of them ${digits(latency.p50Ms)} ms) on ${latency.machine}; ${p99Ms} ms is the limit.`,
    next: `${lacking("Milliseconds", latency?.p99Ms ?? null, p99Ms, false)}Ask for a smaller model (fewer trees, fewer columns), or accept more milliseconds in gate.latency.p99Ms.`,
  };
}

/** How often the test rows were looked at. */
export function checkOpenings(limit: number, openings: number | undefined): GateCheck {
  return {
    name: "maxOpenings",
    passed: openings !== undefined && openings <= limit,
    value: openings ?? null,
    limit,
    evidence:
      openings === undefined
        ? "It was not counted."
        : `${openings} ${openings === 1 ? "model was" : "models were"} measured on these test rows; at most ${limit} are accepted.`,
    next: "Measure on rows that no model was chosen by: newer ones, or another split.seed, on the record.",
  };
}

/** Every promise about how the model behaves. */
export function checkBehaviours(behaviours: readonly BehaviourResult[]): GateCheck[] {
  return behaviours.map(({ name, test, passed, rows, broken, evidence }) => ({
    name: `behaviour ${name}`,
    passed,
    value: rows === 0 ? null : (rows - broken) / rows,
    limit: null,
    evidence: `Promise "${name}" (${test}): ${evidence}`,
    next: "Add rows that teach it, constrain the learner, or change the promise if it is wrong.",
  }));
}

/** What others reached on comparable data. */
export function checkBenchmarks(benchmarks: Policy["benchmarks"], evaluation: Evaluation): GateCheck[] {
  return benchmarks.map(({ name, metric, value: limit, source }) => {
    const { name: known, traits } = metricNamed(metric, evaluation.task);
    const own = evaluation.metrics[known];
    const up = traits.direction === "up";
    const value = own?.value ?? null;
    // The end of the interval that favours the model: what is only noise refuses nobody.
    const best = (up ? own?.high : own?.low) ?? value;
    return {
      name: `benchmark ${name}`,
      passed: best !== null && (up ? best >= limit : best <= limit),
      value,
      limit,
      evidence:
        value === null
          ? `${traits.title} cannot be computed: ${own?.reason ?? "it was not measured"}.`
          : `${traits.title} is ${digits(value)}${best === null ? "" : ` (at best ${digits(best)})`}; ${name} reached ${digits(limit)} (${source}).`,
      next: "Learn from what they did, or say that the benchmark does not bind: required: false.",
    };
  });
}

/** What a person must have written. */
export function checkWritten(written: NonNullable<Policy["written"]>): GateCheck[] {
  return written.map(({ name, given, next }) => ({
    name: `written ${name}`,
    passed: given,
    value: null,
    limit: null,
    evidence: given
      ? `The config says what the risk tier asks for: ${name}.`
      : `The risk tier asks for it, and the config does not say it: ${name}.`,
    next,
  }));
}

function percent(share: number): string {
  const value = share * 100;
  return `${Number(Math.abs(value) < 0.01 ? value.toPrecision(2) : value.toFixed(2))} %`;
}
