import { packed } from "../javascript/packed.ts";
import type { Forest, Lowered, Num, Statement, Table, Test, Text } from "../model.ts";

/** A text as a Python literal of ASCII characters that ends no string, comment or line. */
export function text(value: string): string {
  let out = '"';
  for (const char of value.toWellFormed()) {
    const code = char.codePointAt(0)!;
    if (char === '"' || char === "\\") out += `\\${char}`;
    else if (code >= 32 && code < 127) out += char;
    else if (code < 256) out += `\\x${code.toString(16).padStart(2, "0")}`;
    else if (code < 65536) out += `\\u${code.toString(16).padStart(4, "0")}`;
    else out += `\\U${code.toString(16).padStart(8, "0")}`;
  }
  return `${out}"`;
}

/** A double as a literal that reads back to it; never an `int`. */
export function number(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "(-inf)";
  if (Object.is(value, -0)) return "(-0.0)";
  const plain = String(Math.abs(value));
  const literal = /[.e]/.test(plain) ? plain : `${plain}.0`;
  return value < 0 ? `(-${literal})` : literal;
}

const longestInline = 16;

export function printTable(table: Table, i: number): string {
  if (table.type === "levels")
    return `_T${i} = {level: i for i, level in enumerate([${table.values.map(text).join(", ")}])}`;
  return `_T${i} = ${doubles(table.values)}`;
}

function doubles(values: Float64Array): string {
  if (values.length > longestInline) return `_doubles("${packed(values)}")`;
  return `[${[...values].map(number).join(", ")}]`;
}

export function printForest(forest: Forest, i: number): string {
  const whole = (values: Int32Array) => `_wholes("${packed(values)}")`;
  const flags = Int32Array.from(forest.categorical, (flag, n) => flag | (forest.missingLeft[n]! << 1));
  return `_F${i} = _Forest([${forest.bases.map(number).join(", ")}], ${whole(forest.treeStart)}, ${whole(forest.feature)}, ${doubles(forest.threshold)}, ${whole(forest.left)}, ${whole(forest.right)}, ${whole(flags)}, ${whole(forest.bitsetStart)}, _words("${packed(forest.bitsets)}"), ${doubles(forest.leafValue)})`;
}

/** Statements in order: `n` numbers, `s` texts, `v` vectors (lists), `_T` tables, `_F` forests. */
export function printStatements(lowered: Lowered): string[] {
  return lowered.statements.flatMap((statement, i) => print(statement, i, lowered));
}

function print(statement: Statement, i: number, { vectors }: Lowered): string[] {
  switch (statement.do) {
    case "num":
      return [`n${statement.slot} = ${num(statement.value)} + 0.0`];
    case "text":
      return [`s${statement.slot} = ${textOf(statement.value)}`];
    case "vector":
      return [`v${statement.slot} = _clean([${statement.values.map(num).join(", ")}])`];
    case "oneHot":
      return [`v${statement.slot} = _one_hot(${vectors[statement.slot]}, ${num(statement.place)})`];
    case "join": {
      const parts = statement.parts.map((part) => ("number" in part ? `[n${part.number}]` : `v${part.vector}`));
      return [`v${statement.slot} = _clean(${parts.length === 1 ? `list(${parts[0]})` : parts.join(" + ")})`];
    }
    case "each":
      return [`v${statement.slot} = _clean([${num(statement.value)} for k in range(${vectors[statement.slot]})])`];
    case "dot":
      return [
        `n${statement.slot} = _dot(v${statement.input}, _T${statement.weights}, ${number(statement.bias)}) + 0.0`,
      ];
    case "affine":
      return [`v${statement.slot} = _affine(v${statement.input}, _T${statement.weights}, _T${statement.biases})`];
    case "softmax":
      return [`v${statement.slot} = _softmax(v${statement.input})`];
    case "forest": {
      const sums = `_F${i}.sums([${statement.features.map((slot) => `n${slot}`).join(", ")}])`;
      if ("number" in statement.to) return [`n${statement.to.number} = ${sums}[0] + 0.0`];
      return [`v${statement.to.vector} = _clean(${sums})`];
    }
  }
}

const signs = { add: "+", subtract: "-", multiply: "*" } as const;

function num(value: Num): string {
  switch (value.k) {
    case "const":
      return number(value.value);
    case "num":
      return `n${value.slot}`;
    case "element":
      return `v${value.vector}[${value.index}]`;
    case "item":
      return `v${value.vector}[k]`;
    case "call":
      return `${value.name === "abs" || value.name === "sqrt" ? value.name : `_${value.name}`}(${value.args.map(num).join(", ")})`;
    case "if":
      return `(${num(value.yes)} if ${test(value.test)} else ${num(value.no)})`;
    case "at":
      return `_T${value.table}[int(${num(value.index)})]`;
    case "level":
      return `_level(_T${value.table}, ${textOf(value.text)})`;
    case "hash":
      return `_hash(${textOf(value.text)})`;
    case "count":
      return `float(${value.mode === "below" ? "bisect_left" : "bisect_right"}(_T${value.table}, ${num(value.x)}))`;
    case "divide":
      return `_div(${num(value.a)}, ${num(value.b)})`;
    case "mod":
      return `_mod(${num(value.a)}, ${num(value.b)})`;
    default:
      return `(${num(value.a)} ${signs[value.k]} ${num(value.b)})`;
  }
}

function test(value: Test): string {
  switch (value.k) {
    case "lt":
      return `${num(value.a)} < ${num(value.b)}`;
    case "le":
      return `${num(value.a)} <= ${num(value.b)}`;
    case "eq":
      return `${num(value.a)} == ${num(value.b)}`;
    case "missing":
      return `isnan(${num(value.a)})`;
    case "noText":
      return `${textOf(value.text)} is None`;
    case "not":
      return `not (${test(value.test)})`;
    case "and":
      return `((${test(value.a)}) and (${test(value.b)}))`;
    case "or":
      return `((${test(value.a)}) or (${test(value.b)}))`;
  }
}

function textOf(value: Text): string {
  switch (value.k) {
    case "text":
      return `s${value.slot}`;
    case "literal":
      return value.value === null ? "None" : text(value.value);
    case "choose":
      return `(${textOf(value.yes)} if ${test(value.test)} else ${textOf(value.no)})`;
  }
}
