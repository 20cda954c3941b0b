import { knownNames, MillraceError } from "#kernel";
import { appendDecided } from "../append-decided.ts";
import type { Action, ActionContext, ActionOutcome, ActionPlan, MonitorReport, TriggerJudgement } from "../model.ts";

/** What each configured action would do about a report. Changes nothing. */
export function planActions(
  actions: readonly Action[],
  report: MonitorReport,
  judgement: TriggerJudgement,
): readonly ActionPlan[] {
  return actions.flatMap((action) => action.plan(report, judgement) ?? []);
}

/**
 * Does what was planned and records each outcome on `trigger/<factory>`. A plan that succeeded before is a hit; one that
 * failed is tried again. An action that fails is said in its outcome, and the others go on.
 *
 * Errors: MONITOR_ACTION_UNKNOWN: when a plan names an action that is not among those given.
 */
export async function applyActions(
  actions: readonly Action[],
  plans: readonly ActionPlan[],
  context: ActionContext,
): Promise<readonly ActionOutcome[]> {
  const stream = `trigger/${context.factory}`;
  const byName = new Map(actions.map((action) => [action.name, action]));
  for (const { action } of plans)
    if (!byName.has(action))
      throw new MillraceError("MONITOR_ACTION_UNKNOWN", {
        message: `No action is named "${action}": ${knownNames(action, [...byName.keys()])}.`,
        next: "Add it to the factory's actions.",
      });
  const outcomes: ActionOutcome[] = [];
  for (const plan of plans) {
    const key = `applied/${plan.action}/${plan.key}`;
    const before = await context.metadata.read({ find: "entries", stream, type: "action-applied" });
    const done = before.find((entry) => entry.key === key);
    if (done !== undefined) {
      outcomes.push({ action: plan.action, key: plan.key, ok: true, hit: true, detail: String(done.data.detail) });
      continue;
    }
    const { ok, detail } = await attempt(byName.get(plan.action)!, plan, context);
    await appendDecided(context, stream, (entries) =>
      entries.some((entry) => entry.key === key)
        ? []
        : [
            {
              type: ok ? "action-applied" : "action-failed",
              data: { action: plan.action, sentence: plan.sentence, detail, payload: plan.payload },
              ...(ok ? { key } : {}),
            },
          ],
    );
    outcomes.push({ action: plan.action, key: plan.key, ok, hit: false, detail });
  }
  return outcomes;
}

async function attempt(
  action: Action,
  plan: ActionPlan,
  context: ActionContext,
): Promise<{ readonly ok: boolean; readonly detail: string }> {
  try {
    return await action.apply(plan, context);
  } catch (error) {
    context.log.error({ action: plan.action, error: String(error) }, "an action failed");
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
