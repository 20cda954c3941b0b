import type { Frame, ProgramInput, StringColumn } from "@millrace/program";
import { evaluateGraph } from "@millrace/program/write";
import { knownNames, MillraceError } from "#kernel";
import { countLevels, highCardinality, lowCardinality, type TargetFolds } from "../categorical-features.ts";
import type { TransformOptions } from "../options.ts";
import type { PlanBuilder } from "../plan-builder.ts";

const separator = " × ";

/**
 * The texts of several columns together as one categorical feature.
 *
 * Missing: where one of them is. Errors: TRANSFORM_COLUMN_UNKNOWN: a column that is no text that is learned from.
 */
export function addCross(
  plan: PlanBuilder,
  inputs: readonly ProgramInput[],
  frame: Frame,
  columns: readonly string[],
  folds: readonly TargetFolds[],
  options: TransformOptions,
): void {
  const texts = inputs.filter(({ type }) => type === "string").map(({ name }) => name);
  const wrong = columns.find((name) => !texts.includes(name));
  if (wrong !== undefined)
    throw new MillraceError("TRANSFORM_COLUMN_UNKNOWN", {
      message: `A cross names "${wrong}", which is no text that is learned from (${knownNames(wrong, texts)}).`,
      next: "Correct `crosses`: lists of two to four columns of texts.",
      facts: { name: wrong, known: texts },
    });
  const refs = columns.map((name) => inputs.findIndex((input) => input.name === name));
  const name = columns.join(separator);
  const nodes = [{ op: "cross", version: 1 as const, inputs: refs, attributes: { separator } }];
  const [column] = evaluateGraph({ inputs, nodes, tensors: new Map() }, frame, [inputs.length]) as [StringColumn];
  const data = countLevels(column);
  if (data.levels.length < 2) return;
  const ref = plan.node("cross", refs, { separator }, name);
  if (data.levels.length <= options.categoricalLevels) lowCardinality(plan, name, ref, data, options);
  else highCardinality(plan, name, ref, data, folds, options);
}
