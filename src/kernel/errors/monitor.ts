import { type ErrorSpec, input, notFound, transient } from "./kinds.ts";

export const monitorErrors = {
  MONITOR_WINDOW_MISMATCHED: input("when a window's rows, scores and labels are not equally many"),
  MONITOR_ALERT_UNKNOWN: notFound("when no alert of that key was ever opened for the factory"),
  MONITOR_ACTION_UNKNOWN: notFound("when a plan names an action that is not configured"),
  MONITOR_SNOOZE_INVALID: input("when an alert is snoozed until a time that has passed"),
  MONITOR_WRITE_CONTENDED: transient(
    "when other writers were first, again and again, and an alert or trigger was not recorded",
  ),
} as const satisfies Record<`MONITOR_${string}`, ErrorSpec>;
