import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { gatePolicySchema } from "#evaluate";
import { type FactoryConfig, metricOf } from "../config.ts";
import { gateForTier } from "../responsible/gate-for-tier.ts";

/** What the gate asks: the config's own checks or the usual ones, those of the risk tier, and the outside results that bind. */
export function gatePolicyOf(config: FactoryConfig): z.input<typeof gatePolicySchema> {
  const metric = metricOf(config);
  return withBenchmarks(gateForTier(gateOf(config, metric), config, metric), config);
}

/** The usual gate, unless the config has checks of its own; exports are checked beside either. */
function gateOf({ gate, target }: FactoryConfig, metric: string): z.input<typeof gatePolicySchema> {
  const usual = target === undefined ? unlabelledGate(metric) : usualGate(metric);
  if (gate === undefined) return usual;
  const { exports, ...checks } = gate;
  const own = Object.entries(checks).some(([name, value]) => !isDeepStrictEqual(value, nothing[name]));
  return own ? gate : { ...usual, exports };
}

/** The outside results that bind. */
function withBenchmarks(policy: z.input<typeof gatePolicySchema>, { benchmarks }: FactoryConfig) {
  const binding = benchmarks.filter(({ required }) => required);
  return binding.length === 0 ? policy : { ...policy, benchmarks: [...(policy.benchmarks ?? []), ...binding] };
}

/** A gate that says nothing. */
const nothing: Readonly<Record<string, unknown>> = gatePolicySchema.parse({});

/** What a model must show where the config says nothing: better than the trivial baseline, and than the champion. */
function usualGate(metric: string) {
  return { betterThanBaseline: { metric, confidence: 0.95 }, betterThanChampion: { metric, confidence: 0.95 } };
}

/** Without answers two models cannot be compared: better than chance must do. */
function unlabelledGate(metric: string) {
  return { betterThanBaseline: { metric, confidence: 0.95 } };
}
