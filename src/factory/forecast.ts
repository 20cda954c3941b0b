import { z } from "zod";
import { MillraceError } from "#kernel";
import type { LearnerChoices } from "#learn";

export const forecastSchema = z.strictObject({
  series: z
    .array(z.string().min(1))
    .max(5)
    .default([])
    .describe("columns that tell several series apart (store, item); none: all rows are one series"),
  season: z
    .union([z.number().int().min(1).max(1000), z.literal("auto")])
    .default("auto")
    .describe("periods of a season; auto: what periods of such length usually have"),
  horizon: z.number().int().min(1).max(1000).optional().describe("periods ahead that are forecast at least"),
});

/** Learners of forecasts, the yardstick first. */
const forecasts: readonly string[] = ["seasonalNaive", "ets", "lagTrees"];

interface Asked {
  readonly task: string;
  readonly metric?: string | undefined;
  readonly roles: { readonly time?: string | undefined };
  readonly split: { readonly strategy?: string | undefined };
  readonly learn: { readonly learners?: LearnerChoices | undefined };
  readonly forecast: z.output<typeof forecastSchema>;
}

/**
 * A forecast as the regression that it is: along the time, split by time, by learners that know of series.
 *
 * Errors: FACTORY_CONFIG_INVALID: no time column, or learners of which none forecasts.
 */
export function forecastAsRegression<C extends Asked>(config: C): C {
  if (config.task !== "forecast") return config;
  const { forecast, learn, split, roles, metric } = config;
  if (roles.time === undefined) throw invalid("A forecast needs a time column.", 'Name it: roles: { time: "…" }.');
  const { horizon, ...shape } = forecast;
  const asked = learn.learners ?? [...forecasts];
  const learners = asked.map((choice) => {
    const { learner, options } = typeof choice === "string" ? { learner: choice, options: {} } : choice;
    if (!forecasts.includes(learner)) return choice;
    // Single series are forecast as far as asked by trees only; the others go on for ever.
    const far = horizon === undefined || (forecast.series.length === 0 && learner !== "lagTrees") ? {} : { horizon };
    return { learner, options: { ...shape, ...far, ...options } };
  });
  if (!asked.some((choice) => forecasts.includes(typeof choice === "string" ? choice : choice.learner)))
    throw invalid(
      `\`learn.learners\` names no learner that forecasts (${forecasts.join(", ")}).`,
      "Name one of them, or leave `learners` out.",
    );
  return {
    ...config,
    task: "regression",
    metric: metric ?? "maeError",
    split: { ...split, strategy: split.strategy ?? "time" },
    learn: { ...learn, learners },
  };
}

function invalid(message: string, next: string): MillraceError {
  return new MillraceError("FACTORY_CONFIG_INVALID", { message, next });
}
