import type { Imported } from "../import/model.ts";
import type { InputType, ProgramInput, ProgramOutputs, ValueRef } from "../model.ts";
import { ColumnTypes, type KnownColumns } from "./column-types.ts";
import type { ExpressionRule, RuleDefinition, RuleList } from "./model.ts";
import { parseExpression } from "./parse.ts";
import { definitionInvalid } from "./problem.ts";
import { RuleNodes } from "./rule-nodes.ts";
import { scorecardScore } from "./scorecard.ts";
import type { Expr, RuleType } from "./syntax.ts";
import { textsOf } from "./texts-of.ts";
import { Translator } from "./translate.ts";

export interface RuleOptions {
  /** Types of the data's columns; a rule that reads another column is refused. Default: told by the rule itself. */
  readonly columns?: KnownColumns;
  readonly patterns?: Readonly<Record<string, string>>;
  /** Classes and task where the rule does not say them. */
  readonly classes?: readonly string[];
  readonly task?: ProgramOutputs["task"];
}

/**
 * A rule, rule list or scorecard that a person wrote, as a program like any other.
 *
 * ```ts
 * const { program } = importRule({ kind: "expression", expression: "age > 60 AND country IN ('FR', 'DE')" });
 * program.inputs.map(({ name, type }) => `${name}: ${type}`); // ["age: number", "country: string"]
 * ```
 *
 * Missing: SQL's NULL, with its three values; a rule that is unknown gives no score. Binary scores lie within 0 … 1.
 * Errors: PROGRAM_RULE_INVALID, with line and column; those of `validateProgram`.
 */
export function importRule(rule: RuleDefinition, options: RuleOptions = {}): Imported {
  try {
    return translated(rule, options);
  } catch (error) {
    // long sums within brackets within brackets
    if (!(error instanceof RangeError)) throw error;
    throw definitionInvalid("The rule is nested too deep", "Write it with fewer brackets and shorter sums.");
  }
}

function translated(rule: RuleDefinition, options: RuleOptions): Imported {
  const known: KnownColumns = { ...options.columns, ...rule.types };
  const types = new ColumnTypes(known, options.columns === undefined);
  if (rule.kind === "scorecard") return scorecard(rule, types, options);
  const expr = rule.kind === "rules" ? listed(rule) : parseExpression({ name: "The rule", text: rule.expression });
  const type = settled(types, expr, rule);
  const inputs = inputsOf(types, { ...options.patterns, ...rule.patterns });
  const nodes = new RuleNodes(inputs);
  const translator = new Translator(types, nodes, new Map(inputs.map(({ name }, place) => [name, place])));
  return nodes.builder.built(outputsOf(rule, options, type, expr, translator, types));
}

function settled(types: ColumnTypes, expr: Expr, rule: ExpressionRule | RuleList): RuleType {
  const wanted = rule.task === "regression" ? "number" : undefined;
  types.settle([[expr, wanted]]);
  types.requireColumns();
  return types.typeOf(expr, wanted) ?? "number";
}

/** The rules as one CASE; each condition keeps its own text for messages. */
function listed({ rules, otherwise }: RuleList): Expr {
  if (rules.length === 0)
    throw definitionInvalid("The list of rules is empty", "Give it at least one rule: { if, then }.");
  const whens = rules.map(({ if: text, then }, k) => {
    const source = { name: `rules[${k}].if`, text };
    return { test: parseExpression(source), gives: constant({ name: `rules[${k}].then`, text: String(then) }, then) };
  });
  const source = { name: "otherwise", text: String(otherwise ?? "") };
  const rest: Expr = otherwise === undefined ? { k: "null", source, at: 0 } : constant(source, otherwise);
  return { k: "case", whens, otherwise: rest, source: { name: "rules", text: "" }, at: 0 };
}

function constant(source: { name: string; text: string }, value: number | string | boolean): Expr {
  const place = { source, at: 0 };
  if (typeof value === "number") return { ...place, k: "number", value };
  return typeof value === "boolean" ? { ...place, k: "bool", value } : { ...place, k: "text", value };
}

