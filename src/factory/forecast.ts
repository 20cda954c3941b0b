import type { Frame } from "@millrace/program";
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
  return {
    ...config,
    task: "regression",
    metric: metric ?? "maeError",
    split: { ...split, strategy: split.strategy ?? "time" },
    learn: { ...learn, learners: forecastLearners(learn.learners, forecast) },
  };
}

/**
 * The learners of a forecast with what they are told of the series; the three of them where none is named.
 *
 * Errors: FACTORY_CONFIG_INVALID: those named are none that forecast.
 */
export function forecastLearners(named: LearnerChoices | undefined, forecast: Asked["forecast"]): LearnerChoices {
  const { horizon, ...shape } = forecast;
  const asked = named ?? [...forecasts];
  if (!asked.some((choice) => forecasts.includes(typeof choice === "string" ? choice : choice.learner)))
    throw invalid(
      `\`learn.learners\` names no learner that forecasts (${forecasts.join(", ")}).`,
      "Name one of them, or leave `learners` out.",
    );
  return asked.map((choice) => {
    const { learner, options } = typeof choice === "string" ? { learner: choice, options: {} } : choice;
    if (!forecasts.includes(learner)) return choice;
    // Single series are forecast as far as asked by trees only; the others go on for ever.
    const far = horizon === undefined || (forecast.series.length === 0 && learner !== "lagTrees") ? {} : { horizon };
    return { learner, options: { ...shape, ...far, ...options } };
  });
}

/** How far the learners go by themselves, and at most; see their options. */
const usualHorizon: Readonly<Record<string, number>> = { seasonalNaive: 120, ets: 120, lagTrees: 24 };
const mostHorizon = 1000;

/**
 * The learners of a forecast, reaching to the end of each part that judges them: beyond its horizon a forecast stands still,
 * and would be judged by that.
 *
 * Shapes: parts that follow the training rows in time, each forecast from the end of the one before.
 */
export function reachingOver(learners: LearnerChoices, parts: readonly Frame[], time: string): LearnerChoices {
  const periods = Math.min(mostHorizon, Math.max(0, ...parts.map((part) => distinctTimes(part, time))));
  return learners.map((choice) => {
    const { learner, options } = typeof choice === "string" ? { learner: choice, options: {} } : choice;
    const usual = usualHorizon[learner];
    const single = !Array.isArray(options.series) || options.series.length === 0;
    if (usual === undefined || (single && learner !== "lagTrees")) return choice;
    const horizon = Math.max(typeof options.horizon === "number" ? options.horizon : usual, periods);
    return { learner, options: { ...options, horizon } };
  });
}

function distinctTimes({ columns }: Frame, time: string): number {
  const column = columns.get(time);
  if (column === undefined || column.type === "vector") return 0;
  return new Set(column.type === "string" ? column.codes : column.values).size;
}

function invalid(message: string, next: string): MillraceError {
  return new MillraceError("FACTORY_CONFIG_INVALID", { message, next });
}
