import type { Num, Test, Text } from "../model.ts";
import type { Slot } from "../printing/slots.ts";
import type { PlainStatement } from "../printing/units.ts";
import { double, sized } from "./literals.ts";
import type { TableNames } from "./print-tables.ts";
import { type TermsStatement, termSpace } from "./print-terms.ts";

export interface PrintContext {
  /** How a slot is named in this function. */
  readonly name: (slot: Slot) => string;
  readonly widths: readonly number[];
  readonly tables: readonly TableNames[];
  /** Parts of the runtime that the code needs; the printer adds to it. */
  readonly needs: Set<string>;
  /** Place of the rule of a statement's terms, and the storage of the space that reading them takes. */
  readonly rule: (statement: TermsStatement) => number;
  readonly storage: "" | "static ";
}

/** Lines of one statement. */
export function printStatement(statement: PlainStatement, context: PrintContext): string[] {
  const { name, widths, tables, needs } = context;
  const target = (slot: number) => name(`v${slot}`);
  switch (statement.do) {
    case "num":
      return [`${name(`n${statement.slot}`)} = ${num(statement.value, context)} + 0.0;`];
    case "text":
      return [`${name(`s${statement.slot}`)} = ${text(statement.value, context)};`];
    case "vector":
      needs.add("clean");
      return [
        ...statement.values.map((value, k) => `${target(statement.slot)}[${k}] = ${num(value, context)};`),
        `mr_clean(${target(statement.slot)}, ${widths[statement.slot]});`,
      ];
    case "oneHot": {
      const v = target(statement.slot);
      return [
        `memset(${v}, 0, ${widths[statement.slot]} * sizeof(double));`,
        `at = ${num(statement.place, context)};`,
        `if (at >= 0.0) ${v}[(size_t)at] = 1.0;`,
      ];
    }
    case "join": {
      const v = target(statement.slot);
      const lines: string[] = [];
      let at = 0;
      for (const part of statement.parts) {
        if ("number" in part) lines.push(`${v}[${at++}] = ${name(`n${part.number}`)};`);
        else {
          const width = widths[part.vector]!;
          lines.push(`memcpy(${v} + ${at}, ${target(part.vector)}, ${width} * sizeof(double));`);
          at += width;
        }
      }
      needs.add("clean");
      return [...lines, `mr_clean(${v}, ${at});`];
    }
    case "each": {
      const v = target(statement.slot);
      const width = widths[statement.slot];
      needs.add("clean");
      return [
        `for (k = 0; k < ${width}; k++) ${v}[k] = ${num(statement.value, context)};`,
        `mr_clean(${v}, ${width});`,
      ];
    }
    case "dot": {
      needs.add("dot");
      const { input, weights, bias } = statement;
      const call = `mr_dot(${target(input)}, ${tables[weights]!.values}, ${widths[input]}, ${double(bias)})`;
      return [`${name(`n${statement.slot}`)} = ${call} + 0.0;`];
    }
    case "affine": {
      needs.add("affine");
      const { slot, input, weights, biases } = statement;
      const from = `${target(input)}, ${widths[input]}, ${tables[weights]!.values}, ${tables[biases]!.values}`;
      return [`mr_affine(${target(slot)}, ${widths[slot]}, ${from});`];
    }
    case "terms":
      return printTerms(statement, context);
    case "cross": {
      needs.add("cross");
      const { slot, parts, separator } = statement;
      const texts = parts.map((part) => name(`s${part}`)).join(", ");
      return [
        `${name(`s${slot}`)} = mr_cross(s->b${slot}, mr_literal(${sized(separator)}), ${parts.length}, (const mr_text[]){${texts}});`,
      ];
    }
    case "softmax":
      needs.add("softmax");
      return [`mr_softmax(${target(statement.slot)}, ${target(statement.input)}, ${widths[statement.slot]});`];
  }
}

