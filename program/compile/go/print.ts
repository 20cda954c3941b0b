import type { Num, Test, Text } from "../model.ts";
import { fold } from "../printing/fold.ts";
import type { Slot } from "../printing/slots.ts";
import type { PlainStatement } from "../printing/units.ts";
import { double, quoted } from "./literals.ts";
import type { TableNames } from "./print-tables.ts";

/**
 * Prints the statements of one function. Go has no conditional expression: a choice becomes a variable `q…` that is set
 * before the statement which needs it.
 */
export class Printer {
  readonly #name: (slot: Slot) => string;
  readonly #widths: readonly number[];
  readonly #tables: readonly TableNames[];
  #lines: string[] = [];
  #choices = 0;

  readonly #rule: (statement: PlainStatement) => number;

  constructor(
    name: (slot: Slot) => string,
    widths: readonly number[],
    tables: readonly TableNames[],
    rule: (statement: PlainStatement) => number,
  ) {
    this.#rule = rule;
    this.#name = name;
    this.#widths = widths;
    this.#tables = tables;
  }

  statement(statement: PlainStatement): string[] {
    this.#lines = [];
    this.#print(statement);
    return this.#lines;
  }

  #print(statement: PlainStatement): void {
    const lines = this.#lines;
    const target = (slot: number) => this.#name(`v${slot}`);
    switch (statement.do) {
      case "num":
        lines.push(`${this.#name(`n${statement.slot}`)} = ${this.#num(statement.value)} + 0`);
        return;
      case "text":
        lines.push(`${this.#name(`s${statement.slot}`)} = ${this.#text(statement.value)}`);
        return;
      case "vector":
        statement.values.forEach((value, k) => {
          lines.push(`${target(statement.slot)}[${k}] = ${this.#num(value)}`);
        });
        lines.push(`clean(${target(statement.slot)}[:])`);
        return;
      case "oneHot": {
        const v = target(statement.slot);
        const place = this.#num(statement.place);
        lines.push(`${v} = [${this.#widths[statement.slot]}]float64{}`);
        lines.push(`if at := ${place}; at >= 0 {`, `${v}[int(at)] = 1`, "}");
        return;
      }
      case "join": {
        const v = target(statement.slot);
        let at = 0;
        for (const part of statement.parts) {
          if ("number" in part) lines.push(`${v}[${at++}] = ${this.#name(`n${part.number}`)}`);
          else {
            lines.push(`copy(${v}[${at}:], ${target(part.vector)}[:])`);
            at += this.#widths[part.vector]!;
          }
        }
        lines.push(`clean(${v}[:])`);
        return;
      }
      case "each": {
        const v = target(statement.slot);
        lines.push(`for k := range ${v} {`);
        lines.push(`${v}[k] = ${this.#num(statement.value)}`, "}", `clean(${v}[:])`);
        return;
      }
      case "dot": {
        const { slot, input, weights, bias } = statement;
        const from = `${target(input)}[:], ${this.#tables[weights]!.values}`;
        lines.push(`${this.#name(`n${slot}`)} = dot(${from}, ${double(bias)}) + 0`);
        return;
      }
      case "affine": {
        const { slot, input, weights, biases } = statement;
        const from = `${target(input)}[:], ${this.#tables[weights]!.values}, ${this.#tables[biases]!.values}`;
        lines.push(`affine(${target(slot)}[:], ${from})`);
        return;
      }
      case "terms": {
        const { to, text, terms, linear } = statement;
        const found = `rule${this.#rule(statement)}.find(${this.#name(`s${text}`)})`;
        if (linear === undefined) lines.push(`${found}.spread(${target((to as { vector: number }).vector)}[:])`);
        else {
          const [weights, biases] = [this.#tables[linear.weights]!.values, this.#tables[linear.biases]!.values];
          lines.push(
            "number" in to
              ? `${this.#name(`n${to.number}`)} = ${found}.dot(${weights}, ${biases}[0]) + 0`
              : `${found}.affine(${target(to.vector)}[:], ${weights}, ${biases}, ${terms.width})`,
          );
        }
        return;
      }
      case "cross": {
        const parts = statement.parts.map((part) => this.#name(`s${part}`)).join(", ");
        lines.push(`${this.#name(`s${statement.slot}`)} = cross(${quoted(statement.separator)}, ${parts})`);
        return;
      }
      case "softmax":
        lines.push(`softmax(${target(statement.slot)}[:], ${target(statement.input)}[:])`);
    }
  }

  #choose(type: string, condition: string, yes: () => string, no: () => string): string {
    const chosen = `q${this.#choices++}`;
    this.#lines.push(`var ${chosen} ${type}`, `if ${condition} {`);
    this.#lines.push(`${chosen} = ${yes()}`, "} else {");
    this.#lines.push(`${chosen} = ${no()}`, "}");
    return chosen;
  }

