import type { SourceText } from "./problem.ts";

/** Types of a rule's values; whole numbers are numbers. */
export type RuleType = "number" | "bool" | "timestamp" | "string";

export type Relation = "less" | "lessOrEqual" | "equal" | "notEqual" | "greaterOrEqual" | "greater";

/** Where a piece of an expression begins. */
interface Place {
  readonly source: SourceText;
  readonly at: number;
}

/** An expression as it was written, brought to few forms; a CASE with an operand compares it in each test. */
export type Expr = Place &
  (
    | { readonly k: "number"; readonly value: number }
    | { readonly k: "text"; readonly value: string }
    | { readonly k: "bool"; readonly value: boolean }
    | { readonly k: "time"; readonly us: number }
    | { readonly k: "null" }
    | { readonly k: "column"; readonly name: string; readonly quoted: boolean }
    | { readonly k: "cast"; readonly a: Expr; readonly type: RuleType }
    | {
        readonly k: "arithmetic";
        readonly op: "add" | "subtract" | "multiply" | "divide";
        readonly a: Expr;
        readonly b: Expr;
      }
    | { readonly k: "compare"; readonly relation: Relation; readonly a: Expr; readonly b: Expr }
    | { readonly k: "not"; readonly a: Expr }
    | { readonly k: "and" | "or"; readonly items: readonly Expr[] }
    | { readonly k: "in"; readonly a: Expr; readonly items: readonly Expr[] }
    | { readonly k: "isNull"; readonly a: Expr }
    | { readonly k: "isBool"; readonly a: Expr; readonly value: boolean }
    | { readonly k: "case"; readonly whens: readonly When[]; readonly otherwise: Expr }
    | { readonly k: "coalesce"; readonly items: readonly Expr[] }
    | { readonly k: "call"; readonly name: string; readonly args: readonly Expr[] }
    | { readonly k: "part"; readonly part: string; readonly a: Expr }
  );

export interface When {
  readonly test: Expr;
  readonly gives: Expr;
}

/** Signs of comparison in SQL. */
export const relations: Readonly<Record<string, Relation>> = {
  "=": "equal",
  "==": "equal",
  "<>": "notEqual",
  "!=": "notEqual",
  "<": "less",
  "<=": "lessOrEqual",
  ">": "greater",
  ">=": "greaterOrEqual",
};
