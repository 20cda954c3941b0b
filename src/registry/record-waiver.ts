import { appendDecided } from "./append.ts";
import type { Done, RegistryContext } from "./model.ts";
import { checkName } from "./names.ts";

/** A finding of a guardrail that a person lets through. */
export interface WaiverRecord {
  readonly model: string;
  readonly finding: string;
  readonly reason: string;
  readonly signature: string | null;
}

/**
 * Records on the audit chain that `context.by` lets a finding through, and why; saying the same again is a hit.
 *
 * Errors: REGISTRY_NAME_INVALID; REGISTRY_ACTOR_MISSING.
 */
export async function recordWaiver(context: RegistryContext, record: WaiverRecord): Promise<Done<WaiverRecord>> {
  const { model, finding, reason, signature } = record;
  checkName("model", model);
  return await appendDecided<WaiverRecord>(context, `waiver/${model}`, (entries) => {
    const last = entries.findLast(({ data }) => data.finding === finding && data.by === context.by);
    if (last?.data.reason === reason && last.data.signature === signature) return { hit: record };
    return { append: { type: "waived", data: { finding, reason, signature } }, give: () => record };
  });
}
