import type { Operation } from "./dialect.ts";
import { chained, type NumberSql, type Range, ranged, sql } from "./model.ts";
import { addOutcome, anyNumber, divideOutcome, magnitude, multiplyOutcome, negated, type Outcome } from "./ranges.ts";
import type { Stages } from "./stages.ts";

/** Terms of one expression's sum; longer sums run on in another column. */
export const mostTerms = 120;

export function outcomeOf(operation: Operation, a: Range, b: Range): Outcome {
  if (operation === "add") return addOutcome(a, b);
  if (operation === "subtract") return addOutcome(a, negated(b));
  if (operation === "multiply") return multiplyOutcome(a, b);
  if (operation === "divide") return divideOutcome(a, b);
  const most = magnitude(b);
  const low = a.low < 0 ? -most : 0;
  const nan = !Number.isFinite(a.low) || !Number.isFinite(a.high) || (b.low <= 0 && b.high >= 0);
  const whole = a.whole && b.whole;
  const range = {
    ...anyNumber,
    low,
    high: most,
    whole,
    tiny: whole ? 1 : Number.MIN_VALUE,
    nan: nan || a.nan || b.nan,
  };
  return { range: { ...range, missing: a.missing || b.missing }, overflow: false, underflow: false };
}

const signs = { add: "+", subtract: "-", multiply: "*", divide: "/" } as const;

/** For databases whose doubles are IEEE's. */
export function plainArithmetic(_: Stages, operation: Operation, a: NumberSql, b: NumberSql, mod: string): NumberSql {
  const { range } = outcomeOf(operation, a.range, b.range);
  if (operation === "mod") return ranged(sql`${mod}(${a}, ${b})`, range);
  return ranged(sql`(${a} ${signs[operation]} ${b})`, range);
}

export function plainSum(stages: Stages, terms: readonly NumberSql[]): NumberSql {
  let total = terms[0]!;
  for (let from = 1; from < terms.length; from += mostTerms) {
    const next = [from === 1 ? total : stages.number(total), ...terms.slice(from, from + mostTerms)];
    const range = next.map((term) => term.range).reduce((sum, term) => addOutcome(sum, term).range);
    total = ranged(chained(next), range);
  }
  return total;
}
