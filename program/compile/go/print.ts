import { packed } from "../javascript/packed.ts";
import type { Forest, Lowered, Num, Statement, Table, Test, Text } from "../model.ts";

/** A text as a Go literal of ASCII characters: its UTF-8 bytes, well-formed. */
export function text(value: string): string {
  let out = '"';
  for (const byte of new TextEncoder().encode(value))
    out +=
      byte === 34 || byte === 92
        ? `\\${String.fromCharCode(byte)}`
        : byte >= 32 && byte < 127
          ? String.fromCharCode(byte)
          : `\\x${byte.toString(16).padStart(2, "0")}`;
  return `${out}"`;
}

/** A double as an expression; through `f`, so that no two literals are folded beyond double precision. */
export function number(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "(-inf)";
  return Object.is(value, -0) ? "negativeZero" : `f(${value})`;
}

const longestInline = 16;
/** A line that editors and compilers take. */
const chunkLength = 60_000;

function chunks(values: Float64Array | Int32Array | Uint32Array): string {
  const whole = packed(values);
  const parts: string[] = [];
  for (let at = 0; at < whole.length; at += chunkLength) parts.push(`"${whole.slice(at, at + chunkLength)}"`);
  return parts.join(",\n\t");
}

function doubles(values: Float64Array): string {
  if (values.length > longestInline) return `doubles(${chunks(values)})`;
  return `[]float64{${[...values].map(number).join(", ")}}`;
}

export function printTable(table: Table, i: number): string {
  if (table.type === "f64") return `var t${i} = ${doubles(table.values)}`;
  return `var t${i} = levels(${table.values.map(text).join(", ")})`;
}

export function printForest(forest: Forest, i: number): string {
  const flags = Int32Array.from(forest.categorical, (flag, n) => flag | (forest.missingLeft[n]! << 1));
  const wholes = (values: Int32Array) => `wholes(${chunks(values)})`;
  const bases = doubles(Float64Array.from(forest.bases));
  return `var trees${i} = newForest(${bases}, ${wholes(forest.treeStart)}, ${wholes(forest.feature)}, ${doubles(forest.threshold)}, ${wholes(forest.left)}, ${wholes(forest.right)}, ${wholes(flags)}, ${wholes(forest.bitsetStart)}, words(${chunks(forest.bitsets)}), ${doubles(forest.leafValue)})`;
}

/** Statements over the work space `w`: `w.n` numbers, `w.s` texts, `w.v<i>` vectors. */
export function printStatements(lowered: Lowered): string[][] {
  return lowered.statements.map((statement, i) => print(statement, i, lowered));
}

function print(statement: Statement, i: number, { vectors }: Lowered): string[] {
  const v = (slot: number) => `w.v${slot}[:]`;
  switch (statement.do) {
    case "num":
      return [`w.n[${statement.slot}] = ${num(statement.value)} + 0`];
    case "text":
      return [`w.s[${statement.slot}] = ${textOf(statement.value)}`];
    case "vector":
      return [
        ...statement.values.map((value, k) => `w.v${statement.slot}[${k}] = ${num(value)}`),
        `clean(${v(statement.slot)})`,
      ];
    case "oneHot":
      return [`oneHot(${v(statement.slot)}, ${num(statement.place)})`];
    case "join": {
      let at = 0;
      const lines: string[] = [];
      for (const part of statement.parts) {
        if ("number" in part) lines.push(`w.v${statement.slot}[${at++}] = w.n[${part.number}]`);
        else {
          lines.push(`copy(w.v${statement.slot}[${at}:], ${v(part.vector)})`);
          at += vectors[part.vector]!;
        }
      }
      return [...lines, `clean(${v(statement.slot)})`];
    }
    case "each":
      return [
        `for k := range w.v${statement.slot} {`,
        `\tw.v${statement.slot}[k] = ${num(statement.value)}`,
        "}",
        `clean(${v(statement.slot)})`,
      ];
    case "dot":
      return [
        `w.n[${statement.slot}] = dot(${v(statement.input)}, t${statement.weights}, ${number(statement.bias)}) + 0`,
      ];
    case "affine":
      return [`affine(${v(statement.slot)}, ${v(statement.input)}, t${statement.weights}, t${statement.biases})`];
    case "softmax":
      return [`softmax(${v(statement.slot)}, ${v(statement.input)})`];
    case "forest": {
      const features = `[]float64{${statement.features.map((slot) => `w.n[${slot}]`).join(", ")}}`;
      if ("vector" in statement.to)
        return [`trees${i}.sums(${v(statement.to.vector)}, ${features})`, `clean(${v(statement.to.vector)})`];
      const slot = statement.to.number;
      return [`trees${i}.sums(w.n[${slot}:${slot + 1}], ${features})`, `w.n[${slot}] += 0`];
    }
  }
}

const signs = { add: "+", subtract: "-", divide: "/" } as const;

function num(value: Num): string {
  switch (value.k) {
    case "const":
      return number(value.value);
    case "num":
      return `w.n[${value.slot}]`;
    case "element":
      return `w.v${value.vector}[${value.index}]`;
    case "item":
      return `w.v${value.vector}[k]`;
    case "call":
      return `${value.name}(${value.args.map(num).join(", ")})`;
    case "if":
      return `pick(${test(value.test)}, ${num(value.yes)}, ${num(value.no)})`;
    case "at":
      return `at(t${value.table}, ${num(value.index)})`;
    case "level":
      return `level(t${value.table}, ${textOf(value.text)})`;
    case "hash":
      return `hash(${textOf(value.text)})`;
    case "count":
      return `${value.mode === "below" ? "countBelow" : "countUpTo"}(t${value.table}, ${num(value.x)})`;
    case "mod":
      return `math.Mod(${num(value.a)}, ${num(value.b)})`;
    case "multiply":
      return `float64(${num(value.a)} * ${num(value.b)})`;
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
      return `isNaN(${num(value.a)})`;
    case "noText":
      return `!${textOf(value.text)}.present`;
    case "not":
      return `!(${test(value.test)})`;
    case "and":
      return `((${test(value.a)}) && (${test(value.b)}))`;
    case "or":
      return `((${test(value.a)}) || (${test(value.b)}))`;
  }
}

function textOf(value: Text): string {
  switch (value.k) {
    case "text":
      return `w.s[${value.slot}]`;
    case "literal":
      return value.value === null ? "text{}" : `some(${text(value.value)})`;
    case "choose":
      return `pickText(${test(value.test)}, ${textOf(value.yes)}, ${textOf(value.no)})`;
  }
}
