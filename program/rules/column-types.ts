import type { InputType } from "../model.ts";
import { argumentType } from "./functions.ts";
import { definitionInvalid, ruleInvalid } from "./problem.ts";
import type { Expr, RuleType } from "./syntax.ts";

/** What is known of a rule's raw columns from elsewhere: the data that it will read, or its author's word. */
export type KnownColumns = Readonly<Record<string, InputType>>;

const words: Readonly<Record<RuleType, string>> = {
  number: "a number",
  bool: "true or false",
  timestamp: "a date",
  string: "a text",
};

/**
 * Types of the columns and values of expressions: known ones, and what the expressions ask of the others. A known bool is
 * taken as 0 or 1 where a number is asked for.
 */
export class ColumnTypes {
  /** Columns in the order of their first appearance. */
  readonly found = new Map<string, RuleType>();
  readonly #known: KnownColumns;
  readonly #names: readonly string[];

  readonly #isOpen: boolean;
  /** Types of expressions once those of all columns are known, so that none is worked out twice. */
  #settled: Map<Expr, RuleType> | undefined;

  /** Where the known columns are open, an expression may read others too. */
  constructor(known: KnownColumns, isOpen: boolean) {
    this.#known = known;
    this.#isOpen = isOpen;
    this.#names = Object.keys(known);
  }

  /** Settles the types of all columns. Errors: PROGRAM_RULE_INVALID: a type that does not fit, or is not clear. */
  settle(expressions: readonly (readonly [Expr, RuleType | undefined])[]): void {
    for (let before = -1; before !== this.found.size; ) {
      before = this.found.size;
      for (const [expr, wanted] of expressions) this.typeOf(expr, wanted);
    }
    for (const [expr] of expressions) this.#requireTypes(expr);
    this.#settled = new Map();
  }

  /** A column's name as the data spell it: quoted ones as they are, others whatever their case. */
  nameOf({ name, quoted }: Extract<Expr, { k: "column" }>): string {
    if (quoted || Object.hasOwn(this.#known, name)) return name;
    const same = this.#names.filter((one) => one.toLowerCase() === name.toLowerCase());
    if (same.length === 1) return same[0]!;
    return [...this.found.keys()].find((one) => one.toLowerCase() === name.toLowerCase()) ?? name;
  }

  knownType(name: string): InputType | undefined {
    return Object.hasOwn(this.#known, name) ? this.#known[name] : undefined;
  }

  /** The type of an expression, as far as it is known; `wanted` goes down to columns that nothing else tells of. */
  typeOf(expr: Expr, wanted?: RuleType): RuleType | undefined {
    const known = this.#settled?.get(expr);
    const found = known ?? this.#typeOf(expr, wanted);
    if (known === undefined && found !== undefined) this.#settled?.set(expr, found);
    if (found === undefined || wanted === undefined || found === wanted) return found ?? wanted;
    if (wanted === "number" && found === "bool") return found;
    throw ruleInvalid(
      expr.source,
      expr.at,
      `${described(expr)} is ${words[found]}, and ${words[wanted]} is needed here`,
      "Compare and compute values of one type.",
    );
  }

  #typeOf(expr: Expr, wanted: RuleType | undefined): RuleType | undefined {
    switch (expr.k) {
      case "number":
        return "number";
      case "text":
        return wanted === "timestamp" ? "timestamp" : "string";
      case "bool":
        return "bool";
      case "time":
        return "timestamp";
      case "null":
        return wanted;
      case "column":
        return this.#column(expr, wanted);
      case "cast":
        return this.#cast(expr);
      case "arithmetic":
        this.typeOf(expr.a, "number");
        this.typeOf(expr.b, "number");
        return "number";
      case "compare":
        this.#alike([expr.a, expr.b]);
        return "bool";
      case "in":
        this.#alike([expr.a, ...expr.items]);
        return "bool";
      case "not":
        this.typeOf(expr.a, "bool");
        return "bool";
      case "and":
      case "or":
        for (const item of expr.items) this.typeOf(item, "bool");
        return "bool";
      case "isNull":
        this.typeOf(expr.a);
        return "bool";
      case "isBool":
        this.typeOf(expr.a, "bool");
        return "bool";
      case "coalesce":
        return this.#alike(expr.items, wanted);
      case "case":
        for (const { test } of expr.whens) this.typeOf(test, "bool");
        return this.#alike([...expr.whens.map(({ gives }) => gives), expr.otherwise], wanted);
      case "call":
        for (const [place, arg] of expr.args.entries()) this.typeOf(arg, argumentType(expr.name, place));
        return expr.name === "is_day" ? "bool" : "number";
      case "part":
        this.typeOf(expr.a, "timestamp");
        return "number";
    }
  }

  /** One type of several values: the first that is known, or what is wanted. */
  #alike(items: readonly Expr[], wanted?: RuleType): RuleType | undefined {
    let shared = wanted;
    // texts take the type of what they stand beside: a date in quotes is a date
    for (const item of [...items.filter(({ k }) => k !== "text"), ...items.filter(({ k }) => k === "text")])
      shared ??= this.typeOf(item);
    const numbers = shared === "bool" && items.some((item) => this.typeOf(item) === "number") ? "number" : shared;
    if (numbers !== undefined) for (const item of items) this.typeOf(item, numbers);
    return numbers;
  }

  #column(expr: Extract<Expr, { k: "column" }>, wanted: RuleType | undefined): RuleType | undefined {
    const name = this.nameOf(expr);
    const known = this.knownType(name);
    if (known === undefined && !this.#isOpen)
      throw ruleInvalid(
        expr.source,
        expr.at,
        `there is no column "${name.slice(0, 80)}"`,
        `Use one of ${this.#names
          .slice(0, 20)
          .map((one) => JSON.stringify(one))
          .join(", ")}${this.#names.length > 20 ? ", …" : ""}.`,
      );
    if (known === "strings" || known === "vector")
      throw ruleInvalid(
        expr.source,
        expr.at,
        `the column "${name.slice(0, 80)}" holds lists, which a rule cannot read`,
        "Read a column of numbers, dates, texts, or true and false.",
      );
    const type = known === undefined ? (this.found.get(name) ?? wanted) : known === "integer" ? "number" : known;
    if (type !== undefined && !this.found.has(name)) this.found.set(name, type);
    return type;
  }

  #cast(expr: Extract<Expr, { k: "cast" }>): RuleType {
    const from = this.typeOf(expr.a, expr.a.k === "column" && this.#untold(expr.a) ? expr.type : undefined);
    const fits = from === undefined || from === expr.type || (expr.type === "number" && from === "bool");
    if (fits || (expr.a.k === "text" && expr.type === "timestamp")) return expr.type;
    if (from === "bool" && expr.type === "string") return expr.type;
    throw ruleInvalid(
      expr.source,
      expr.at,
      `${words[from]} cannot be cast to ${words[expr.type]}`,
      "Cast a column to the type that its values have.",
    );
  }

  #untold(expr: Extract<Expr, { k: "column" }>): boolean {
    const name = this.nameOf(expr);
    return this.knownType(name) === undefined && !this.found.has(name);
  }

