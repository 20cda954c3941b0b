import { appendDecided } from "../append-decided.ts";
import type { Action, ActionPlan, MonitorReport, TriggerJudgement } from "../model.ts";

/**
 * Asks the factory to turn the loop again: an entry `retrain-requested` on `trigger/<factory>`, once a window. Whoever runs
 * the factory reads it there.
 */
export const retrainRequest: Action = {
  kind: "action",
  name: "retrain",
  version: "1",
  traits: { reversible: true },
  plan: (report: MonitorReport, judgement: TriggerJudgement): ActionPlan | null =>
    judgement.fire
      ? {
          action: "retrain",
          key: `${report.endpoint}/${report.window.fromMs}-${report.window.toMs}`,
          sentence: `Retrain ${report.factory}: ${judgement.reasons.join(" ")}`,
          payload: { endpoint: report.endpoint, window: { ...report.window }, reasons: judgement.reasons },
        }
      : null,
  apply: async (plan, context) => {
    const key = `retrain/${plan.key}`;
    await appendDecided(context, `trigger/${context.factory}`, (entries) =>
      entries.some((entry) => entry.key === key) ? [] : [{ type: "retrain-requested", data: plan.payload, key }],
    );
    return { ok: true, detail: "requested" };
  },
};
