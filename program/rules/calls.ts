import type { ValueRef } from "../model.ts";
import { ruleInvalid } from "./problem.ts";
import type { RuleNodes } from "./rule-nodes.ts";
import type { Expr } from "./syntax.ts";
import { timeOf } from "./time-of.ts";

const mostBuckets = 2 ** 32;
const dayUs = 86_400_000_000;

/** How many buckets `hash` has. Errors: PROGRAM_RULE_INVALID: no whole number from 1 to 2^32. */
export function bucketsOf(expr: Expr): number {
  if (expr.k === "number" && Number.isInteger(expr.value) && expr.value >= 1 && expr.value <= mostBuckets)
    return expr.value;
  throw ruleInvalid(
    expr.source,
    expr.at,
    `the number of buckets is no whole number from 1 to ${mostBuckets}`,
    "Write hash(column, 1024).",
  );
}

/** Whether a time lies on one of some days of UTC. Errors: PROGRAM_RULE_INVALID: a day that is no date in quotes. */
export function isDay({ args }: Extract<Expr, { k: "call" }>, nodes: RuleNodes, time: ValueRef): ValueRef {
  const days = [...new Set(args.slice(1).map(dayOf))].sort((a, b) => a - b);
  return nodes.compare("equal", nodes.node("isDay", [time], { days: nodes.doubles(days) }), nodes.constant(1));
}

function dayOf(expr: Expr): number {
  const us = expr.k === "time" ? expr.us : expr.k === "text" ? timeOf(expr.source, expr.value, expr.at) : Number.NaN;
  if (us % dayUs === 0) return us / dayUs;
  throw ruleInvalid(
    expr.source,
    expr.at,
    "is_day lists days, each a date in quotes without a time",
    "Write is_day(column, '2026-12-25', '2027-01-01').",
  );
}
