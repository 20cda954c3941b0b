import { unsupported } from "../lower.ts";
import type { Operation } from "./dialect.ts";
import { chained, joined, type NumberSql, type Range, ranged, type Sql, sql } from "./model.ts";
import { mostTerms, outcomeOf } from "./plain-arithmetic.ts";
import { addOutcome, anyNumber, greatest, magnitude } from "./ranges.ts";
import type { Stages } from "./stages.ts";

/*
 * PostgreSQL raises an error where a double overflows, where a product or quotient of numbers other than 0 rounds to 0,
 * and where it divides by 0. What may do so, going by the ranges, gets a guard that gives IEEE's result instead.
 */

const n = (value: number) => `float8 '${value + 0}'`;
const infinity = n(Number.POSITIVE_INFINITY);
const minusInfinity = n(Number.NEGATIVE_INFINITY);

/** A number without NaN that may be named twice. */
function atom(stages: Stages, value: NumberSql): NumberSql {
  const { range } = value;
  if (!range.nan) return stages.number(value);
  return stages.number(ranged(sql`NULLIF(${value}, ${n(Number.NaN)})`, { ...range, nan: false, missing: true }));
}

export function postgresArithmetic(stages: Stages, operation: Operation, a: NumberSql, b: NumberSql): NumberSql {
  const { range, overflow, underflow } = outcomeOf(operation, a.range, b.range);
  if (operation === "mod") return remainder(stages, a, b, range);
  const sign = { add: "+", subtract: "-", multiply: "*", divide: "/" }[operation];
  const mayDivideByZero = operation === "divide" && b.range.low <= 0 && b.range.high >= 0;
  if (!overflow && !underflow && !mayDivideByZero) return ranged(sql`(${a} ${sign} ${b})`, range);
  const x = atom(stages, a);
  const y = atom(stages, b);
  const fixed = constantOf(b);
  if (operation === "subtract") return ranged(addGuarded(x, sql`(-${y})`), range);
  if (operation === "add") return ranged(addGuarded(x, y), range);
  if (fixed !== undefined) return ranged(guardedByConstant(operation, x, fixed), range);
  const other = constantOf(a);
  if (operation === "multiply")
    return ranged(other === undefined ? multiplyGuarded(x, y) : guardedByConstant(operation, y, other), range);
  return ranged(divideGuarded(x, y), { ...range, missing: true });
}

/** Of whole numbers, which is all that the lowered forms take remainders of; exact below 2^53. */
function remainder(stages: Stages, a: NumberSql, b: NumberSql, range: Range): NumberSql {
  const exact = (of: Range) => of.whole && Math.max(Math.abs(of.low), Math.abs(of.high)) < 2 ** 62;
  if (exact(a.range) && exact(b.range) && b.range.low > 0)
    return ranged(sql`((${a})::bigint % (${b})::bigint)::float8`, range);
  const by = constantOf(b);
  if (by === undefined || by < 1 || magnitude(a.range) > 2 ** 62 || !Number.isInteger(by))
    throw unsupported("a remainder by what is not a constant", "PostgreSQL SQL");
  const x = atom(stages, a);
  return ranged(sql`(${x} - ${n(by)} * trunc(${x} / ${n(by)}))`, range);
}

function constantOf({ range, reads }: NumberSql): number | undefined {
  return reads.size === 0 && range.low === range.high && !range.missing ? range.low : undefined;
}

/** x × c or x ÷ c: the least |x| that overflows and the least that does not vanish are known beforehand. */
function guardedByConstant(operation: "multiply" | "divide", x: NumberSql, c: number): Sql {
  const apply = (value: number) => Math.abs(operation === "multiply" ? value * c : value / c);
  const cases: Sql[] = [];
  if (apply(greatest) === Number.POSITIVE_INFINITY && Number.isFinite(c) && c !== 0) {
    const least = n(firstWhere((value) => apply(value) === Number.POSITIVE_INFINITY));
    const [up, down] = c > 0 ? [infinity, minusInfinity] : [minusInfinity, infinity];
    cases.push(sql`WHEN ${x} >= ${least} THEN ${up} WHEN ${x} <= -${least} THEN ${down}`);
  }
  if (apply(Number.MIN_VALUE) === 0 && Number.isFinite(c) && c !== 0)
    cases.push(sql`WHEN abs(${x}) < ${n(firstWhere((value) => apply(value) > 0))} THEN ${n(0)}`);
  const plain = sql`${x} ${operation === "multiply" ? "*" : "/"} ${n(c)}`;
  return cases.length === 0 ? sql`(${plain})` : sql`CASE ${joined(cases, " ")} ELSE ${plain} END`;
}

/** The least positive double for which a test that stays true holds. */
function firstWhere(test: (value: number) => boolean): number {
  const view = new DataView(new ArrayBuffer(8));
  const double = (bits: bigint) => {
    view.setBigInt64(0, bits);
    return view.getFloat64(0);
  };
  let low = 0n;
  let high = 0x7fefffffffffffffn;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (test(double(middle))) high = middle;
    else low = middle;
  }
  return double(high);
}

/** a + b of atoms: of two finite numbers of one sign, what is left below the greatest double is compared. */
function addGuarded(a: Sql, b: Sql): Sql {
  const far = n(2 ** 1023);
  const over = sql`CASE WHEN (${a} > ${n(0)}) = (${b} > ${n(0)}) AND abs(${a}) < ${infinity} AND abs(${b}) < ${infinity} THEN least(abs(${a}), abs(${b})) - (${n(greatest)} - greatest(abs(${a}), abs(${b}))) >= ${n(2 ** 970)} ELSE FALSE END`;
  return sql`CASE WHEN abs(${a}) < ${far} AND abs(${b}) < ${far} THEN ${a} + ${b} WHEN ${over} THEN CASE WHEN ${a} > ${n(0)} THEN ${infinity} ELSE ${minusInfinity} END ELSE ${a} + ${b} END`;
}

