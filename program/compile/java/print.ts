import type { Lowered, Num, Statement, Test, Text } from "../model.ts";
import { number, text } from "./literals.ts";
import { type PrintedTables, printTables } from "./print-tables.ts";

export interface PrintedProgram {
  /** Nested classes of tables and of statements. */
  readonly classes: readonly string[];
  /** Calls that run all statements on `n` (numbers), `t` (texts), `v` (vectors), `x` (rows of forests), `e`. */
  readonly calls: readonly string[];
  /** How many forests there are. */
  readonly forests: number;
  /** Where a table lies. */
  readonly table: (i: number) => string;
}

/** HotSpot compiles no method of more than 8000 bytes of code; a character stands for at most about one. */
const longestMethod = 4000;
const longestClass = 120_000;

export function printProgram(lowered: Lowered): PrintedProgram {
  const tables = printTables(lowered);
  const parts: string[][][] = [[[]]];
  let inMethod = 0;
  let inClass = 0;
  let row = 0;
  lowered.statements.forEach((statement, i) => {
    const lines =
      statement.do === "forest" ? [printForest(statement, tables.forest(i), row++)] : print(statement, lowered, tables);
    for (const line of lines) {
      if (inClass + line.length > longestClass) {
        parts.push([[]]);
        inClass = 0;
        inMethod = 0;
      }
      const part = parts.at(-1)!;
      if (inMethod + line.length > longestMethod && part.at(-1)!.length > 0) {
        part.push([]);
        inMethod = 0;
      }
      part.at(-1)!.push(line);
      inMethod += line.length;
      inClass += line.length;
    }
  });
  const classes = parts.flatMap((methods, k) => [
    `private static final class Part${k} {`,
    ...methods.flatMap((lines, m) => [
      `  static void run${m}(double[] n, String[] t, double[][] v, double[][] x, Support.Elementary e) {`,
      ...lines.map((line) => `    ${line}`),
      "  }",
    ]),
    "}",
  ]);
  const calls = parts.flatMap((methods, k) => [
    `  private static void part${k}(double[] n, String[] t, double[][] v, double[][] x, Support.Elementary e) {`,
    ...methods.map((_, m) => `    Part${k}.run${m}(n, t, v, x, e);`),
    "  }",
  ]);
  return {
    classes: [...tables.classes, ...classes],
    calls,
    forests: row,
    table: tables.table,
  };
}

function printForest({ to }: Extract<Statement, { do: "forest" }>, forest: string, row: number): string {
  if ("number" in to) return `n[${to.number}] = ${forest}.number(n, x, ${row});`;
  return `${forest}.vector(n, x, ${row}, v[${to.vector}]);`;
}

