import { knownNames, MillraceError, type Plugin } from "#kernel";
import type { Direction, Task } from "../model.ts";
import { metrics } from "./metric-table.ts";

export interface MetricTraits {
  readonly tasks: readonly Task[];
  /** `up`: more is better. */
  readonly direction: Direction;
  /** The sum of parts gives the whole (so that windows can be merged). */
  readonly decomposable: boolean;
  /** Name for people. */
  readonly title: string;
  /** Other names under which it is found. */
  readonly aliases: readonly string[];
  /** What must be given beside scores and labels; without it the metric is not measured. */
  readonly needs?: MetricNeed;
}
export type MetricNeed = "costs" | "queries" | "history" | "interval" | "secondModel";

/** What was given beside scores and labels. */
export type GivenNeeds = ReadonlySet<MetricNeed>;
const nothing: GivenNeeds = new Set();

export interface Metric extends Plugin<"metric", MetricTraits> {
  /** Reading of a value, for people. */
  readonly meaning: string;
}

const plain = (name: string) => name.toLowerCase().replaceAll(/[_\-\s]/g, "");

/**
 * The metric of that name, or of one of its other names (`auc`, `roc_auc`, `rmse` …), for the task if one is given.
 *
 * Errors: EVALUATE_METRIC_UNKNOWN · EVALUATE_METRIC_WRONG_TASK.
 */
export function metricNamed(name: string, task?: Task): Metric {
  const found = metrics.find(({ name: own, traits }) =>
    [own, ...traits.aliases].some((known) => plain(known) === plain(name)),
  );
  const known = metrics
    .filter(({ traits }) => task === undefined || traits.tasks.includes(task))
    .map((candidate) => candidate.name);
  if (found === undefined)
    throw new MillraceError("EVALUATE_METRIC_UNKNOWN", {
      message: `There is no metric "${name}" (${knownNames(name, known)}).`,
      next: `Name one of: ${known.join(", ")}.`,
      facts: { metric: name, known },
    });
  if (task !== undefined && !found.traits.tasks.includes(task))
    throw new MillraceError("EVALUATE_METRIC_WRONG_TASK", {
      message: `The metric ${found.name} does not measure a ${task} task.`,
      next: `Name one of: ${known.join(", ")}.`,
      facts: { metric: found.name, task, known },
    });
  return found;
}

/** The names of a task's metrics, in the order in which they are shown; of those that need more, what is given for. */
export function metricNames(task: Task, given: GivenNeeds = nothing): string[] {
  return metrics
    .filter(({ traits }) => traits.tasks.includes(task) && (traits.needs === undefined || given.has(traits.needs)))
    .map(({ name }) => name);
}

/** Measured metrics in the order in which people read them: a record that was stored keeps none. */
export function inReadingOrder<T>(measured: Readonly<Record<string, T>>): readonly (readonly [string, T])[] {
  return metrics.flatMap(({ name }) => (Object.hasOwn(measured, name) ? [[name, measured[name]!] as const] : []));
}
