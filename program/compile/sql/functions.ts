import { unsupported } from "../lower.ts";
import type { NumFunction } from "../model.ts";
import { type NumberSql, type Range, ranged, type Sql, sql } from "./model.ts";
import type { Printer } from "./printer.ts";
import { anyNumber, between, isBounded } from "./ranges.ts";

/** An elementary function of the database's own, guarded so that it raises nothing. */
export function callFunction(printer: Printer, name: NumFunction, value: NumberSql): NumberSql {
  const { dialect } = printer;
  const n = (constant: number) => dialect.number(constant);
  const { range } = value;
  const { missing } = range;
  const give = (text: Sql, result: Range) => ranged(text, result);
  const atom = () => printer.atom(value);
  switch (name) {
    case "floor":
      return give(sql`floor(${value})`, {
        ...range,
        low: Math.floor(range.low),
        high: Math.floor(range.high),
        tiny: 1,
        whole: true,
      });
    case "abs":
      return give(sql`abs(${value})`, {
        ...range,
        low: 0,
        high: Math.max(Math.abs(range.low), Math.abs(range.high)),
      });
    case "sqrt": {
      const x = atom();
      return give(
        sql`CASE WHEN ${x} >= ${n(0)} THEN sqrt(${x}) END`,
        between(0, Math.sqrt(Math.max(0, range.high)), Number.MIN_VALUE, true),
      );
    }
    case "tanh":
      return give(sql`tanh(${printer.clean(value)})`, between(-1, 1, Number.MIN_VALUE, missing));
    case "exp": {
      const x = atom();
      return give(
        dialect.exp(x),
        between(Math.exp(range.low) / 2, Math.exp(range.high) * 2, Number.MIN_VALUE, missing),
      );
    }
    case "log": {
      const x = atom();
      return give(sql`CASE WHEN ${x} > ${n(0)} THEN ln(${x}) END`, { ...anyNumber, low: -746, tiny: 2 ** -54 });
    }
    case "log1p": {
      const x = atom();
      const near = sql`CASE WHEN abs(${x}) < ${n(1e-300)} THEN ${x} ELSE ${n(2)} * atanh(${x} / (${n(2)} + ${x})) END`;
      return give(sql`CASE WHEN abs(${x}) < ${n(0.5)} THEN ${near} WHEN ${x} > ${n(-1)} THEN ln(${n(1)} + ${x}) END`, {
        ...anyNumber,
        low: -746,
      });
    }
    case "sin":
    case "cos": {
      const x = isBounded(range) && !range.missing ? value : atom();
      const call = sql`${name}(${x})`;
      const guarded = isBounded(range) ? call : sql`CASE WHEN ${printer.finite(x)} THEN ${call} END`;
      return give(guarded, between(-1, 1, Number.MIN_VALUE, true));
    }
    case "sigmoid": {
      const x = atom();
      // where e^−x would be infinite, the result is e^x to the last digit
      const upper = range.high <= 700 ? sql`-${x}` : sql`CASE WHEN ${x} > ${n(700)} THEN ${n(-700)} ELSE -${x} END`;
      const main = sql`${n(1)} / (${n(1)} + exp(${upper}))`;
      const text = range.low >= -700 ? main : sql`CASE WHEN ${x} >= ${n(-700)} THEN ${main} ELSE ${dialect.exp(x)} END`;
      return give(text, between(0, 1, Number.MIN_VALUE, missing));
    }
    case "pow":
      throw new TypeError("pow takes two numbers.");
    default:
      throw unsupported(`the function ${name}`, "SQL");
  }
}

/** x to the power y, with the special cases of `pow` in program/elementary/logarithm.ts. */
export function callPower(printer: Printer, base: NumberSql, exponent: NumberSql): NumberSql {
  const { dialect, stages } = printer;
  const n = (constant: number) => dialect.number(constant);
  const x = printer.atom(base);
  const y = printer.atom(exponent);
  const infinite = sql`CASE WHEN abs(${x}) = ${n(1)} THEN NULL WHEN (abs(${x}) > ${n(1)}) = (${y} > ${n(0)}) THEN ${n(Infinity)} ELSE ${n(0)} END`;
  const ofZero = sql`CASE WHEN ${y} > ${n(0)} THEN ${n(0)} ELSE ${n(Infinity)} END`;
  const isOdd = sql`${x} < ${n(0)} AND abs(${y}) < ${n(2 ** 53)} AND floor(${y}) = ${y} AND floor(${y} / ${n(2)}) <> ${y} / ${n(2)}`;
  const size = stages.column(sizeOfPower(printer, x, y));
  const text = sql`CASE WHEN ${y} = ${n(0)} THEN ${n(1)} WHEN ${x} IS NULL OR ${y} IS NULL THEN NULL WHEN abs(${y}) = ${n(Infinity)} THEN ${infinite} WHEN ${x} = ${n(0)} THEN ${ofZero} WHEN ${x} < ${n(0)} AND ${x} > ${n(-Infinity)} AND floor(${y}) <> ${y} THEN NULL WHEN ${isOdd} THEN -${size} ELSE ${size} END`;
  return ranged(text, anyNumber);
}

/** |x|^y of finite y and x other than 0; PostgreSQL would raise an error where it overflows or vanishes. */
function sizeOfPower({ dialect, stages }: Printer, x: Sql, y: Sql): Sql {
  const n = (constant: number) => dialect.number(constant);
  const within = sql`abs(${y}) < ${n(Infinity)} AND ${x} <> ${n(0)}`;
  const power = sql`power(abs(${x}), ${y})`;
  if (dialect.name !== "postgres") return sql`CASE WHEN ${within} THEN ${power} END`;
  // beyond 1e±20 the result is 1, infinite or 0 whatever x is, if not 1
  const held = sql`CASE WHEN abs(${y}) < ${n(1e-20)} THEN ${n(0)} WHEN ${y} > ${n(1e20)} THEN ${n(1e20)} WHEN ${y} < ${n(-1e20)} THEN ${n(-1e20)} ELSE ${y} END`;
  const finite = sql`abs(${x}) < ${n(Infinity)} AND ${x} <> ${n(0)}`;
  const logarithm = stages.column(
    sql`CASE WHEN ${finite} THEN (${held}) * ln(abs(${x})) WHEN ${y} > ${n(0)} THEN ${n(Infinity)} ELSE ${n(-Infinity)} END`,
  );
  // in two factors where it comes near the greatest double
  const most = sql`power(abs(${x}), ${y} * ${n(0.75)})`;
  const rest = sql`power(abs(${x}), ${y} * ${n(0.25)})`;
  const near = sql`CASE WHEN (${most} * ${n(2 ** -200)}) * ${rest} >= ${n(2 ** 824)} THEN ${n(Infinity)} ELSE ${most} * ${rest} END`;
  return sql`CASE WHEN ${logarithm} > ${n(710)} THEN ${n(Infinity)} WHEN ${logarithm} > ${n(709)} THEN ${near} WHEN ${logarithm} < ${n(-745.13)} THEN ${n(0)} WHEN ${logarithm} = ${n(0)} THEN ${n(1)} WHEN ${within} THEN ${power} END`;
}
