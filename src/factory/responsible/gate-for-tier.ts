import type { GatePolicy } from "#evaluate";
import type { FactoryConfig } from "../config.ts";
import { modelTask } from "../tasks.ts";
import { riskQuestions, unanswered } from "./risk.ts";

/**
 * The gate with what the tier of risk asks for. A limit that the policy has stays; one that it lacks gets the usual one.
 *
 * `limited` asks for: better than the baseline, robust to 1 % noise. `high` asks beside these for honest probabilities, equal
 * opportunity between the groups of the sensitive columns, and slices no worse than the champion's. Where risk answers are
 * given at all, both ask for what a person must have written, and a gap there refuses.
 */
export function gateForTier(policy: GatePolicy, config: FactoryConfig, metric: string): GatePolicy {
  const { riskTier: tier } = config;
  if (tier === "minimal") return policy;
  const limited: GatePolicy = {
    ...policy,
    betterThanBaseline: policy.betterThanBaseline ?? { metric, confidence: 0.95 },
    robustness: { ...policy.robustness, noise: policy.robustness?.noise ?? 0.05 },
    ...(config.risk === undefined ? {} : { written: [...writtenFor(config, tier)] }),
  };
  if (tier === "limited") return limited;
  const sliced = [...config.roles.sensitive, ...config.roles.metadata].length > 0;
  const slices = policy.slices ?? { metric };
  return {
    ...limited,
    ...(modelTask(config.task) === "regression" ? {} : { maxCalibrationError: policy.maxCalibrationError ?? 0.1 }),
    ...(sliced ? { slices: { ...slices, champion: slices.champion ?? { notWorseBy: 0.02 } } } : {}),
    ...(config.task === "binary" && config.roles.sensitive.length > 0
      ? { fairness: { ...policy.fairness, maxOpportunityGap: policy.fairness?.maxOpportunityGap ?? 0.1 } }
      : {}),
  };
}

function writtenFor(config: FactoryConfig, tier: "limited" | "high"): NonNullable<GatePolicy["written"]> {
  const open = unanswered(config.risk ?? {});
  const asked = [
    { name: "owner", given: config.owner !== undefined, next: 'Say who answers for it: owner: "…".' },
    { name: "intended use", given: config.intendedUse !== undefined, next: 'Say what it is for: intendedUse: "…".' },
  ];
  const answered = {
    name: "risk questions",
    given: open.length === 0,
    next: `Answer in risk: ${open.map((question) => `${question} (${riskQuestions[question]})`).join("; ")}`,
  };
  const high = [
    answered,
    {
      name: "limits",
      given: config.card.limits.length > 0,
      next: 'Say when not to trust it: card: { limits: ["…"] }.',
    },
    {
      name: "sensitive columns",
      given: config.roles.sensitive.length > 0 || config.card.withoutSensitive !== undefined,
      next: 'Name them: roles: { sensitive: ["…"] }, or say why there are none: card: { withoutSensitive: "…" }.',
    },
  ];
  return tier === "high" ? [...asked, ...high] : asked;
}