  #requireTypes(expr: Expr): void {
    for (const column of columnsOf(expr))
      if (!this.found.has(this.nameOf(column)))
        throw ruleInvalid(
          column.source,
          column.at,
          `nothing tells the type of "${column.name.slice(0, 80)}"`,
          `State it: CAST(${column.name.slice(0, 80)} AS DOUBLE), or BOOLEAN, TIMESTAMP, VARCHAR.`,
        );
  }

  /** Errors: PROGRAM_RULE_INVALID: the expressions read no column at all. */
  requireColumns(): void {
    if (this.found.size === 0)
      throw definitionInvalid(
        "The rule reads no column, so it says the same of every row",
        "Let it read at least one column.",
      );
  }
}

function described(expr: Expr): string {
  if (expr.k === "column") return `"${expr.name.slice(0, 80)}"`;
  if (expr.k === "text") return `'${expr.value.slice(0, 80)}'`;
  return expr.k === "number" ? String(expr.value) : "this";
}

function columnsOf(expr: Expr): Extract<Expr, { k: "column" }>[] {
  switch (expr.k) {
    case "column":
      return [expr];
    case "arithmetic":
    case "compare":
      return [...columnsOf(expr.a), ...columnsOf(expr.b)];
    case "in":
      return [expr.a, ...expr.items].flatMap(columnsOf);
    case "and":
    case "or":
    case "coalesce":
      return expr.items.flatMap(columnsOf);
    case "case":
      return [...expr.whens.flatMap(({ test, gives }) => [test, gives]), expr.otherwise].flatMap(columnsOf);
    case "call":
      return expr.args.flatMap(columnsOf);
    case "cast":
    case "not":
    case "isNull":
    case "isBool":
    case "part":
      return columnsOf(expr.a);
    default:
      return [];
  }
}