/** Lines that may stand in methods of their own. */
function print(
  statement: Exclude<Statement, { do: "forest" }>,
  lowered: Lowered,
  tables: PrintedTables,
): readonly string[] {
  const num = (value: Num) => printNumber(value, tables);
  const textOf = (value: Text) => printText(value, tables);
  switch (statement.do) {
    case "num":
      return [`n[${statement.slot}] = ${num(statement.value)} + 0.0;`];
    case "text":
      return [`t[${statement.slot}] = ${textOf(statement.value)};`];
    case "vector":
      return [
        ...statement.values.map((value, k) => `v[${statement.slot}][${k}] = ${num(value)};`),
        `Support.clean(v[${statement.slot}]);`,
      ];
    case "oneHot":
      return [`Support.oneHot(v[${statement.slot}], ${num(statement.place)});`];
    case "join": {
      const lines: string[] = [];
      let at = 0;
      for (const part of statement.parts) {
        if ("number" in part) lines.push(`v[${statement.slot}][${at++}] = n[${part.number}];`);
        else {
          const width = lowered.vectors[part.vector]!;
          lines.push(`System.arraycopy(v[${part.vector}], 0, v[${statement.slot}], ${at}, ${width});`);
          at += width;
        }
      }
      return [...lines, `Support.clean(v[${statement.slot}]);`];
    }
    case "each":
      return [
        `for (int k = 0; k < ${lowered.vectors[statement.slot]}; k++) v[${statement.slot}][k] = ${num(statement.value)};`,
        `Support.clean(v[${statement.slot}]);`,
      ];
    case "dot":
      return [
        `n[${statement.slot}] = Support.dot(v[${statement.input}], ${tables.table(statement.weights)}, 0, ${number(statement.bias)}) + 0.0;`,
      ];
    case "affine":
      return [
        `Support.affine(v[${statement.slot}], v[${statement.input}], ${tables.table(statement.weights)}, ${tables.table(statement.biases)});`,
      ];
    case "terms": {
      const { to, text: slot, terms, linear } = statement;
      const found = `${tables.rule(statement)}.find(t[${slot}], e)`;
      if (linear === undefined) return [`${found}.spread(v[${(to as { vector: number }).vector}]);`];
      const [weights, biases] = [tables.table(linear.weights), tables.table(linear.biases)];
      if ("number" in to) return [`n[${to.number}] = ${found}.dot(${weights}, 0, ${biases}[0]) + 0.0;`];
      return [`${found}.affine(v[${to.vector}], ${weights}, ${biases}, ${terms.width});`];
    }
    case "cross":
      return [
        `t[${statement.slot}] = Support.cross(${text(statement.separator)}, ${statement.parts.map((part) => `t[${part}]`).join(", ")});`,
      ];
    case "softmax":
      return [`Support.softmax(v[${statement.slot}], v[${statement.input}], e);`];
  }
}

const signs = { add: "+", subtract: "-", multiply: "*", divide: "/", mod: "%" } as const;
const exact: Readonly<Record<string, string>> = { floor: "Math.floor", sqrt: "Math.sqrt", abs: "Math.abs" };

function printNumber(value: Num, tables: PrintedTables): string {
  const num = (inner: Num) => printNumber(inner, tables);
  switch (value.k) {
    case "const":
      return number(value.value);
    case "num":
      return `n[${value.slot}]`;
    case "element":
      return `v[${value.vector}][${value.index}]`;
    case "item":
      return `v[${value.vector}][k]`;
    case "call":
      return `${exact[value.name] ?? `e.${value.name}`}(${value.args.map(num).join(", ")})`;
    case "if":
      return `(${printTest(value.test, tables)} ? ${num(value.yes)} : ${num(value.no)})`;
    case "at":
      return `${tables.table(value.table)}[(int) (${num(value.index)})]`;
    case "level":
      return `Support.level(${tables.table(value.table)}, ${printText(value.text, tables)})`;
    case "length":
      return `Support.length(${printText(value.text, tables)})`;
    case "hash":
      return `Support.hash(${printText(value.text, tables)})`;
    case "count":
      return `Support.${value.mode === "below" ? "countBelow" : "countUpTo"}(${tables.table(value.table)}, ${num(value.x)})`;
    default:
      return `(${num(value.a)} ${signs[value.k]} ${num(value.b)})`;
  }
}

function printTest(value: Test, tables: PrintedTables): string {
  const num = (inner: Num) => printNumber(inner, tables);
  switch (value.k) {
    case "lt":
      return `(${num(value.a)} < ${num(value.b)})`;
    case "le":
      return `(${num(value.a)} <= ${num(value.b)})`;
    case "eq":
      return `(${num(value.a)} == ${num(value.b)})`;
    case "missing":
      return `Double.isNaN(${num(value.a)})`;
    case "noText":
      return `(${printText(value.text, tables)} == null)`;
    case "not":
      return `!${printTest(value.test, tables)}`;
    case "and":
      return `(${printTest(value.a, tables)} && ${printTest(value.b, tables)})`;
    case "or":
      return `(${printTest(value.a, tables)} || ${printTest(value.b, tables)})`;
  }
}

function printText(value: Text, tables: PrintedTables): string {
  switch (value.k) {
    case "text":
      return `t[${value.slot}]`;
    case "literal":
      return text(value.value);
    case "choose":
      return `(${printTest(value.test, tables)} ? ${printText(value.yes, tables)} : ${printText(value.no, tables)})`;
  }
}
