import { z } from "zod";
import { type ExportEvidence, type GateVerdict, gatePolicySchema, judgeGate, type LatencyEvidence } from "#evaluate";
import { defineStep } from "#pipeline";
import type { EvaluationReport } from "./evaluate.ts";
import type { ProbeReport } from "./probe.ts";

/**
 * The gate's verdict. `registrable`: everything but the comparison with the champion holds, so the version is worth keeping;
 * `passed`: it may also take the champion's place.
 */
export interface RecordedVerdict extends GateVerdict {
  readonly registrable: boolean;
}

/** Whether the model may be registered, and whether it may be promoted, check by check. */
export const gateStep = defineStep({
  module: import.meta.url,
  export: "gateStep",
  name: "gate",
  version: 2,
  kind: "pure",
  weight: "light",
  inputs: {
    evaluation: { type: "evaluation" },
    guardrails: { type: "guardrails", optional: true },
    probes: { type: "probes", optional: true },
    latency: { type: "latency", optional: true },
    opening: { type: "opening", optional: true },
    exports: { type: "exports", optional: true },
  },
  outputs: { verdict: { type: "verdict" } },
  options: z.strictObject({ policy: gatePolicySchema }),
  async run(_context, { evaluation, exports, probes, latency, opening }, { policy }) {
    const report = await evaluation.json<EvaluationReport>();
    const { betterThanChampion, slices, ...rest } = policy;
    const comparesSlices = slices !== undefined && (slices.maxGap !== undefined || slices.minimum !== undefined);
    const checked = await exports?.json<{ readonly checks: readonly ExportEvidence[] }>();
    const probed = await probes?.json<ProbeReport>();
    const timed = await latency?.json<LatencyEvidence>();
    const opened = await opening?.json<{ readonly openings: number }>();
    const evidence = {
      evaluation: report.model,
      baseline: report.againstBaseline,
      champion: report.againstChampion,
      slices: report.slices,
      ...(report.championSlices === undefined ? {} : { championSlices: report.championSlices }),
      ...(report.fairness === undefined ? {} : { fairness: report.fairness }),
      ...(probed === undefined ? {} : { robustness: probed.robustness, behaviours: probed.behaviours }),
      ...(report.people === undefined ? {} : { people: report.people }),
      ...(probed?.attacks === undefined ? {} : { attacks: probed.attacks }),
      ...(opened === undefined ? {} : { openings: opened.openings }),
      ...(timed === undefined ? {} : { latency: timed }),
      ...(checked === undefined ? {} : { exports: checked.checks }),
    };
    const own = judgeGate(comparesSlices ? { ...rest, slices: { ...slices, champion: undefined } } : rest, evidence);
    const whole =
      betterThanChampion === undefined && slices?.champion === undefined ? own : judgeGate(policy, evidence);
    const verdict: RecordedVerdict = { ...whole, registrable: own.passed };
    return {
      verdict: {
        value: JSON.parse(JSON.stringify(verdict)),
        properties: { passed: verdict.passed, registrable: verdict.registrable },
      },
    };
  },
});
