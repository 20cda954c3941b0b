import type { Frame } from "../columns.ts";
import { byOperator, prepareNodes } from "../interpreter/evaluate.ts";
import { type ProgramSource, readSource } from "../interpreter/load.ts";
import type { RawRow } from "../interpreter/row.ts";
import { checkProgram } from "../validate.ts";
import { explainGame } from "./explain-game.ts";
import { explainSum } from "./explain-sum.ts";
import type { Explainer, ExplainOptions } from "./model.ts";
import { frameOfRows } from "./rows.ts";
import { isMadeByModels } from "./sources.ts";
import { readMargin } from "./terms.ts";

/**
 * A program made ready to explain its scores: the contribution of each raw input to the margin (log-odds of two classes, the
 * value of most regressions): exact Shapley values of trees and the terms of linear models, of texts as well; of every other
 * margin, such as a network's, Shapley values over its inputs beside background rows. `method` says which.
 *
 * ```ts
 * const explainer = explain({ program, tensors });
 * explainer.explain({ temperature: 21.5 }); // { base: [-0.2], contributions: { temperature: [1.1] }, margin: [0.9] }
 * ```
 *
 * Of trees and linear models a feature made of several inputs gives each of them an equal part of its contribution. A linear
 * feature contributes its weight times its distance from the background's mean, or from 0 without a background; a text the sum
 * of that over its terms. With `unknown: "interventional"`, and where the margin is no such sum, the base is the margin's mean
 * over the background rows.
 * Missing: NaN where a margin that is needed is missing. Random: sampled orders are the same for every row.
 * Errors: those of `load`; PROGRAM_TARGET_UNSUPPORTED: a margin that is no sum of trees and linear models, or trees without
 * the rows of their leaves (`leafCover`), and no background.
 */
export function explain(
  source: ProgramSource,
  options: Omit<ExplainOptions, "background"> & { readonly background?: Frame | readonly RawRow[] } = {},
): Explainer {
  const { program, tensors } = readSource(source);
  const nodes = checkProgram(program, tensors);
  const made = {
    program,
    nodes,
    prepared: prepareNodes(nodes, (node) => options.external?.(node) ?? byOperator(node)),
  };
  const given = options.background;
  const background = given === undefined || "columns" in given ? given : frameOfRows(program.inputs, given);
  const { background: _, ...others } = options;
  const asked = { ...others, ...(background !== undefined && { background }) };
  const inputs = program.inputs.length;
  const margin = readMargin(nodes, inputs, program.outputs.score);
  if (margin.endedBy !== undefined)
    return explainGame(made, margin.start, `a margin made by "${margin.endedBy}"`, asked);
  const isHidden = margin.terms.some(({ refs }) => refs.some((ref) => isMadeByModels(nodes, inputs, ref)));
  return isHidden
    ? explainGame(made, margin.start, "a margin made of hidden layers", asked)
    : explainSum(made, margin, asked);
}
