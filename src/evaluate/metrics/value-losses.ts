import { log, pow } from "@millrace/program";

/** 0 to 2; a row whose label and score are both 0 has no error. */
export function smape(y: number, s: number): number {
  const size = Math.abs(y) + Math.abs(s);
  return size === 0 ? 0 : (2 * Math.abs(y - s)) / size;
}

/** What a deviance of this power asks of labels and scores. */
export function devianceDomain(power: number): string {
  if (power < 0) return `with power ${power} every score must be above 0`;
  if (power < 2) return `with power ${power} no label may be negative and every score must be above 0`;
  return `with power ${power} every label and score must be above 0`;
}

/**
 * Unit deviance; NaN outside the distribution.
 *
 * Source: B. Jørgensen, "The Theory of Dispersion Models", 1997.
 */
export function tweedie(y: number, s: number, power: number): number {
  if (power === 0) return (y - s) * (y - s);
  if (s <= 0 || (power >= 1 && y < 0) || (power >= 2 && y === 0)) return Number.NaN;
  if (power === 1) return 2 * ((y === 0 ? 0 : y * log(y / s)) - y + s);
  if (power === 2) return 2 * (log(s / y) + y / s - 1);
  const own = y > 0 ? pow(y, 2 - power) / ((1 - power) * (2 - power)) : 0;
  return 2 * (own - (y * pow(s, 1 - power)) / (1 - power) + pow(s, 2 - power) / (2 - power));
}
