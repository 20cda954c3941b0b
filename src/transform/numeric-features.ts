import { log1p, type ValueRef } from "@millrace/program";
import type { PlanFeature } from "./model.ts";
import type { TransformOptions } from "./options.ts";
import type { PlanBuilder } from "./plan-builder.ts";

/** Present values in ascending order: sums over them do not depend on the order of the rows. */
export function sortedPresent(values: ArrayLike<number>, missing: Uint8Array | undefined): Float64Array {
  const kept = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (missing?.[i] !== 1) kept[count++] = values[i]!;
  return kept.subarray(0, count).sort();
}

export function median(sorted: Float64Array): number {
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : sorted[middle - 1]! / 2 + sorted[middle]! / 2;
}

/** Mean and standard deviation (of the population) of finite values, summed in ascending order. */
export function moments(sorted: Float64Array): { mean: number; deviation: number } {
  let sum = 0;
  let count = 0;
  for (const value of sorted)
    if (Number.isFinite(value)) {
      sum += value;
      count++;
    }
  const mean = count === 0 ? 0 : sum / count;
  let squares = 0;
  for (const value of sorted) if (Number.isFinite(value)) squares += (value - mean) * (value - mean);
  const deviation = count === 0 ? 0 : Math.sqrt(squares / count);
  return Number.isFinite(mean) && Number.isFinite(deviation) ? { mean, deviation } : { mean: 0, deviation: 0 };
}

/** Features of a column of numbers: as it is for trees; imputed, scaled, clipped and with an indicator for linear models. */
export function numericFeatures(
  plan: PlanBuilder,
  column: string,
  ref: ValueRef,
  values: ArrayLike<number>,
  missing: Uint8Array | undefined,
  options: TransformOptions,
  made: Pick<PlanFeature, "combination"> = {},
): void {
  plan.feature({ name: column, ref, kind: "numeric", from: column, for: ["trees"], ...made });
  linearNumber(plan, column, column, ref, values, missing, options, made);
  if (missing?.includes(1)) {
    const indicator = plan.node("isMissing", [ref], {}, `${column} is missing`);
    plan.feature({
      name: `${column}:missing`,
      ref: indicator,
      kind: "numeric",
      from: column,
      for: ["linear"],
      ...made,
    });
  }
}

/** The linear form of a number that may be missing: median, log1p where it is heavy-tailed, unit scale, held in bounds. */
export function linearNumber(
  plan: PlanBuilder,
  name: string,
  column: string,
  ref: ValueRef,
  values: ArrayLike<number>,
  missing: Uint8Array | undefined,
  options: TransformOptions,
  made: Pick<PlanFeature, "combination"> = {},
): void {
  const sorted = sortedPresent(values, missing);
  if (sorted.length === 0) return;
  const finite = sorted.filter(Number.isFinite);
  if (finite.length === 0) return;
  let value = plan.node("impute", [ref], { value: median(finite) + 0 }, `${name}, imputed`);
  let data = finite;
  if (heavyTailed(finite)) {
    value = plan.node("log1p", [value], {}, `log1p of ${name}`);
    data = finite.map((x) => log1p(x));
  }
  const scaled = scaledNumber(plan, name, value, data, options);
  if (scaled !== undefined)
    plan.feature({ name: `${name}:scaled`, ref: scaled, kind: "numeric", from: column, for: ["linear"], ...made });
}

/** x → (x − mean) / deviation within ± linearClip; nothing where the values do not vary. */
export function scaledNumber(
  plan: PlanBuilder,
  name: string,
  ref: ValueRef,
  sorted: Float64Array,
  options: TransformOptions,
): ValueRef | undefined {
  const { mean, deviation } = moments(sorted);
  if (!(deviation > 0)) return undefined;
  const scaled = plan.node("scale", [ref], { offset: mean + 0, scale: deviation }, `${name}, scaled`);
  return plan.node(
    "clip",
    [scaled],
    { low: -options.linearClip, high: options.linearClip },
    `${name}, scaled, in bounds`,
  );
}

/** Non-negative numbers whose largest lies far beyond the bulk: 99 % quantile above 20 times the median. */
function heavyTailed(sorted: Float64Array): boolean {
  const far = sorted[Math.floor((sorted.length - 1) * 0.99)]!;
  return sorted[0]! >= 0 && far > 20 * (median(sorted) + 1e-300) && far > 20;
}
