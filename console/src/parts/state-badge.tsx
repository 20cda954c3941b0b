import type { ComponentType } from "react";
import { CacheIcon, CheckIcon, CrossIcon, DashIcon, RunningIcon, WaitIcon, WarnIcon } from "./icons.tsx";

export type Tone = "good" | "info" | "busy" | "warn" | "bad" | "idle";

interface Look {
  readonly tone: Tone;
  readonly label: string;
  readonly icon: ComponentType<{ size?: number; className?: string }>;
}

const looks: Readonly<Record<string, Look>> = {
  complete: { tone: "good", label: "Done", icon: CheckIcon },
  cached: { tone: "info", label: "Cached", icon: CacheIcon },
  running: { tone: "busy", label: "Running", icon: RunningIcon },
  waiting: { tone: "warn", label: "Waiting", icon: WaitIcon },
  failed: { tone: "bad", label: "Failed", icon: CrossIcon },
  stopped: { tone: "warn", label: "Stopped", icon: DashIcon },
  skipped: { tone: "idle", label: "Left out", icon: DashIcon },
  pending: { tone: "idle", label: "To do", icon: WaitIcon },
  pass: { tone: "good", label: "Pass", icon: CheckIcon },
  passed: { tone: "good", label: "Passed", icon: CheckIcon },
  refused: { tone: "bad", label: "Refused", icon: CrossIcon },
  warn: { tone: "warn", label: "Warn", icon: WarnIcon },
  block: { tone: "bad", label: "Blocked", icon: CrossIcon },
  approved: { tone: "good", label: "Approved", icon: CheckIcon },
  rejected: { tone: "bad", label: "Rejected", icon: CrossIcon },
  alert: { tone: "bad", label: "Alert", icon: WarnIcon },
  warning: { tone: "warn", label: "Warning", icon: WarnIcon },
  info: { tone: "info", label: "Info", icon: DashIcon },
  acknowledged: { tone: "warn", label: "Acknowledged", icon: CheckIcon },
  snoozed: { tone: "idle", label: "Snoozed", icon: WaitIcon },
  resolved: { tone: "good", label: "Resolved", icon: CheckIcon },
  serving: { tone: "good", label: "Deployed", icon: CheckIcon },
  unrouted: { tone: "warn", label: "No route", icon: WarnIcon },
  drifted: { tone: "warn", label: "Drift", icon: WarnIcon },
  worse: { tone: "bad", label: "Worse", icon: WarnIcon },
  better: { tone: "good", label: "Better", icon: CheckIcon },
  same: { tone: "good", label: "Same", icon: CheckIcon },
  unknown: { tone: "idle", label: "Not known", icon: DashIcon },
  "too few rows": { tone: "idle", label: "Too few rows", icon: DashIcon },
  steady: { tone: "good", label: "Steady", icon: CheckIcon },
};

/** The tone of a state; what is not known is idle. */
export function toneOf(state: string): Tone {
  return looks[state]?.tone ?? "idle";
}

export function labelOf(state: string): string {
  return looks[state]?.label ?? state;
}

/** A state by color, sign and word, so that none of them carries it alone. */
export function StateBadge(props: { state: string; label?: string; iconOnly?: boolean }) {
  const look = looks[props.state] ?? { tone: "idle" as const, label: props.state, icon: DashIcon };
  const Icon = look.icon;
  const text = props.label ?? look.label;
  return (
    <span
      className="state"
      data-tone={look.tone}
      {...(props.iconOnly ? { role: "img", "aria-label": text, title: text } : {})}
    >
      <Icon {...(props.state === "running" ? { className: "turning" } : {})} />
      {!props.iconOnly && text}
    </span>
  );
}
