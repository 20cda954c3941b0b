import type { NumberColumn, ProgramInput, ValueRef } from "@millrace/program";
import { evaluateGraph } from "@millrace/program/write";
import { linearNumber, median, sortedPresent } from "./numeric-features.ts";
import type { TransformOptions } from "./options.ts";
import type { PlanBuilder } from "./plan-builder.ts";

const parts = [
  { part: "month", period: 0 },
  { part: "dayOfMonth", period: 0 },
  { part: "dayOfYear", period: 365.25 },
  { part: "dayOfWeek", period: 7 },
  { part: "hour", period: 24 },
] as const;

/** Features of a time: parts of the UTC date that vary, on a circle for linear models; the time itself only on request. */
export function timeFeatures(
  plan: PlanBuilder,
  input: ProgramInput,
  ref: ValueRef,
  column: NumberColumn,
  options: TransformOptions,
): void {
  const name = input.name;
  const rows = column.values.length;
  const frame = { rows, columns: new Map([[name, column]]) };
  for (const { part, period } of parts) {
    const node = { op: "datePart", version: 1, inputs: [0], attributes: { part } } as const;
    const [values] = evaluateGraph({ inputs: [input], nodes: [node], tensors: new Map() }, frame, [1]);
    const sorted = sortedPresent((values as NumberColumn).values, column.missing);
    if (sorted.length === 0 || sorted[0] === sorted.at(-1)) continue;
    const value = plan.node("datePart", [ref], { part }, `${part} of ${name}`);
    plan.feature({ name: `${name}:${part}`, ref: value, kind: "numeric", from: name, for: ["trees"] });
    if (period === 0) continue;
    const imputed = plan.node("impute", [value], { value: median(sorted) }, `${part} of ${name}, imputed`);
    const circle = plan.node("cyclic", [imputed], { period }, `${part} of ${name}, on a circle`);
    for (const [index, axis] of ["sin", "cos"].entries()) {
      const label = `${name}:${part}:${axis}`;
      plan.feature({
        name: label,
        ref: plan.node("element", [circle], { index }, label),
        kind: "numeric",
        from: name,
        for: ["linear"],
      });
    }
  }
  if (column.missing?.includes(1)) {
    const indicator = plan.node("isMissing", [ref], {}, `${name} is missing`);
    plan.feature({ name: `${name}:missing`, ref: indicator, kind: "numeric", from: name, for: ["linear", "trees"] });
  }
  if (options.timeTrend) trend(plan, name, ref, column, options);
}

function trend(plan: PlanBuilder, name: string, ref: ValueRef, column: NumberColumn, options: TransformOptions): void {
  const at = sortedPresent(column.values, column.missing)[0]!;
  const value = plan.node("timeSince", [ref], { at, unit: "day" }, `days of ${name} since the first training row`);
  plan.feature({ name: `${name}:days`, ref: value, kind: "numeric", from: name, for: ["trees"] });
  const days = column.values.map((us) => (us - at) / 86_400_000_000);
  linearNumber(plan, `${name}:days`, name, value, days, column.missing, options);
}
