import { metricNamed } from "#evaluate";
import type { Model } from "#registry";
import type { Milestone, ProblemStatement } from "./problem-statement.ts";

export interface MilestoneState {
  readonly milestone: Milestone;
  readonly state: "reached" | "open" | "late";
  readonly evidence: string;
}

/** How far a problem has come, from what is registered; `model` is absent while nothing is. */
export function judgeMilestones(
  { milestones }: ProblemStatement,
  model: Model | undefined,
  nowMs: number,
): MilestoneState[] {
  return milestones.map((milestone) => {
    const found = reachedBy(milestone.reached, model);
    if (found !== null) return { milestone, state: "reached", evidence: found };
    const late = milestone.date !== null && nowMs > Date.parse(`${milestone.date}T23:59:59Z`);
    return { milestone, state: late ? "late" : "open", evidence: newest(milestone.reached, model) };
  });
}

function reachedBy(reached: Milestone["reached"], model: Model | undefined): string | null {
  if (model === undefined) return null;
  const { versions } = model;
  if (reached.when === "registered") return versions.length === 0 ? null : `${model.name}:1 passed the gate`;
  if (reached.when === "serving") {
    const champion = model.aliases.find(({ alias }) => alias === "champion");
    return champion === undefined ? null : `${model.name}:${champion.version} is the champion`;
  }
  const good = versions.find(({ metrics }) =>
    Object.entries(reached.atLeast).every(([name, limit]) => {
      const value = metrics[metricNamed(name).name]?.value;
      if (value === undefined) return false;
      return metricNamed(name).traits.direction === "up" ? value >= limit : value <= limit;
    }),
  );
  return good === undefined ? null : `${model.name}:${good.version}: ${shown(reached.atLeast, good.metrics)}`;
}

/** How far the newest version is. */
function newest(reached: Milestone["reached"], model: Model | undefined): string {
  const last = model?.versions.at(-1);
  if (last === undefined) return "no version is registered";
  if (reached.when !== "metrics") return `newest: ${last.model}:${last.version}`;
  return `newest: ${last.model}:${last.version}: ${shown(reached.atLeast, last.metrics)}`;
}

function shown(
  limits: Readonly<Record<string, number>>,
  metrics: Readonly<Record<string, { readonly value: number }>>,
): string {
  return Object.entries(limits)
    .map(([name, limit]) => {
      const value = metrics[metricNamed(name).name]?.value;
      return `${name} ${value === undefined ? "not measured" : Number(value.toPrecision(3))} (asked: ${limit})`;
    })
    .join(", ");
}
