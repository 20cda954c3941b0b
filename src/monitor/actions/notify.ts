import { digestJson, refuseLiteralPassword } from "#kernel";
import type { Action, ActionPlan, MonitorReport, TriggerJudgement } from "../model.ts";

/** Says a report's findings in the log. */
export const notifyLog: Action = {
  kind: "action",
  name: "notify-log",
  version: "1",
  traits: { reversible: false },
  plan: (report, judgement) => planNotice("notify-log", report, judgement, {}),
  apply: async (plan, { log }) => {
    log.warn({ payload: plan.payload }, plan.sentence);
    return { ok: true, detail: "logged" };
  },
};

/**
 * Posts a report's findings as JSON to an address of the operator's.
 *
 * Errors: KERNEL_SECRET_LITERAL: when the address holds a password. A refusal, a timeout (default 10 s) or an address that cannot be reached is the action's outcome.
 */
export function webhook(options: { readonly address: string; readonly timeoutMs?: number }): Action {
  refuseLiteralPassword(options.address);
  return {
    kind: "action",
    name: "webhook",
    version: "1",
    traits: { reversible: false },
    plan: (report, judgement) => planNotice("webhook", report, judgement, { address: options.address }),
    apply: async (plan, { signal }) => {
      const response = await fetch(options.address, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": plan.key },
        body: JSON.stringify({ text: plan.sentence, ...plan.payload }),
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs ?? 10_000)]),
      });
      await response.body?.cancel();
      return { ok: response.ok, detail: `answered ${response.status}` };
    },
  };
}

function planNotice(
  action: string,
  report: MonitorReport,
  judgement: TriggerJudgement,
  target: Record<string, string>,
): ActionPlan | null {
  const loud = report.findings.filter((finding) => finding.severity !== "info");
  if (loud.length === 0 && !judgement.fire) return null;
  const sentences = [...loud.map((finding) => finding.sentence), ...judgement.reasons];
  return {
    action,
    key: digestJson({ ...target, endpoint: report.endpoint, window: { ...report.window } }),
    sentence: sentences[0]!,
    payload: { factory: report.factory, endpoint: report.endpoint, window: { ...report.window }, sentences },
  };
}
