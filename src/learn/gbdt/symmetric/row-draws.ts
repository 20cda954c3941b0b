import { exp, log } from "@millrace/program";
import type { GbdtOptions } from "../options.ts";
import type { Prepared } from "../prepare.ts";
import { drawnWeights } from "../threads/layout.ts";

/**
 * Writes the weights that rows draw from under `rowDraw: "bayesian"`: (−ln u)^temperature at the middles of 4,096 equal parts
 * of u. Returns the greatest.
 *
 * Source: Rubin, "The Bayesian bootstrap", Annals of Statistics 9(1), 1981; CatBoost's `bagging_temperature`.
 */
export function writeDraws({ memory, layout }: Prepared, { drawTemperature }: GbdtOptions): number {
  const draws = new Float32Array(memory.buffer, layout.draws, drawnWeights);
  for (let k = 0; k < drawnWeights; k++) draws[k] = exp(drawTemperature * log(-log((k + 0.5) / drawnWeights)));
  return Math.max(draws[0]!, draws[drawnWeights - 1]!);
}