function printTerms(statement: TermsStatement, { name, widths, tables, needs, rule, storage }: PrintContext): string[] {
  const { to, text: slot, terms, linear } = statement;
  needs.add("terms");
  const named = `&rule${rule(statement)}`;
  const { bytes, found } = termSpace(terms);
  const lines = [
    `${storage}char buffer[${bytes}];`,
    `${storage}uint32_t found[${found}];`,
    `const size_t count = mr_find_terms(${named}, ${name(`s${slot}`)}, buffer, found);`,
  ];
  if (linear === undefined) {
    const v = name(`v${(to as { vector: number }).vector}`);
    needs.add("clean");
    lines.push(`mr_spread_terms(${named}, found, count, ${v}, ${terms.width});`, `mr_clean(${v}, ${terms.width});`);
  } else {
    const dot = (from: string, j: string) =>
      `mr_dot_terms(${named}, found, count, ${tables[linear.weights]!.values}${from}, ${tables[linear.biases]!.values}[${j}])`;
    if ("number" in to) lines.push(`${name(`n${to.number}`)} = ${dot("", "0")} + 0.0;`);
    else {
      const v = name(`v${to.vector}`);
      const width = widths[to.vector];
      needs.add("clean");
      lines.push(`size_t j;`, `for (j = 0; j < ${width}; j++) ${v}[j] = ${dot(` + j * ${terms.width}`, "j")};`);
      lines.push(`mr_clean(${v}, ${width});`);
    }
  }
  return ["{", ...lines.map((line) => `  ${line}`), "}"];
}

const signs = { add: "+", subtract: "-", multiply: "*", divide: "/" } as const;
const exact: Readonly<Record<string, string>> = { floor: "floor", sqrt: "sqrt", abs: "fabs" };

function num(value: Num, context: PrintContext): string {
  const of = (part: Num) => num(part, context);
  const { needs, tables, name } = context;
  switch (value.k) {
    case "const":
      return double(value.value);
    case "num":
      return name(`n${value.slot}`);
    case "element":
      return `${name(`v${value.vector}`)}[${value.index}]`;
    case "item":
      return `${name(`v${value.vector}`)}[k]`;
    case "call": {
      const own = exact[value.name] === undefined;
      if (own) needs.add(value.name);
      return `${own ? `mr_${value.name}` : exact[value.name]}(${value.args.map(of).join(", ")})`;
    }
    case "if":
      return `(${test(value.test, context)} ? ${of(value.yes)} : ${of(value.no)})`;
    case "at":
      return `${tables[value.table]!.values}[(size_t)${of(value.index)}]`;
    case "level":
      needs.add("level");
      return `mr_level(${text(value.text, context)}, ${tables[value.table]!.levels})`;
    case "length":
      needs.add("length");
      return `mr_length(${text(value.text, context)})`;
    case "hash":
      needs.add("hash");
      return `mr_hash(${text(value.text, context)})`;
    case "count": {
      const below = value.mode === "below";
      needs.add(below ? "count-below" : "count-up-to");
      const { values, length } = tables[value.table]!;
      return `mr_count_${below ? "below" : "up_to"}(${values}, ${length}, ${of(value.x)})`;
    }
    case "mod":
      return `fmod(${of(value.a)}, ${of(value.b)})`;
    default:
      return `(${of(value.a)} ${signs[value.k]} ${of(value.b)})`;
  }
}

function test(value: Test, context: PrintContext): string {
  const { needs } = context;
  switch (value.k) {
    case "lt":
      return `${num(value.a, context)} < ${num(value.b, context)}`;
    case "le":
      return `${num(value.a, context)} <= ${num(value.b, context)}`;
    case "eq":
      return `${num(value.a, context)} == ${num(value.b, context)}`;
    case "missing":
      return `mr_missing(${num(value.a, context)})`;
    case "noText":
      return `${text(value.text, context)}.length == 0`;
    case "not":
      return `!(${test(value.test, context)})`;
    case "and":
      return `((${test(value.a, context)}) && (${test(value.b, context)}))`;
    case "or":
      needs.add("base");
      return `((${test(value.a, context)}) || (${test(value.b, context)}))`;
  }
}

function text(value: Text, context: PrintContext): string {
  switch (value.k) {
    case "text":
      return context.name(`s${value.slot}`);
    case "literal":
      context.needs.add("text");
      return value.value === null ? "mr_literal(NULL, 0)" : `mr_literal(${sized(value.value)})`;
    case "choose":
      return `(${test(value.test, context)} ? ${text(value.yes, context)} : ${text(value.no, context)})`;
  }
}
