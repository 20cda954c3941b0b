import { ruleInvalid } from "./problem.ts";
import type { Expr, RuleType } from "./syntax.ts";

/** Functions of numbers that are one operator each, with how many numbers they take. */
export const numberFunctions: Readonly<Record<string, { readonly op: string; readonly takes: number }>> = {
  abs: { op: "abs", takes: 1 },
  sqrt: { op: "sqrt", takes: 1 },
  floor: { op: "floor", takes: 1 },
  exp: { op: "exp", takes: 1 },
  ln: { op: "log", takes: 1 },
  tanh: { op: "tanh", takes: 1 },
  power: { op: "power", takes: 2 },
  pow: { op: "power", takes: 2 },
};

export const castTypes: Readonly<Record<string, RuleType>> = {
  double: "number",
  float8: "number",
  boolean: "bool",
  bool: "bool",
  timestamp: "timestamp",
  varchar: "string",
  text: "string",
};

/** Date parts by their names in SQL; `dow` counts from Sunday = 0, `isodow` from Monday = 1 to Sunday = 7. */
export const parts: Readonly<Record<string, string>> = {
  year: "year",
  quarter: "quarter",
  month: "month",
  day: "dayOfMonth",
  doy: "dayOfYear",
  dow: "dow",
  isodow: "dayOfWeek",
  hour: "hour",
  minute: "minute",
  second: "second",
  epoch: "epoch",
};

const partFunctions: Readonly<Record<string, string>> = {
  year: "year",
  quarter: "quarter",
  month: "month",
  day: "dayOfMonth",
  dayofmonth: "dayOfMonth",
  dayofyear: "dayOfYear",
  dayofweek: "dow",
  isodow: "dayOfWeek",
  hour: "hour",
  minute: "minute",
  second: "second",
  epoch: "epoch",
};
const others = [
  ...["coalesce", "ifnull", "nullif", "least", "greatest", "ceil", "length", "hash", "is_day"],
  ...["cast", "extract", "date_part"],
];

/** What a call's argument at a place is to be. */
export function argumentType(name: string, place: number): RuleType {
  if (name === "is_day") return "timestamp";
  return name === "length" || (name === "hash" && place === 0) ? "string" : "number";
}

/** Words that are no column unless they are quoted. */
export const reserved = new Set(
  "and or not in between is null case when then else end true false cast extract from select as like ilike similar".split(
    " ",
  ),
);

type Place = Pick<Expr, "source" | "at">;

/** A function call, brought to the forms of an expression. Errors: PROGRAM_RULE_INVALID: unknown, or other arguments. */
export function callOf(name: string, args: readonly Expr[], place: Place, opened: number): Expr {
  const count = (least: number, most = least) => {
    if (args.length >= least && args.length <= most) return;
    const wanted = most === least ? String(least) : `at least ${least}`;
    throw ruleInvalid(
      place.source,
      opened,
      `${name} takes ${wanted} value${wanted === "1" ? "" : "s"}; it has ${args.length}`,
      "Correct the call.",
    );
  };
  const simple = Object.hasOwn(numberFunctions, name) ? numberFunctions[name] : undefined;
  if (simple !== undefined) {
    count(simple.takes);
    return { ...place, k: "call", name, args };
  }
  if (name === "length" || name === "hash" || name === "is_day") {
    if (name === "length") count(1);
    else if (name === "hash") count(2);
    else count(2, Number.POSITIVE_INFINITY);
    return { ...place, k: "call", name, args };
  }
  if (Object.hasOwn(partFunctions, name)) {
    count(1);
    return { ...place, k: "part", part: partFunctions[name]!, a: args[0]! };
  }
  if (name === "coalesce" || name === "ifnull") {
    if (name === "ifnull") count(2);
    else count(1, Number.POSITIVE_INFINITY);
    return { ...place, k: "coalesce", items: args };
  }
  if (name === "nullif") {
    count(2);
    const test: Expr = { ...place, k: "compare", relation: "equal", a: args[0]!, b: args[1]! };
    return { ...place, k: "case", whens: [{ test, gives: { ...place, k: "null" } }], otherwise: args[0]! };
  }
  if (name === "least" || name === "greatest") {
    count(1, Number.POSITIVE_INFINITY);
    return { ...place, k: "call", name, args };
  }
  if (name === "ceil" || name === "ceiling") {
    count(1);
    const zero: Expr = { ...place, k: "number", value: 0 };
    const negated: Expr = { ...place, k: "arithmetic", op: "subtract", a: zero, b: args[0]! };
    return {
      ...place,
      k: "arithmetic",
      op: "subtract",
      a: zero,
      b: { ...place, k: "call", name: "floor", args: [negated] },
    };
  }
  const known = [...Object.keys(numberFunctions), ...Object.keys(partFunctions), ...others];
  throw ruleInvalid(
    place.source,
    place.at,
    `the function ${name.slice(0, 80)} is not known`,
    `Use one of ${[...new Set(known)].join(", ")}.`,
  );
}
