import type { Frame, InputType, JsonValue, NumberColumn, ProgramInput, VectorColumn } from "@millrace/program";
import type { FeatureNodes } from "@millrace/program/import";
import { compareUtf8 } from "@millrace/program/text";
import { evaluateGraph } from "@millrace/program/write";
import { countLevels } from "../categorical-features.ts";
import type { LeftOut, TransformRequest } from "../model.ts";
import { numericFeatures } from "../numeric-features.ts";
import type { TransformOptions } from "../options.ts";
import type { PlanBuilder } from "../plan-builder.ts";
import { vectorFeatures } from "../vector-features.ts";
import { readExpression, unfit } from "./check-examples.ts";

/** A declared feature as nodes over the columns of these rows. */
export interface ReadFeature {
  readonly name: string;
  readonly sql: string;
  readonly feature: FeatureNodes;
}

/**
 * The declared features over a frame's columns, in the order of their names' bytes; `closed` are columns that nothing may be
 * learned from, with the reason.
 *
 * Errors: TRANSFORM_FEATURE_UNFIT: with line and column of the expression; a column that is closed; a name that a column has.
 */
export function readDeclared(
  frame: Frame,
  { declared = {}, patterns = {} }: Pick<TransformRequest, "declared" | "patterns">,
  closed: ReadonlyMap<string, string>,
): readonly ReadFeature[] {
  const columns = Object.fromEntries([...frame.columns].map(([name, { type }]): [string, InputType] => [name, type]));
  const levels = (column: string) => {
    const data = frame.columns.get(column);
    return data?.type === "string" ? countLevels(data).levels : [];
  };
  return Object.entries(declared)
    .sort(([a], [b]) => compareUtf8(a, b))
    .map(([name, one]) => {
      if (frame.columns.has(name))
        throw unfit(`The feature "${name}" has the name of a column`, "Give it a name of its own.");
      const feature = readExpression(name, one, { columns, levels, patterns });
      for (const input of feature.inputs) {
        const reason = closed.get(input.name);
        if (reason !== undefined)
          throw unfit(
            `The feature "${name}" reads "${input.name}", which nothing may be learned from: ${reason}`,
            "Write it without that column, or take the column out of that role (or waive the guardrail).",
          );
      }
      return { name, sql: one.sql, feature };
    });
}

/** Adds the nodes of a declared feature and what learners take of it; says why where it tells nothing. */
export function addDeclared(
  plan: PlanBuilder,
  inputs: readonly ProgramInput[],
  { name, sql, feature }: ReadFeature,
  frame: Frame,
  options: TransformOptions,
): LeftOut | undefined {
  const leftOut = { column: name, reason: "it is the same in every training row" };
  if (feature.type === "vector") {
    const [vectors] = evaluateGraph(feature, frame, [feature.value]) as [VectorColumn];
    if (isConstant(vectors)) return leftOut;
    vectorFeatures(plan, name, placeNodes(plan, inputs, { name, sql, feature })(feature.value), vectors, options);
    return undefined;
  }
  const [value, ...indicators] = evaluateGraph(feature, frame, [
    feature.value,
    ...feature.indicators,
  ]) as NumberColumn[];
  if (isConstant(value!)) return leftOut;
  const placed = placeNodes(plan, inputs, { name, sql, feature });
  const ref = placed(feature.value);
  if (feature.type !== "string") {
    numericFeatures(plan, name, ref, value!.values, value!.missing, options);
    return undefined;
  }
  const levels = feature.levels.length + 1;
  plan.feature({ name, ref, kind: "categorical", levels, from: name, for: ["trees"] });
  for (const [k, level] of feature.levels.entries()) {
    const own = indicators[k]!;
    if (!own.values.includes(1)) continue;
    const known = plan.node("impute", [placed(feature.indicators[k]!)], { value: 0 }, `${name}=${level}`);
    plan.feature({ name: `${name}=${level}`, ref: known, kind: "numeric", from: name, for: ["linear"] });
  }
  return undefined;
}

/** The feature's nodes over the plan's inputs; the one that gives its value bears its name. */
function placeNodes(plan: PlanBuilder, inputs: readonly ProgramInput[], { name, sql, feature }: ReadFeature) {
  const count = feature.inputs.length;
  const tensors = new Map(
    [...feature.tensors].map(([key, { values }]) => [key, plan.tensor(Float64Array.from(values))]),
  );
  const attributeOf = (value: JsonValue) =>
    value !== null && typeof value === "object" && "tensor" in value ? tensors.get(value.tensor as string)! : value;
  const refs = feature.inputs.map((input) => inputs.findIndex((own) => own.name === input.name));
  for (const [k, node] of feature.nodes.entries()) {
    const isValue = count + k === feature.value;
    refs.push(
      plan.node(
        node.op,
        node.inputs.map((ref) => refs[ref]!),
        Object.fromEntries(Object.entries(node.attributes).map(([key, value]) => [key, attributeOf(value)])),
        isValue ? `${name} = ${sql}` : `of ${name}`,
      ),
    );
  }
  return (ref: number) => refs[ref]!;
}

/** Whether every row is as the first one: numbers, or lists of `width` of them. */
function isConstant({ values, missing, width = 1 }: Omit<NumberColumn, "type"> & { readonly width?: number }): boolean {
  const at = (place: number) => (missing?.[Math.floor(place / width)] === 1 ? undefined : values[place]);
  return values.every((_, place) => at(place) === at(place % width));
}
