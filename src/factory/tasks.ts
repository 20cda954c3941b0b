import { z } from "zod";
import { MillraceError } from "#kernel";

/** What a factory may be about. The last three are not told by the answer's type alone. */
export const factoryTasks = ["binary", "multiclass", "regression", "rank", "anomaly", "cluster"] as const;
export type FactoryTask = (typeof factoryTasks)[number];

/** The task that a model of it does, as its program says it: a ranking is a number, an anomaly one of two classes. */
export function modelTask(task: FactoryTask): "binary" | "multiclass" | "regression" {
  const like = { rank: "regression", anomaly: "binary", cluster: "multiclass" } as const;
  return task === "rank" || task === "anomaly" || task === "cluster" ? like[task] : task;
}

/** What is optimised, or watched, where the config names no metric. */
export function usualMetric(task: FactoryTask, isLabelled: boolean): string {
  if (task === "anomaly") return isLabelled ? "prAucScore" : "stabilityScore";
  return {
    binary: "rocAucScore",
    multiclass: "logLoss",
    regression: "rmseError",
    rank: "ndcgScore",
    cluster: "silhouetteScore",
  }[task];
}

export const anomalySchema = z.strictObject({
  share: z
    .number()
    .gt(0)
    .max(0.5)
    .default(0.01)
    .describe("share of rows like the training rows that may be called strange; decides the threshold"),
  trees: z.number().int().min(1).max(2000).default(100).describe("trees of the isolation forest"),
  rowsPerTree: z.number().int().min(2).max(10_000).default(256).describe("rows that each tree divides"),
});

export const clusterSchema = z.strictObject({
  clusters: z
    .union([z.number().int().min(2).max(1000), z.literal("auto")])
    .default("auto")
    .describe("how many; auto: as many as set the rows apart best, by their silhouettes"),
  most: z.number().int().min(2).max(50).default(10).describe("most clusters that auto tries"),
  starts: z.number().int().min(1).max(100).default(10).describe("starts that are tried; the best one is kept"),
  iterations: z.number().int().min(1).max(10_000).default(300).describe("most steps from one start"),
});

/**
 * Whether target and roles fit the task.
 *
 * Errors: FACTORY_CONFIG_INVALID: no target where one is learned from, a ranking without queries, clusters with a target.
 */
export function checkTask(config: {
  readonly task: FactoryTask;
  readonly target?: unknown;
  readonly roles: { readonly group?: string | undefined; readonly sensitive?: readonly string[] };
  readonly model?: unknown;
  readonly learn?: SearchAsked;
}): void {
  const { task, target, roles, model, learn = {} } = config;
  if (target === undefined && task !== "anomaly" && task !== "cluster")
    throw invalid(`The task ${task} needs a target.`, 'Name the column to predict: target: "…".');
  if (task === "cluster" && target !== undefined)
    throw invalid("Clusters have no target.", "Leave `target` out, or choose another task.");
  if (task === "rank" && roles.group === undefined)
    throw invalid(
      "A ranking needs to know which rows are ranked together.",
      'Name the column of the query: roles: { group: "…" }.',
    );
  if (model !== undefined && (task === "rank" || task === "anomaly" || task === "cluster"))
    throw invalid(`The task ${task} is learned here; \`model\` names another's.`, "Leave `model` out.");
  checkSearch(task, learn, roles.sensitive ?? []);
}

interface SearchAsked {
  readonly search?: unknown;
  readonly accept?: unknown;
  readonly columnCosts?: Readonly<Record<string, number>> | undefined;
  readonly constraints?:
    | { readonly maxFairnessGap?: number | undefined; readonly maxColumnCost?: number | undefined }
    | undefined;
}

/** Whether the search can hold to what it is asked. Errors: FACTORY_CONFIG_INVALID. */
function checkSearch(task: FactoryTask, learn: SearchAsked, sensitive: readonly string[]): void {
  const { constraints, columnCosts = {} } = learn;
  const asked = (["search", "accept", "columnCosts", "constraints"] as const).find((key) => learn[key] !== undefined);
  if (asked !== undefined && (task === "rank" || task === "anomaly" || task === "cluster"))
    throw invalid(
      `\`learn.${asked}\` is of searches for classes and values; the task ${task} has none of it.`,
      `Leave ${asked} out.`,
    );
  if (constraints?.maxColumnCost !== undefined && Object.keys(columnCosts).length === 0)
    throw invalid(
      "`learn.constraints.maxColumnCost` does not know what columns cost.",
      "Say it: learn: { columnCosts: { lab: 5, scan: 40 } }.",
    );
  if (constraints?.maxFairnessGap === undefined) return;
  if (task !== "binary")
    throw invalid(
      `\`learn.constraints.maxFairnessGap\` is of decisions between two classes, and the task is ${task}.`,
      "Leave maxFairnessGap out.",
    );
  if (sensitive.length === 0)
    throw invalid(
      "`learn.constraints.maxFairnessGap` has no groups to compare.",
      'Name the columns that make them: roles: { sensitive: ["…"] }.',
    );
}

function invalid(message: string, next: string): MillraceError {
  return new MillraceError("FACTORY_CONFIG_INVALID", { message, next });
}
