import type { RuleDefinition } from "@millrace/program/import";
import { z } from "zod";
import { MillraceError, parseOptions } from "#kernel";

const frame = {
  task: z.enum(["binary", "multiclass", "regression"]).optional().describe("default: told by the rule and the factory"),
  classes: z.array(z.string()).optional().describe("class names; binary: [negative, positive]"),
  threshold: z.number().min(0).max(1).optional().describe("binary: from this probability on it is positive"),
  types: z
    .record(z.string(), z.enum(["number", "integer", "bool", "timestamp", "string"]))
    .optional()
    .describe("types of columns where neither data nor rule tell them"),
  patterns: z.record(z.string(), z.string()).optional().describe("strptime patterns of timestamp columns"),
};
const decision = z.union([z.number(), z.string(), z.boolean()]);

/** A rule as a person writes it: an expression, a list of rules or a scorecard. */
export const ruleSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("expression"),
    expression: z.string().min(1).describe("SQL: a condition, a probability, a value or a class"),
    ...frame,
  }),
  z.strictObject({
    kind: z.literal("rules"),
    rules: z
      .array(
        z.strictObject({
          if: z.string().min(1).describe("SQL condition"),
          // biome-ignore lint/suspicious/noThenProperty: a rule's word
          then: decision.describe("a probability or value, a class, true or false"),
          because: z.string().optional().describe("for people"),
        }),
      )
      .min(1)
      .describe("the first condition that is true decides"),
    otherwise: decision.optional().describe("where none is true; without it such a row has no prediction"),
    ...frame,
  }),
  z.strictObject({
    kind: z.literal("scorecard"),
    base: z.number().optional().describe("points that every row has; default 0"),
    columns: z
      .array(
        z.union([
          z.strictObject({
            column: z.string(),
            bins: z.array(
              z.strictObject({
                upTo: z.number().optional().describe("greatest value, counted in"),
                below: z.number().optional().describe("bound, not counted in"),
                points: z.number(),
              }),
            ),
            missing: z.number().optional().describe("points of a missing value; without it such a row has no score"),
          }),
          z.strictObject({
            column: z.string(),
            levels: z.record(z.string(), z.number()),
            other: z.number().optional().describe("points of other texts"),
            missing: z.number().optional().describe("points of a missing value"),
          }),
        ]),
      )
      .min(1),
    odds: z
      .strictObject({
        points: z.number().describe("where the odds are as said"),
        at: z.number().positive().describe("odds of the positive class, to one"),
        double: z.number().describe("so many points more double the odds; negative: fewer"),
      })
      .optional()
      .describe("turns points into a probability"),
    ...frame,
  }),
]);

const wrapped = z.strictObject({ rule: ruleSchema });

/**
 * A rule, rule list or scorecard, checked, for `model`, `baseline` or `fallback` of a factory.
 *
 * ```ts
 * const rule = defineRule({ kind: "expression", expression: "age > 60" });
 * rule.kind; // "expression"
 * ```
 *
 * Errors: FACTORY_RULE_INVALID: names each wrong key with the nearest known one.
 */
export function defineRule(rule: RuleDefinition): RuleDefinition {
  return parseOptions(wrapped, { rule }, "the rule", "FACTORY_RULE_INVALID").rule as RuleDefinition;
}

/** A rule of a file's text: `*.sql` is an expression, anything else JSON. Errors: FACTORY_RULE_INVALID. */
export function parseRule(name: string, text: string): RuleDefinition {
  if (/\.sql$/i.test(name)) return { kind: "expression", expression: text };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new MillraceError("FACTORY_RULE_INVALID", {
      message: `${name} is no JSON: ${(error as Error).message}.`,
      next: "Correct it, or write the rule as SQL in a file that ends in .sql.",
      facts: { file: name },
    });
  }
  return parseOptions(wrapped, { rule: parsed }, name, "FACTORY_RULE_INVALID").rule as RuleDefinition;
}