  #num(form: Num): string {
    const value = fold(form);
    const of = (part: Num) => this.#num(part);
    switch (value.k) {
      case "const":
        return double(value.value);
      case "num":
        return this.#name(`n${value.slot}`);
      case "element":
        return `${this.#name(`v${value.vector}`)}[${value.index}]`;
      case "item":
        return `${this.#name(`v${value.vector}`)}[k]`;
      case "call":
        return `${functions[value.name] ?? value.name}(${value.args.map(of).join(", ")})`;
      case "if":
        return this.#choose(
          "float64",
          this.#test(value.test),
          () => of(value.yes),
          () => of(value.no),
        );
      case "at":
        return `${this.#tables[value.table]!.values}[int(${of(value.index)})]`;
      case "level":
        return `level(${this.#text(value.text)}, ${this.#tables[value.table]!.levels})`;
      case "length":
        return `lengthOf(${this.#text(value.text)})`;
      case "hash":
        return `hashText(${this.#text(value.text)})`;
      case "count":
        return `count${value.mode === "below" ? "Below" : "UpTo"}(${this.#tables[value.table]!.values}, ${of(value.x)})`;
      case "mod":
        return `math.Mod(${of(value.a)}, ${of(value.b)})`;
      case "multiply":
        return `float64(${of(value.a)} * ${of(value.b)})`;
      default:
        return `(${of(value.a)} ${signs[value.k]} ${of(value.b)})`;
    }
  }

  #test(value: Test): string {
    switch (value.k) {
      case "lt":
        return `${this.#num(value.a)} < ${this.#num(value.b)}`;
      case "le":
        return `${this.#num(value.a)} <= ${this.#num(value.b)}`;
      case "eq":
        return `${this.#num(value.a)} == ${this.#num(value.b)}`;
      case "missing":
        return `missing(${this.#num(value.a)})`;
      case "noText":
        return `${this.#text(value.text)} == ""`;
      case "not":
        return `!(${this.#test(value.test)})`;
      default:
        return this.#both(value);
    }
  }

  /** The second test is made only where the first leaves it open, also where it needs lines of its own. */
  #both({ k, a, b }: Extract<Test, { k: "and" | "or" }>): string {
    const first = this.#test(a);
    const before = this.#lines;
    this.#lines = [];
    const second = this.#test(b);
    const extra = this.#lines;
    this.#lines = before;
    if (extra.length === 0) return `((${first}) ${k === "and" ? "&&" : "||"} (${second}))`;
    const chosen = `q${this.#choices++}`;
    this.#lines.push(`${chosen} := ${first}`, `if ${k === "and" ? "" : "!"}${chosen} {`, ...extra);
    this.#lines.push(`${chosen} = ${second}`, "}");
    return chosen;
  }

  #text(value: Text): string {
    switch (value.k) {
      case "text":
        return this.#name(`s${value.slot}`);
      case "literal":
        return quoted(value.value ?? "");
      case "choose":
        return this.#choose(
          "string",
          this.#test(value.test),
          () => this.#text(value.yes),
          () => this.#text(value.no),
        );
    }
  }
}

const signs = { add: "+", subtract: "-", divide: "/" } as const;
const functions: Readonly<Record<string, string>> = { floor: "math.Floor", sqrt: "math.Sqrt", abs: "math.Abs" };
