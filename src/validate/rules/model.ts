import { z } from "zod";
import type { AnomalyExample } from "../anomalies/model.ts";

const column = z.string().min(1);
const columns = z.array(column).min(1);
const value = z.union([z.string(), z.number(), z.boolean()]);
const name = z.string().min(1).describe("Says what must hold; policy and reports name the rule by it.");

/** What must hold of one column's value; all parts together. */
const conditionSchema = z.strictObject({
  column,
  in: z.array(value).optional().describe("The value is one of these."),
  min: z.number().optional(),
  max: z.number().optional(),
  missing: z.boolean().optional().describe("true: the value is missing; false: it is there."),
});

/** A rule beyond the schema. Whether a broken rule fails or warns is policy, and not the rule's. */
export const ruleSchema = z.discriminatedUnion("rule", [
  z.strictObject({ rule: z.literal("sql"), name, sql: z.string().min(1).describe("A condition that each row meets.") }),
  z.strictObject({
    rule: z.literal("compare"),
    name,
    left: column,
    operator: z.enum(["<", "<=", "=", "!=", ">=", ">"]),
    right: column,
  }),
  z.strictObject({ rule: z.literal("when"), name, when: conditionSchema, require: conditionSchema }),
  z.strictObject({ rule: z.literal("unique"), name, columns }),
  z.strictObject({
    rule: z.literal("references"),
    name,
    columns,
    dataset: z.string().describe("Name of the data set that holds the keys."),
    keys: columns.optional().describe("The columns there; default: the same names."),
  }),
  z.strictObject({ rule: z.literal("fresh"), name, column, withinHours: z.number().positive() }),
  z.strictObject({
    rule: z.literal("rows"),
    name,
    min: z.int().min(0).optional(),
    max: z.int().min(0).optional(),
    minShare: z.number().min(0).optional().describe("Least rows, as a share of the span before."),
    maxShare: z.number().min(0).optional().describe("Most rows, as a share of the span before."),
  }),
  z.strictObject({
    rule: z.literal("monotone"),
    name,
    column,
    by: columns.optional().describe("Within the rows that have these in common."),
    strict: z.boolean().default(false),
  }),
  z.strictObject({
    rule: z.literal("transitions"),
    name,
    column,
    by: columns.describe("Whose state it is."),
    order: column.describe("When it was."),
    allowed: z.record(z.string(), z.array(z.string())).describe("From each state, the states that may follow."),
  }),
]);
export type RuleInput = z.input<typeof ruleSchema>;
export type Rule = z.output<typeof ruleSchema>;

export interface RuleResult {
  readonly name: string;
  readonly rule: Rule["rule"];
  /** `untold`: what it compares with was not given. */
  readonly verdict: "holds" | "broken" | "untold";
  /** What was found, in plain words. */
  readonly evidence: string;
  readonly offendingRows?: number;
  readonly examples?: readonly AnomalyExample[];
  /** The query that finds the offending rows in a table `input`. */
  readonly sql?: string;
  /** Offending rows from 0. */
  readonly rows?: readonly number[];
}
