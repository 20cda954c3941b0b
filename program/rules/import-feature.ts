import type { JsonObject } from "../json.ts";
import type { ProgramInput, ProgramNode, Tensors, ValueRef } from "../model.ts";
import { ColumnTypes, type KnownColumns } from "./column-types.ts";
import { inputsOf } from "./import-rule.ts";
import { parseExpression } from "./parse.ts";
import { definitionInvalid, ruleInvalid } from "./problem.ts";
import { RuleNodes } from "./rule-nodes.ts";
import { textsOf } from "./texts-of.ts";
import { Translator } from "./translate.ts";

export interface FeatureExpression {
  /** What messages call it: `features.pricePerCarat`. */
  readonly name: string;
  readonly expression: string;
  /** Types of the data's columns; another column is refused. Default: told by the expression. */
  readonly columns?: KnownColumns;
  /** Without `columns`: types where the expression does not tell them. */
  readonly types?: KnownColumns;
  readonly patterns?: Readonly<Record<string, string>>;
  /** Texts that a column may hold, where the expression gives that column's text. */
  readonly levels?: (column: string) => readonly string[];
  /** The expression's text is looked up here: a list of numbers for each of some texts, all of one length. */
  readonly vectors?: Readonly<Record<string, readonly number[]>>;
  /** The numbers of a text that `vectors` does not hold; zeros where none are given. */
  readonly otherwise?: readonly number[];
}

/** A feature as nodes over the columns that it reads; `code` and `levels` of one that gives texts. */
export interface FeatureNodes {
  readonly inputs: readonly ProgramInput[];
  readonly nodes: readonly ProgramNode[];
  readonly tensors: Tensors;
  /** The number, 0 or 1, the numbers of `vectors`, or the place of the text among `levels` (their count: another text). */
  readonly value: ValueRef;
  /** Of texts: 1 where the value is that level. */
  readonly indicators: readonly ValueRef[];
  readonly type: "number" | "bool" | "string" | "vector";
  readonly levels: readonly string[];
}

const mostLevels = 254;
const widest = 4096;

/**
 * An expression that a person wrote, as one feature: a number, true or false, or one of some texts.
 *
 * ```ts
 * importFeature({ name: "features.ratio", expression: "price / carat" }).inputs.map(({ name }) => name); // ["price", "carat"]
 * ```
 *
 * Missing: SQL's NULL. Errors: PROGRAM_RULE_INVALID, with line and column.
 */
export function importFeature(feature: FeatureExpression): FeatureNodes {
  try {
    return translated(feature);
  } catch (error) {
    // long sums within brackets within brackets
    if (!(error instanceof RangeError)) throw error;
    throw definitionInvalid(`${feature.name} is nested too deep`, "Write it with fewer brackets and shorter sums.");
  }
}

function translated(feature: FeatureExpression): FeatureNodes {
  const { name, expression, columns, patterns = {}, levels: held } = feature;
  const source = { name, text: expression };
  const types = new ColumnTypes(columns ?? feature.types ?? {}, columns === undefined);
  const expr = parseExpression(source);
  types.settle([[expr, feature.vectors === undefined ? undefined : "string"]]);
  types.requireColumns();
  const type = types.typeOf(expr) ?? "number";
  if (type === "timestamp")
    throw ruleInvalid(
      source,
      0,
      "it gives a date",
      "Take a part of it, or the seconds between two: epoch(a) - epoch(b).",
    );
  if (feature.otherwise !== undefined && feature.vectors === undefined)
    throw definitionInvalid(`${name} has "otherwise" without "vectors"`, "Give it vectors, or ELSE in its expression.");
  const inputs = inputsOf(types, patterns);
  const nodes = new RuleNodes(inputs);
  const translator = new Translator(types, nodes, new Map(inputs.map((input, place) => [input.name, place])));
  const { builder } = nodes;
  const made = (value: ValueRef, levels: readonly string[] = [], indicators: readonly ValueRef[] = []) => ({
    inputs,
    nodes: builder.nodes,
    tensors: builder.tensors,
    value,
    indicators,
    type: feature.vectors === undefined ? type : ("vector" as const),
    levels,
  });
  if (feature.vectors !== undefined) return made(nodes.node("embed", [translator.text(expr)], tableOf(feature, nodes)));
  // a bare input is a feature only through a node of its own, which bears its name
  if (type !== "string") return made(nodes.node("toNumber", [translator.number(expr)]));
  const levels = textsOf(expr, types, held ?? (() => [])).filter((level) => level !== "");
  if (levels.length === 0 || levels.length > mostLevels)
    throw ruleInvalid(
      source,
      0,
      `it gives ${levels.length} different texts; it may give 1 to ${mostLevels}`,
      "Let it give texts in quotes: CASE WHEN … THEN 'a' ELSE 'b' END.",
    );
  const indicators = levels.map((level) => nodes.node("toNumber", [translator.isOneOf(expr, [level])]));
  const places = nodes.node("combine", indicators, { weights: levels.map((_, place) => place - levels.length) });
  return made(nodes.node("scale", [places], { offset: -levels.length, scale: 1 }), levels, indicators);
}

/** Errors: PROGRAM_RULE_INVALID: no vectors, or of several lengths. */
function tableOf({ name, vectors = {}, otherwise }: FeatureExpression, nodes: RuleNodes): JsonObject {
  const [levels, rows] = [Object.keys(vectors), Object.values(vectors)];
  const width = rows[0]?.length ?? 0;
  if (width === 0 || width > widest || [...rows, otherwise ?? rows[0]!].some((row) => row.length !== width))
    throw definitionInvalid(
      `${name} needs vectors of one length, from 1 to ${widest}, and "otherwise" of the same`,
      "Write vectors: { Paris: [48.9, 2.4], Oslo: [59.9, 10.8] }.",
    );
  const unseen = nodes.doubles(otherwise ?? rows[0]!.map(() => 0));
  return { levels, width, values: nodes.doubles(rows.flat()), unseen };
}
