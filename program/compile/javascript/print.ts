import type { Lowered, Num, Part, Statement, Terms, Test, Text } from "../model.ts";
import { printForest } from "./forest/print-forest.ts";
import { literalTables, number, type TablePrinter, text } from "./literals.ts";

/** Statements of a program in JavaScript: `n` numbers, `s` texts, `V` vectors, `T` tables, `F` a forest's features. */
export interface PrintedProgram {
  /** Tables, scratch space and trees: once. */
  readonly declarations: readonly string[];
  /** What reads `n…` and `s…` of the inputs and leaves the score. */
  readonly statements: readonly string[];
}

export function printProgram(lowered: Lowered, tables: TablePrinter = literalTables): PrintedProgram {
  const declarations = [
    ...lowered.tables.map((table, i) =>
      table.type === "f64"
        ? `const T${i} = ${tables.doubles(table.values)};`
        : `const T${i} = new Map(${text(table.values)}.map((level, i) => [level, i]));`,
    ),
    ...lowered.vectors.map((width, i) => `const V${i} = new Float64Array(${width});`),
  ];
  const statements = lowered.statements.flatMap((statement, i) => {
    if (statement.do === "terms") declarations.push(`const X${i} = termReader(${termsLiteral(statement.terms)});`);
    if (statement.do !== "forest") return print(statement, lowered, i);
    for (const line of printForest(statement.forest, statement.features.length, i, tables)) declarations.push(line);
    const fill = statement.features.map((slot, k) => `F${i}[${k}] = n${slot};`);
    const { to } = statement;
    return [
      ...fill,
      "number" in to ? `const n${to.number} = forest${i}(F${i}, 0) + 0;` : `forest${i}(F${i}, 0, V${to.vector});`,
    ];
  });
  return { declarations, statements };
}

function print(statement: Exclude<Statement, { do: "forest" }>, lowered: Lowered, i: number): string[] {
  switch (statement.do) {
    case "num":
      return [`const n${statement.slot} = ${num(statement.value)} + 0;`];
    case "text":
      return [`const s${statement.slot} = ${textOf(statement.value)};`];
    case "vector":
      return [
        ...statement.values.map((value, k) => `V${statement.slot}[${k}] = ${num(value)};`),
        `clean(V${statement.slot});`,
      ];
    case "oneHot": {
      const { slot } = statement;
      const place = `const p${slot} = ${num(statement.place)};`;
      return [`V${slot}.fill(0);`, place, `if (p${slot} >= 0) V${slot}[p${slot}] = 1;`];
    }
    case "join": {
      let at = 0;
      const lines: string[] = [];
      const missing: string[] = [];
      for (const part of statement.parts) {
        const first = "number" in part ? `n${part.number}` : `V${part.vector}[0]`;
        missing.push(`${first} !== ${first}`);
        lines.push(
          "number" in part
            ? `V${statement.slot}[${at}] = ${first};`
            : `V${statement.slot}.set(V${part.vector}, ${at});`,
        );
        at += "number" in part ? 1 : lowered.vectors[part.vector]!;
      }
      return [...lines, `if (${missing.join(" || ")}) V${statement.slot}[0] = NaN;`];
    }
    case "each": {
      const { slot } = statement;
      return [
        `for (let k = 0; k < ${lowered.vectors[slot]}; k++) V${slot}[k] = ${num(statement.value)};`,
        `clean(V${slot});`,
      ];
    }
    case "dot":
      return [
        `const n${statement.slot} = dot(V${statement.input}, T${statement.weights}, ${number(statement.bias)}) + 0;`,
      ];
    case "affine":
      return [`affine(V${statement.slot}, V${statement.input}, T${statement.weights}, T${statement.biases});`];
    case "terms": {
      const { to, linear } = statement;
      const found = `X${i}(s${statement.text})`;
      if (linear === undefined) return [`spreadTerms(${found}, V${slotOf(to)});`, `clean(V${slotOf(to)});`];
      const tables = `T${linear.weights}, T${linear.biases}`;
      if ("number" in to)
        return [`const n${to.number} = dotTerms(${found}, T${linear.weights}, T${linear.biases}[0]) + 0;`];
      return [`affineTerms(V${to.vector}, ${found}, ${tables}, ${statement.terms.width});`];
    }
    case "cross":
      return [
        `const s${statement.slot} = crossText(${text(statement.separator)}, [${statement.parts.map((part) => `s${part}`).join(", ")}]);`,
      ];
    case "softmax":
      return [`softmax(V${statement.slot}, V${statement.input});`];
  }
}

const slotOf = (to: Part) => ("number" in to ? to.number : to.vector);

function termsLiteral({ unit, low, high, least, most, count, norm, buckets, ...tables }: Terms): string {
  const named = (["classes", "foldFrom", "foldTo", "levels", "idf"] as const).flatMap((name) =>
    tables[name] === undefined ? [] : [`${name}: T${tables[name]}`],
  );
  const space = buckets === undefined ? [] : [`buckets: ${buckets}`];
  const plain = `unit: "${unit}", low: ${low}, high: ${high}, least: ${least}, most: ${most}, count: "${count}", norm: ${norm}`;
  return `{ ${[plain, ...named, ...space].join(", ")} }`;
}

const signs = { add: "+", subtract: "-", multiply: "*", divide: "/", mod: "%" } as const;
const exact: Readonly<Record<string, string>> = { floor: "Math.floor", sqrt: "Math.sqrt", abs: "Math.abs" };

function num(value: Num): string {
  switch (value.k) {
    case "const":
      return number(value.value);
    case "num":
      return `n${value.slot}`;
    case "element":
      return `V${value.vector}[${value.index}]`;
    case "item":
      return `V${value.vector}[k]`;
    case "call":
      return `${exact[value.name] ?? value.name}(${value.args.map(num).join(", ")})`;
    case "if":
      return `(${test(value.test)} ? ${num(value.yes)} : ${num(value.no)})`;
    case "at":
      return `T${value.table}[${num(value.index)}]`;
    case "level":
      return `level(T${value.table}, ${textOf(value.text)})`;
    case "length":
      return `lengthOfText(${textOf(value.text)})`;
    case "hash":
      return `hashText(${textOf(value.text)})`;
    case "count":
      return `${value.mode === "below" ? "countBelow" : "countUpTo"}(T${value.table}, ${num(value.x)})`;
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
      return `${num(value.a)} === ${num(value.b)}`;
    case "missing":
      return `Number.isNaN(${num(value.a)})`;
    case "noText":
      return `${textOf(value.text)} === null`;
    case "not":
      return `!(${test(value.test)})`;
    case "and":
      return `(${test(value.a)}) && (${test(value.b)})`;
    case "or":
      return `((${test(value.a)}) || (${test(value.b)}))`;
  }
}

function textOf(value: Text): string {
  switch (value.k) {
    case "text":
      return `s${value.slot}`;
    case "literal":
      return text(value.value);
    case "choose":
      return `(${test(value.test)} ? ${textOf(value.yes)} : ${textOf(value.no)})`;
  }
}
