import type { ValueRef, VectorColumn } from "@millrace/program";
import { linearNumber } from "./numeric-features.ts";
import type { TransformOptions } from "./options.ts";
import type { PlanBuilder } from "./plan-builder.ts";

/** Each number of a vector as a column of numbers, named by its place from 0: `embedding[3]`. */
export function vectorFeatures(
  plan: PlanBuilder,
  name: string,
  ref: ValueRef,
  { width, values, missing }: VectorColumn,
  options: TransformOptions,
): void {
  const rows = values.length / width;
  for (let k = 0; k < width; k++) {
    const element = plan.node("element", [ref], { index: k }, `${name}, number ${k}`);
    const own = Float64Array.from({ length: rows }, (_, row) => values[row * width + k]!);
    const feature = `${name}[${k}]`;
    plan.feature({ name: feature, ref: element, kind: "numeric", from: name, for: ["trees"] });
    linearNumber(plan, feature, name, element, own, missing, options);
    // Of a missing list every number is missing, which is said once.
    if (k > 0 || missing === undefined) continue;
    const gone = plan.node("isMissing", [element], {}, `${name} is missing`);
    plan.feature({ name: `${name}:missing`, ref: gone, kind: "numeric", from: name, for: ["linear"] });
  }
}
