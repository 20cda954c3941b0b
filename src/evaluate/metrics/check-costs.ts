import { MillraceError } from "#kernel";
import type { MetricOptions } from "./metric-options.ts";

/** Costs in the shape of the task: by kind or 2 × 2 for two classes, a matrix for several. Errors: EVALUATE_CLASSES_MISSING. */
export function checkCosts(costs: MetricOptions["costs"], classes: number): MetricOptions["costs"] {
  if (classes === 0) return undefined;
  if (costs === undefined || (classes === 2 && !Array.isArray(costs))) return costs;
  if (Array.isArray(costs) && costs.length === classes && costs.every((row) => row.length === classes)) return costs;
  throw new MillraceError("EVALUATE_CLASSES_MISSING", {
    message: `The cost matrix must have ${classes} rows of ${classes} costs.`,
    next: "Give a cost for each pair of classes: costs[actual][predicted].",
    facts: { classes },
  });
}
