import type { Frame, NumberColumn, ProgramInput } from "@millrace/program";
import { numericFeatures, sortedPresent } from "./numeric-features.ts";
import type { TransformOptions } from "./options.ts";
import type { PlanBuilder } from "./plan-builder.ts";

/** Columns of times that are paired: more make too many pairs. */
const mostPaired = 5;
const microsADay = 86_400_000_000;

/**
 * The days from each time to each later column of times: how long something took or was open, which no part of a date tells.
 *
 * Missing: where one of the two is. Pairs that are always equally far apart, or never both there, give nothing.
 */
export function timeDifferences(
  plan: PlanBuilder,
  inputs: readonly ProgramInput[],
  frame: Frame,
  options: TransformOptions,
): void {
  const times = inputs.flatMap(({ name, type }, ref) => (type === "timestamp" ? [{ name, ref }] : []));
  const some = times.slice(0, mostPaired);
  for (const [k, from] of some.entries())
    for (const to of some.slice(k + 1)) {
      const [a, b] = [from, to].map(({ name }) => frame.columns.get(name) as NumberColumn) as [
        NumberColumn,
        NumberColumn,
      ];
      const missing = Uint8Array.from({ length: frame.rows }, (_, i) =>
        Number(a.missing?.[i] === 1 || b.missing?.[i] === 1),
      );
      const days = Float64Array.from({ length: frame.rows }, (_, i) => (b.values[i]! - a.values[i]!) / microsADay);
      const sorted = sortedPresent(days, missing);
      if (sorted.length === 0 || sorted[0] === sorted.at(-1)) continue;
      const name = `${to.name} - ${from.name}`;
      const [start, end] = [from, to].map((one) =>
        plan.node("toNumber", [one.ref], {}, `${one.name}, in microseconds`),
      ) as [number, number];
      const micros = plan.node("subtract", [end, start], {}, `${name}, in microseconds`);
      const value = plan.node("scale", [micros], { offset: 0, scale: microsADay }, `${name}, in days`);
      numericFeatures(plan, name, value, days, missing.includes(1) ? missing : undefined, options);
    }
}
