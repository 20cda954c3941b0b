import { Cursor } from "./cursor.ts";
import { callOf, castTypes, parts, reserved } from "./functions.ts";
import { ruleInvalid, type SourceText } from "./problem.ts";
import { type Expr, type RuleType, relations, type When } from "./syntax.ts";
import { timeOf } from "./time-of.ts";

const deepest = 200;
/** Of operations of one rank side by side, each of which nests the tree by one. */
const longest = 500;

/** An expression of SQL as a tree. Errors: PROGRAM_RULE_INVALID, with line and column. */
export function parseExpression(source: SourceText): Expr {
  return new Parser(source).whole();
}

class Parser {
  readonly #source: SourceText;
  readonly #at: Cursor;
  #depth = 0;

  constructor(source: SourceText) {
    this.#source = source;
    this.#at = new Cursor(source);
  }

  /** `expression`, or `SELECT expression [AS name] [FROM name]`. */
  whole(): Expr {
    if (this.#at.isAtEnd)
      throw this.#at.fail("there is no expression", "Write one, such as: age > 60 AND country = 'FR'.");
    const select = this.#at.takeWord("select");
    const found = this.#expression();
    if (select) {
      if (this.#at.takeWord("as")) this.#at.name();
      if (this.#at.takeWord("from")) this.#at.name();
    }
    this.#at.takeSign(";");
    if (!this.#at.isAtEnd) throw this.#at.unexpected("the expression ends before it");
    return found;
  }

  #expression(): Expr {
    if (++this.#depth > deepest)
      throw this.#at.fail(`the expression is nested more than ${deepest} deep`, "Write it with fewer brackets.");
    const found = this.#either("or", () => this.#either("and", () => this.#negation()));
    this.#depth--;
    return found;
  }

  #either(k: "and" | "or", part: () => Expr): Expr {
    const { at } = this.#at.peek;
    const items = [part()];
    while (this.#at.takeWord(k)) items.push(part());
    return items.length === 1 ? items[0]! : { k, items, source: this.#source, at };
  }

  #negation(): Expr {
    const { at } = this.#at.peek;
    let times = 0;
    while (this.#at.takeWord("not")) times++;
    let found = this.#comparison();
    for (; times > 0; times--) found = { k: "not", a: found, source: this.#source, at };
    return found;
  }

  #comparison(): Expr {
    let found = this.#sum();
    for (let count = 0; ; count++) {
      if (count === longest)
        throw this.#at.fail(`more than ${longest} comparisons stand in a row`, "Join them with AND.");
      const { at, kind, text } = this.#at.peek;
      const place = { source: this.#source, at };
      if (kind === "sign" && Object.hasOwn(relations, text)) {
        this.#at.skip();
        found = { ...place, k: "compare", relation: relations[text]!, a: found, b: this.#sum() };
      } else if (this.#at.takeWord("is")) found = this.#is(found, at);
      else {
        const denied =
          this.#at.isWord("not") && ["in", "between", "like", "ilike", "similar"].includes(this.#at.wordAfter());
        if (denied) this.#at.skip();
        const tested = this.#membership(found);
        if (tested === undefined) return found;
        found = denied ? { ...place, k: "not", a: tested } : tested;
      }
    }
  }

  #is(a: Expr, at: number): Expr {
    const place = { source: this.#source, at };
    const denied = this.#at.takeWord("not");
    let found: Expr;
    if (this.#at.takeWord("null")) found = { ...place, k: "isNull", a };
    else if (this.#at.takeWord("true")) found = { ...place, k: "isBool", a, value: true };
    else if (this.#at.takeWord("false")) found = { ...place, k: "isBool", a, value: false };
    else throw this.#at.unexpected("IS is followed by NULL, TRUE or FALSE");
    return denied ? { ...place, k: "not", a: found } : found;
  }

  #membership(a: Expr): Expr | undefined {
    const { at } = this.#at.peek;
    const place = { source: this.#source, at };
    if (this.#at.takeWord("between")) {
      const low = this.#sum();
      if (!this.#at.takeWord("and")) throw this.#at.unexpected("BETWEEN has two bounds with AND between them");
      const high = this.#sum();
      const items: Expr[] = [
        { ...place, k: "compare", relation: "greaterOrEqual", a, b: low },
        { ...place, k: "compare", relation: "lessOrEqual", a, b: high },
      ];
      return { ...place, k: "and", items };
    }
    if (this.#at.takeWord("in")) return { ...place, k: "in", a, items: this.#list() };
    for (const word of ["like", "ilike", "similar"])
      if (this.#at.isWord(word))
        throw this.#at.fail(`${word.toUpperCase()} is not known here`, "List the texts: column IN ('a', 'b').");
    return undefined;
  }

  #list(): readonly Expr[] {
    this.#at.sign("(");
    if (this.#at.takeSign(")")) return [];
    const items = [this.#expression()];
    while (this.#at.takeSign(",")) items.push(this.#expression());
    this.#at.sign(")");
    return items;
  }

  #sum(): Expr {
    return this.#left({ "+": "add", "-": "subtract" }, () =>
      this.#left({ "*": "multiply", "/": "divide" }, () => this.#signed()),
    );
  }

  #left(ops: Readonly<Record<string, "add" | "subtract" | "multiply" | "divide">>, part: () => Expr): Expr {
    let a = part();
    for (let count = 0; ; count++) {
      const { kind, text, at } = this.#at.peek;
      if (kind !== "sign" || !Object.hasOwn(ops, text)) return a;
      if (count === longest)
        throw this.#at.fail(`more than ${longest} operations stand in a row`, "Write the sum in parts, with brackets.");
      this.#at.skip();
      a = { k: "arithmetic", op: ops[text]!, a, b: part(), source: this.#source, at };
    }
  }

  #signed(): Expr {
    const { at } = this.#at.peek;
    const place = { source: this.#source, at };
    let negative = false;
    for (;;) {
      if (this.#at.takeSign("-")) negative = !negative;
      else if (!this.#at.takeSign("+")) break;
    }
    const a = this.#casts();
    if (!negative) return a;
    if (a.k === "number") return { ...a, value: 0 - a.value };
    return { ...place, k: "arithmetic", op: "subtract", a: { ...place, k: "number", value: 0 }, b: a };
  }

  #casts(): Expr {
    let a = this.#primary();
    for (;;) {
      const { at } = this.#at.peek;
      if (!this.#at.takeSign("::")) return a;
      a = { k: "cast", a, type: this.#type(), source: this.#source, at };
    }
  }

  #type(): RuleType {
    const { at } = this.#at.peek;
    const { text } = this.#at.name();
    const found = castTypes[text.toLowerCase()];
    if (found === undefined)
      throw ruleInvalid(
        this.#source,
        at,
        `the type ${text} is not known here`,
        "Use DOUBLE, BOOLEAN, TIMESTAMP or VARCHAR.",
      );
    if (text.toLowerCase() === "double") this.#at.takeWord("precision");
    return found;
  }

  #primary(): Expr {
    const { kind, text, at } = this.#at.peek;
    const place = { source: this.#source, at };
    if (kind === "sign" && text === "(") {
      this.#at.skip();
      const found = this.#expression();
      this.#at.sign(")");
      return found;
    }
    if (kind === "number") {
      this.#at.skip();
      const value = Number(text);
      if (!Number.isFinite(value))
        throw ruleInvalid(this.#source, at, `${text} is beyond the greatest double`, "Write a number below 1.8e308.");
      return { ...place, k: "number", value };
    }
    if (kind === "text") {
      this.#at.skip();
      return { ...place, k: "text", value: text };
    }
    if (kind === "quoted") {
      this.#at.skip();
      return { ...place, k: "column", name: text, quoted: true };
    }
    if (kind !== "word") throw this.#at.unexpected("a column, a value or a function stands here");
    return this.#named(text, at);
  }

  #named(text: string, at: number): Expr {
    const place = { source: this.#source, at };
    const lower = text.toLowerCase();
    if (lower === "true" || lower === "false") {
      this.#at.skip();
      return { ...place, k: "bool", value: lower === "true" };
    }
    if (this.#at.takeWord("null")) return { ...place, k: "null" };
    if (this.#at.takeWord("case")) return this.#case(at);
    const after = this.#at.after;
    if ((lower === "timestamp" || lower === "date") && after.kind === "text") {
      this.#at.skip(2);
      return { ...place, k: "time", us: timeOf(this.#source, after.text, after.at) };
    }
    if (after.kind === "sign" && after.text === "(") {
      this.#at.skip();
      return this.#call(lower, at);
    }
    if (reserved.has(lower)) throw this.#at.unexpected("a column, a value or a function stands here");
    this.#at.skip();
    return { ...place, k: "column", name: text, quoted: false };
  }

  #case(at: number): Expr {
    const operand = this.#at.isWord("when") ? undefined : this.#expression();
    const whens: When[] = [];
    for (;;) {
      const place = { source: this.#source, at: this.#at.peek.at };
      if (!this.#at.takeWord("when")) break;
      const test = this.#expression();
      if (!this.#at.takeWord("then")) throw this.#at.unexpected("WHEN is followed by a condition and THEN");
      const gives = this.#expression();
      whens.push({
        test: operand === undefined ? test : { ...place, k: "compare", relation: "equal", a: operand, b: test },
        gives,
      });
    }
    if (whens.length === 0) throw this.#at.unexpected("CASE has at least one WHEN");
    const otherwise: Expr = this.#at.takeWord("else") ? this.#expression() : { k: "null", source: this.#source, at };
    if (!this.#at.takeWord("end")) throw this.#at.unexpected("CASE ends with END");
    return { k: "case", whens, otherwise, source: this.#source, at };
  }

  #call(name: string, at: number): Expr {
    const place = { source: this.#source, at };
    if (name === "cast" || name === "try_cast") {
      this.#at.sign("(");
      const a = this.#expression();
      if (!this.#at.takeWord("as")) throw this.#at.unexpected("CAST says AS and a type");
      const type = this.#type();
      this.#at.sign(")");
      return { ...place, k: "cast", a, type };
    }
    if (name === "extract") {
      this.#at.sign("(");
      const part = this.#at.name();
      if (!this.#at.takeWord("from")) throw this.#at.unexpected("EXTRACT says FROM and a column");
      const a = this.#expression();
      this.#at.sign(")");
      return { ...place, k: "part", part: this.#part(part), a };
    }
    const opened = this.#at.peek;
    const args = this.#list();
    if (name === "date_part" || name === "datepart") {
      const [part, a] = args;
      if (args.length !== 2 || part!.k !== "text" || a === undefined)
        throw ruleInvalid(this.#source, at, "date_part takes a part and a column", "Write date_part('year', column).");
      return { ...place, k: "part", part: this.#part({ text: part!.value, at: part!.at }), a };
    }
    return callOf(name, args, place, opened.at);
  }

  #part({ text, at }: { readonly text: string; readonly at: number }): string {
    const found = parts[text.toLowerCase()];
    if (found !== undefined) return found;
    throw ruleInvalid(
      this.#source,
      at,
      `the date part ${text.slice(0, 80)} is not known`,
      `Use one of ${Object.keys(parts).join(", ")}.`,
    );
  }
}