function scorecard(
  rule: Extract<RuleDefinition, { kind: "scorecard" }>,
  types: ColumnTypes,
  options: RuleOptions,
): Imported {
  const expressions = rule.columns.map((part, k): [Expr, RuleType] => [
    {
      k: "column",
      name: part.column,
      quoted: true,
      source: { name: `columns[${k}].column`, text: part.column },
      at: 0,
    },
    "levels" in part ? "string" : "number",
  ]);
  types.settle(expressions);
  types.requireColumns();
  const inputs = inputsOf(types, {});
  const nodes = new RuleNodes(inputs);
  const score = scorecardScore(rule, nodes, new Map(inputs.map(({ name }, place) => [name, place])));
  if (rule.odds === undefined) return nodes.builder.built({ task: "regression", score });
  return nodes.builder.built(binary(rule, options, score));
}

/** The columns that expressions read, as inputs. */
export function inputsOf(types: ColumnTypes, patterns: Readonly<Record<string, string>>): readonly ProgramInput[] {
  return [...types.found].map(([name, type]) => ({
    name,
    type: types.knownType(name) ?? (type as InputType),
    missingAllowed: true,
    ...(type === "timestamp" && Object.hasOwn(patterns, name) ? { pattern: patterns[name]! } : {}),
  }));
}

function outputsOf(
  rule: ExpressionRule | RuleList,
  options: RuleOptions,
  type: RuleType,
  expr: Expr,
  translator: Translator,
  types: ColumnTypes,
): ProgramOutputs {
  const { nodes } = translator;
  const task = rule.task ?? options.task ?? usualTask(type, rule.classes ?? options.classes);
  if (type === "timestamp")
    throw definitionInvalid("The rule gives a date", "Let it give a number, a condition or a class.");
  if (task === "regression") {
    if (type === "string")
      throw definitionInvalid("The rule gives texts, and the task is regression", "Let it give numbers.");
    // a bare input is a score only through a node of its own
    return { task, score: nodes.node("toNumber", [translator.number(expr)]) };
  }
  if (task === "binary" && type === "bool") return binary(rule, options, translator.number(expr));
  if (task === "binary" && type === "number")
    return binary(rule, options, nodes.node("clip", [translator.number(expr)], { low: 0, high: 1 }));
  if (type !== "string")
    throw definitionInvalid(
      "The rule gives numbers, and the task is multiclass",
      "Let it give class names: CASE WHEN … THEN 'a' ELSE 'b' END.",
    );
  const named = textsOf(expr, types, () => []);
  const classes = rule.classes ?? options.classes ?? named;
  if (classes.length < 2)
    throw definitionInvalid(
      `The rule gives texts, and ${classes.length} class${classes.length === 1 ? "" : "es"} can be told from it`,
      "Name the classes, at least two: classes: ['a', 'b'].",
    );
  const stray = named.find((name) => !classes.includes(name));
  if (stray !== undefined)
    throw definitionInvalid(
      `The rule gives "${stray.slice(0, 80)}", which is none of the classes ${classes.slice(0, 20).join(", ")}`,
      "Correct the class's name.",
    );
  if (task === "binary")
    return binary(
      { ...rule, classes },
      options,
      nodes.node("toNumber", [translator.isOneOf(expr, [classes[1] ?? ""])]),
    );
  const scores = classes.map((name): ValueRef => nodes.node("toNumber", [translator.isOneOf(expr, [name])]));
  return { task, score: nodes.node("concat", scores), classes };
}

function usualTask(type: RuleType, classes: readonly string[] | undefined): ProgramOutputs["task"] {
  if (type === "bool") return "binary";
  if (type === "string") return "multiclass";
  return classes?.length === 2 ? "binary" : "regression";
}

function binary(rule: RuleDefinition, options: RuleOptions, score: ValueRef): ProgramOutputs {
  const classes = rule.classes ?? options.classes ?? ["false", "true"];
  if (classes.length !== 2)
    throw definitionInvalid(
      `A binary rule has two classes; it is given ${classes.length}`,
      "Name them: classes: [negative, positive].",
    );
  return { task: "binary", score, classes, ...(rule.threshold === undefined ? {} : { threshold: rule.threshold }) };
}
