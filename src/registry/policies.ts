import type { Approval, RiskTier } from "./model.ts";

export const riskTiers: readonly RiskTier[] = ["minimal", "limited", "high"];

/**
 * How many people must approve a version before it may become `champion`.
 *
 * ```ts
 * requiredApprovals("high"); // 2
 * ```
 */
export function requiredApprovals(tier: RiskTier): number {
  return { minimal: 0, limited: 1, high: 2 }[tier];
}

/** Each person's last word, and what follows from it. At the `high` tier the word of who registered does not count as approval. */
export function approvalOf(
  tier: RiskTier,
  registeredBy: string,
  words: readonly { readonly by: string; readonly approved: boolean }[],
): Approval {
  const last = new Map<string, boolean>();
  for (const word of words) {
    last.delete(word.by);
    last.set(word.by, word.approved);
  }
  const approvedBy = [...last]
    .filter(([by, yes]) => yes && !(tier === "high" && by === registeredBy))
    .map(([by]) => by);
  const rejectedBy = [...last].filter(([, yes]) => !yes).map(([by]) => by);
  const required = requiredApprovals(tier);
  const state = rejectedBy.length > 0 ? "rejected" : approvedBy.length >= required ? "approved" : "pending";
  return { state, required, approvedBy, rejectedBy };
}
