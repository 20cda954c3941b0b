import type { ValueRef } from "../model.ts";
import { bucketsOf, isDay } from "./calls.ts";
import type { ColumnTypes } from "./column-types.ts";
import { numberFunctions } from "./functions.ts";
import { ruleInvalid } from "./problem.ts";
import type { RuleNodes } from "./rule-nodes.ts";
import type { Expr } from "./syntax.ts";
import { timeOf } from "./time-of.ts";

/** Expressions as nodes, with SQL's three values: NULL is missing. Dates are microseconds, but for columns in `part`. */
export class Translator {
  readonly nodes: RuleNodes;
  readonly #types: ColumnTypes;
  readonly #places: ReadonlyMap<string, ValueRef>;

  constructor(types: ColumnTypes, nodes: RuleNodes, places: ReadonlyMap<string, ValueRef>) {
    this.#types = types;
    this.nodes = nodes;
    this.#places = places;
  }

  /** A number or a date, or a bool as 0 or 1. */
  number(expr: Expr): ValueRef {
    const { nodes } = this;
    if (this.#types.typeOf(expr) === "bool") return nodes.node("toNumber", [this.bool(expr)]);
    switch (expr.k) {
      case "number":
        return nodes.constant(expr.value);
      case "time":
        return nodes.constant(expr.us);
      case "text":
        return nodes.constant(timeOf(expr.source, expr.value, expr.at));
      case "null":
        return nodes.missing();
      case "column": {
        const ref = this.#column(expr);
        return this.#types.typeOf(expr) === "timestamp" ? nodes.node("toNumber", [ref]) : ref;
      }
      case "cast":
        return this.number(expr.a);
      case "arithmetic":
        return nodes.node(expr.op, [this.number(expr.a), this.number(expr.b)]);
      case "coalesce":
        return nodes.node(
          "coalesce",
          expr.items.map((item) => this.number(item)),
        );
      case "case":
        return expr.whens.reduceRight(
          (rest, { test, gives }) => nodes.choose(nodes.surely(this.bool(test)), this.number(gives), rest),
          this.number(expr.otherwise),
        );
      case "call":
        return this.#call(expr);
      case "part":
        return this.#part(expr);
      default:
        throw this.#unfit(expr, "a number");
    }
  }

  /** A bool; missing is SQL's unknown. */
  bool(expr: Expr): ValueRef {
    const { nodes } = this;
    switch (expr.k) {
      case "bool":
        return nodes.truth(expr.value);
      case "null":
        return nodes.unknown();
      case "column":
        return this.#column(expr);
      case "cast":
        return this.bool(expr.a);
      case "not":
        return nodes.not(this.bool(expr.a));
      case "and":
      case "or":
        return nodes.all(
          expr.k,
          expr.items.map((item) => this.bool(item)),
        );
      case "isNull":
        return this.#isNull(expr.a);
      case "isBool": {
        const a = this.bool(expr.a);
        return nodes.surely(expr.value ? a : nodes.not(a));
      }
      case "compare":
        return this.#compare(expr);
      case "in":
        return this.#in(expr);
      case "call":
        return isDay(expr, nodes, this.#timeColumn(expr.args[0]!));
      case "coalesce":
        return expr.items
          .map((item) => this.bool(item))
          .reduceRight((rest, item) => nodes.chooseBool(nodes.isMissing(item), rest, item));
      case "case":
        return expr.whens.reduceRight(
          (rest, { test, gives }) => nodes.chooseBool(nodes.surely(this.bool(test)), this.bool(gives), rest),
          this.bool(expr.otherwise),
        );
      default:
        throw this.#unfit(expr, "true or false");
    }
  }

  /** A text as one value: a column's, a condition's (`true` or `false`), or the first of several that is there. */
  text(expr: Expr): ValueRef {
    switch (expr.k) {
      case "column":
        return this.#column(expr);
      case "cast":
        if (this.#types.typeOf(expr.a) !== "bool") return this.text(expr.a);
        return this.nodes.node("boolText", [this.bool(expr.a)]);
      case "coalesce":
        return this.nodes.node(
          "coalesce",
          expr.items.map((item) => this.text(item)),
        );
      default:
        throw ruleInvalid(
          expr.source,
          expr.at,
          "a text is taken of a column here",
          "Name a column, COALESCE of columns, or CAST(condition AS VARCHAR).",
        );
    }
  }

  /** Whether a text is one of some: a bool, missing where the text is. Texts are columns, constants, COALESCE and CASE of them. */
  isOneOf(expr: Expr, levels: readonly string[]): ValueRef {
    const { nodes } = this;
    switch (expr.k) {
      case "text":
        return nodes.truth(levels.includes(expr.value));
      case "null":
        return nodes.unknown();
      case "column":
        return nodes.node("isOneOf", [this.#column(expr)], { levels: [...levels] });
      case "cast":
        if (this.#types.typeOf(expr.a) !== "bool") return this.isOneOf(expr.a, levels);
        return nodes.node("isOneOf", [this.text(expr)], { levels: [...levels] });
      case "coalesce":
        return expr.items.reduceRight<ValueRef | undefined>((rest, item) => {
          const own = this.isOneOf(item, levels);
          return rest === undefined ? own : nodes.chooseBool(nodes.isMissing(own), rest, own);
        }, undefined)!;
      case "case":
        return expr.whens.reduceRight(
          (rest, { test, gives }) => nodes.chooseBool(nodes.surely(this.bool(test)), this.isOneOf(gives, levels), rest),
          this.isOneOf(expr.otherwise, levels),
        );
      default:
        throw this.#unfit(expr, "a text");
    }
  }

  #compare(expr: Extract<Expr, { k: "compare" }>): ValueRef {
    const { relation, a, b } = expr;
    if (this.#types.typeOf(a) !== "string" && this.#types.typeOf(b) !== "string")
      return this.nodes.compare(relation, this.number(a), this.number(b));
    const [text, constant] = b.k === "text" || b.k === "null" ? [a, b] : [b, a];
    if ((constant.k !== "text" && constant.k !== "null") || (relation !== "equal" && relation !== "notEqual"))
      throw ruleInvalid(
        expr.source,
        expr.at,
        "texts can be compared by = and <> with a constant only",
        "Write column = 'text', or column IN ('a', 'b').",
      );
    if (constant.k === "null") return this.nodes.unknown();
    const equal = this.isOneOf(text, [this.#level(constant)]);
    return relation === "equal" ? equal : this.nodes.not(equal);
  }

  #in({ a, items }: Extract<Expr, { k: "in" }>): ValueRef {
    const { nodes } = this;
    if (items.length === 0) return nodes.truth(false);
    if (this.#types.typeOf(a) !== "string")
      return nodes.all(
        "or",
        items.map((item) => nodes.compare("equal", this.number(a), this.number(item))),
      );
    const levels = items.flatMap((item) => {
      if (item.k === "null") return [];
      if (item.k === "text") return [this.#level(item)];
      throw ruleInvalid(item.source, item.at, "IN lists constants", "Write texts in quotes: IN ('a', 'b').");
    });
    const found = this.isOneOf(a, [...new Set(levels)]);
    return items.some(({ k }) => k === "null") ? nodes.all("or", [found, nodes.unknown()]) : found;
  }

  #isNull(expr: Expr): ValueRef {
    const { nodes } = this;
    if (expr.k === "column") return nodes.isMissing(this.#column(expr));
    const type = this.#types.typeOf(expr);
    if (type === "string") return nodes.isMissing(this.isOneOf(expr, [" "]));
    return nodes.isMissing(type === "bool" ? this.bool(expr) : this.number(expr));
  }

  #call({ name, args }: Extract<Expr, { k: "call" }>): ValueRef {
    const { nodes } = this;
    if (name === "length") return nodes.node("textLength", [this.text(args[0]!)]);
    if (name === "hash") return nodes.node("hash", [this.text(args[0]!)], { buckets: bucketsOf(args[1]!) });
    const found = args.map((arg) => this.number(arg));
    const simple = Object.hasOwn(numberFunctions, name) ? numberFunctions[name] : undefined;
    if (simple !== undefined) return nodes.node(simple.op, found);
    // SQL's least and greatest pass over NULL
    const op = name === "least" ? "minimum" : "maximum";
    return found.reduce((a, b) => nodes.node("coalesce", [nodes.node(op, [a, b]), a, b]));
  }

  #timeColumn(expr: Expr): ValueRef {
    const column = expr.k === "cast" ? expr.a : expr;
    if (column.k === "column") return this.#column(column);
    throw ruleInvalid(
      expr.source,
      expr.at,
      "a date part or day is taken of a column",
      "Write EXTRACT(year FROM column), or is_day(column, '2026-12-25').",
    );
  }

  #part({ part, a }: Extract<Expr, { k: "part" }>): ValueRef {
    const { nodes } = this;
    const ref = this.#timeColumn(a);
    if (part === "epoch") return nodes.node("timeSince", [ref], { at: 0, unit: "second" });
    if (part !== "dow") return nodes.node("datePart", [ref], { part });
    const day = nodes.node("datePart", [ref], { part: "dayOfWeek" });
    return nodes.choose(nodes.compare("equal", day, nodes.constant(7)), nodes.constant(0), day);
  }

  #column(expr: Extract<Expr, { k: "column" }>): ValueRef {
    return this.#places.get(this.#types.nameOf(expr))!;
  }

  #level({ value, source, at }: Extract<Expr, { k: "text" }>): string {
    if (value !== "") return value;
    throw ruleInvalid(source, at, "an empty text is a missing value, which nothing is equal to", "Write IS NULL.");
  }

  #unfit({ source, at }: Expr, wanted: string) {
    return ruleInvalid(source, at, `this is not ${wanted}`, `Write an expression that gives ${wanted} here.`);
  }
}