const sameSign = (a: Sql, b: Sql) =>
  sql`CASE WHEN (${a} > ${n(0)}) = (${b} > ${n(0)}) THEN ${infinity} ELSE ${minusInfinity} END`;

/** a × b of atoms. Where it may overflow or vanish, the operands are brought nearer to 1 by powers of two first. */
function multiplyGuarded(a: Sql, b: Sql): Sql {
  const near = (x: Sql) => sql`abs(${x}) BETWEEN ${n(1e-150)} AND ${n(1e150)}`;
  const most = sql`greatest(abs(${a}), abs(${b}))`;
  const least = sql`least(abs(${a}), abs(${b}))`;
  const over = sql`CASE WHEN ${most} < ${n(2 ** 512)} OR ${most} = ${infinity} OR ${least} < ${n(2 ** -52)} THEN FALSE WHEN ${least} >= ${n(2 ** 512)} THEN TRUE ELSE (${most} * ${n(2 ** -300)}) * (${least} * ${n(2 ** -300)}) >= ${n(2 ** 424)} END`;
  const under = sql`CASE WHEN ${least} >= ${n(2 ** -537)} OR ${most} >= ${n(2)} OR ${least} = ${n(0)} THEN FALSE WHEN ${most} < ${n(2 ** -538)} THEN TRUE ELSE (${least} * ${n(2 ** 600)}) * ${most} <= ${n(2 ** -475)} END`;
  return sql`CASE WHEN ${near(a)} AND ${near(b)} THEN ${a} * ${b} WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL WHEN ${over} THEN ${sameSign(a, b)} WHEN ${under} THEN ${n(0)} ELSE ${a} * ${b} END`;
}

/** a ÷ b of atoms, NULL for b = 0. */
function divideGuarded(a: Sql, b: Sql): Sql {
  const near = (x: Sql) => sql`abs(${x}) BETWEEN ${n(1e-150)} AND ${n(1e150)}`;
  const edge = n(2 ** -50);
  const over = sql`CASE WHEN abs(${b}) >= ${n(1)} OR abs(${a}) < ${edge} OR abs(${a}) = ${infinity} THEN FALSE ELSE abs(${a}) * ${n(2 ** -512)} >= abs(${b}) * ${n(2 ** 512 * (1 - 2 ** -53))} END`;
  const under = sql`CASE WHEN abs(${b}) < ${n(1)} OR abs(${a}) >= ${edge} OR ${a} = ${n(0)} THEN FALSE ELSE abs(${a}) * ${n(2 ** 512)} <= abs(${b}) * ${n(2 ** -563)} END`;
  return sql`CASE WHEN ${near(a)} AND ${near(b)} THEN ${a} / ${b} WHEN ${a} IS NULL OR ${b} IS NULL OR ${b} = ${n(0)} THEN NULL WHEN ${over} THEN ${sameSign(a, b)} WHEN ${under} THEN ${n(0)} ELSE ${a} / ${b} END`;
}

/** Terms beyond this are added one by one, each time with a guard. */
const bound = 1e300;

export function postgresSum(stages: Stages, terms: readonly NumberSql[]): NumberSql {
  let total = terms[0]!;
  for (let from = 1; from < terms.length; from += mostTerms) {
    const next = [from === 1 ? total : atom(stages, total), ...terms.slice(from, from + mostTerms)];
    total = sumOf(stages, next);
  }
  return total;
}

function sumOf(stages: Stages, terms: readonly NumberSql[]): NumberSql {
  let overflow = false;
  const range = terms
    .map((term) => term.range)
    .reduce((sum, term) => {
      const outcome = addOutcome(sum, term);
      if (outcome.overflow) overflow = true;
      return outcome.range;
    });
  if (!overflow) return ranged(chained(terms), range);
  if (terms.length === 2)
    return ranged(addGuarded(atom(stages, terms[0]!), atom(stages, terms[1]!)), { ...range, nan: true });
  const unbounded = (term: NumberSql) => magnitude(term.range) >= bound;
  const parts = terms.map((term) => (unbounded(term) ? atom(stages, term) : term));
  const far = parts.filter(unbounded);
  const most = sql`greatest(${joined(
    far.map((term) => sql`abs(${term})`),
    ", ",
  )})`;
  const list = parts.map((term) => (term.atom ? term : stages.number(term)));
  const text = sql`CASE WHEN ${most} < ${n(bound)} THEN ${chained(parts)} ELSE ${oneByOne(list)} END`;
  return ranged(text, { ...anyNumber, nan: true });
}

/** Sum of atoms with a guard at every step; taken for rows with numbers near the greatest double only. */
function oneByOne(terms: readonly NumberSql[]): Sql {
  const count = String(terms.length);
  const step = addGuarded(sql`r.s`, sql`t.v`);
  return sql`(WITH RECURSIVE p(a) AS MATERIALIZED (SELECT ARRAY[${joined(terms, ", ")}]::float8[]), r(i, s) AS (SELECT 1, p.a[1] FROM p UNION ALL SELECT r.i + 1, ${step} FROM r, p, LATERAL (SELECT p.a[r.i + 1] AS v OFFSET 0) AS t WHERE r.i < ${count}) SELECT r.s FROM r WHERE r.i = ${count})`;
}
