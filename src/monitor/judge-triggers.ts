import { z } from "zod";
import { isoTime } from "#kernel";
import type { MonitorReport, TriggerJudgement } from "./model.ts";

/** When the loop should turn again. Any condition that is met asks for it; the cooldown and the least rows hold it back. */
export const triggerPolicySchema = z.strictObject({
  driftShare: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .default(0.5)
    .describe("Share of input columns that must have drifted; null: drift of many columns is no reason."),
  importantColumns: z.boolean().default(true).describe("Whether drift of one important column is a reason."),
  predictionDrift: z.boolean().default(false).describe("Whether drift of the predictions is a reason."),
  metricDrop: z
    .strictObject({
      metric: z.string().optional().describe("Which metric; default any that the report judges."),
      atLeast: z.number().min(0).default(0).describe("Smallest drop that counts, beside being significant."),
    })
    .nullable()
    .prefault({})
    .describe("A significant drop of a realised metric; null: no reason."),
  newLabels: z.number().int().positive().nullable().default(null).describe("Labelled rows since the last training."),
  everyHours: z.number().positive().nullable().default(null).describe("Hours since the last training."),
  cooldownHours: z.number().min(0).default(0).describe("Least hours between two firings."),
  minimumRows: z.number().int().min(0).default(100).describe("Least rows of a window before anything is concluded."),
});

export type TriggerPolicy = z.output<typeof triggerPolicySchema>;

/** What is known beside the window. Times in milliseconds; absent where it never happened. */
export interface TriggerHistory {
  readonly nowMs: number;
  readonly lastFiredMs?: number;
  readonly lastTrainedMs?: number;
  readonly labelledSinceTraining?: number;
}

/**
 * Whether the loop should turn again, and why. A schedule and new labels count whatever the window's size; drift and
 * metrics only in a window with the policy's least rows.
 */
export function judgeTriggers(policy: TriggerPolicy, report: MonitorReport, history: TriggerHistory): TriggerJudgement {
  const reasons = [...scheduleReasons(policy, history)];
  let heldBack: string | null = null;
  const seen = windowReasons(policy, report);
  if (report.rows >= policy.minimumRows) reasons.push(...seen);
  else if (seen.length > 0)
    heldBack = `The window has ${report.rows} rows; the policy concludes nothing from fewer than ${policy.minimumRows}.`;
  const againMs = history.lastFiredMs === undefined ? 0 : history.lastFiredMs + policy.cooldownHours * 3_600_000;
  if (reasons.length > 0 && history.lastFiredMs !== undefined && history.nowMs < againMs)
    heldBack = `It fired at ${isoTime(history.lastFiredMs)} and rests for ${policy.cooldownHours} h.`;
  else if (reasons.length > 0) heldBack = null;
  return { fire: reasons.length > 0 && heldBack === null, reasons: reasons.length > 0 ? reasons : seen, heldBack };
}

function scheduleReasons(policy: TriggerPolicy, history: TriggerHistory): readonly string[] {
  const reasons: string[] = [];
  const labels = history.labelledSinceTraining ?? 0;
  if (policy.newLabels !== null && labels >= policy.newLabels)
    reasons.push(`${labels} labelled rows have come since the last training; the policy asks for ${policy.newLabels}.`);
  if (policy.everyHours !== null) {
    const hours = history.lastTrainedMs === undefined ? null : (history.nowMs - history.lastTrainedMs) / 3_600_000;
    if (hours === null || hours >= policy.everyHours)
      reasons.push(
        hours === null
          ? `It was never trained; the policy asks for every ${policy.everyHours} h.`
          : `The last training was ${Math.floor(hours)} h ago; the policy asks for every ${policy.everyHours} h.`,
      );
  }
  return reasons;
}

function windowReasons(policy: TriggerPolicy, report: MonitorReport): readonly string[] {
  const reasons: string[] = [];
  const { inputs, predictions, labels } = report;
  if (policy.driftShare !== null && inputs.drifted.length > 0 && inputs.share >= policy.driftShare)
    reasons.push(
      `${inputs.drifted.length} of ${inputs.columns.length} input columns drifted (${percent(inputs.share)}; the policy allows less than ${percent(policy.driftShare)}).`,
    );
  const important = inputs.columns.filter((column) => column.important && column.drifted).map((column) => column.name);
  if (policy.importantColumns && important.length > 0)
    reasons.push(`Important input columns drifted: ${important.join(", ")}.`);
  if (policy.predictionDrift && predictions.drifted) reasons.push("The predictions drifted.");
  if (policy.metricDrop !== null)
    for (const { name, verdict, drop } of labels.metrics) {
      const isAsked = policy.metricDrop.metric === undefined || policy.metricDrop.metric === name;
      if (isAsked && verdict === "worse" && drop !== null && drop.value >= policy.metricDrop.atLeast)
        reasons.push(
          `${name} is worse by ${figure(drop.value)} than when the model was evaluated (95 % interval ${figure(drop.low)} to ${figure(drop.high)}).`,
        );
    }
  return reasons;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
