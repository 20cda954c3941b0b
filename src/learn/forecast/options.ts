import { z } from "zod";

const time = z
  .string()
  .optional()
  .describe("the feature that tells the time in days; default: the time column's, which ends in :days");

const season = z
  .union([z.int().min(1).max(1000), z.literal("auto")])
  .default("auto")
  .describe(
    "periods of a season; 1: none; auto: 12 of months, 4 of quarters, 52 of weeks, 7 of days, 24 of hours, where there are two",
  );

const series = z
  .array(z.string().min(1))
  .max(5)
  .default([])
  .describe("columns of levels that tell several series apart (store, item); none: all rows are one series");

const horizon = z.int().min(1).max(1000);

const panelHorizon = horizon
  .default(120)
  .describe("with `series`: periods ahead that are forecast at least; beyond, the last one stays");

/** Options of the seasonal naive forecast. */
export const seasonalNaiveOptions = z.object({
  time,
  series,
  horizon: panelHorizon,
  season,
});

/** Options of exponential smoothing. */
export const etsOptions = z.object({
  time,
  series,
  horizon: panelHorizon,
  season,
  trend: z.enum(["auto", "none", "additive", "damped"]).default("auto").describe("auto: by Akaike's criterion"),
  seasonal: z
    .enum(["auto", "none", "additive", "multiplicative"])
    .default("auto")
    .describe("auto: by Akaike's criterion; multiplicative for values above 0 only"),
});

/** Options of boosted trees on lags. */
export const lagTreesOptions = z.object({
  time,
  series,
  season,
  lags: z.int().min(1).max(100).default(6).describe("how many values before are features"),
  horizon: horizon.default(24).describe("periods ahead that are forecast; beyond, the last one stays"),
  trees: z.int().min(1).max(2000).default(150).describe("boosting rounds"),
});

export type EtsOptions = z.output<typeof etsOptions>;
export type LagTreesOptions = z.output<typeof lagTreesOptions>;
/** Options whose season is known. */
export type Seasoned<O> = Omit<O, "season"> & { readonly season: number };
