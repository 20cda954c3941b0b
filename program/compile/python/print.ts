import type { Lowered, Num, Part, Statement, Terms, Test, Text } from "../model.ts";
import { doubles, flags, number, text, texts, wholes } from "./literals.ts";

export interface PrintedProgram {
  /** Tables and trees, once, at the module's level. */
  readonly declarations: readonly string[];
  /** What reads `n…` and `t…` of the inputs and leaves the score. */
  readonly statements: readonly string[];
}

export function printProgram(lowered: Lowered): PrintedProgram {
  const declarations = lowered.tables.map((table, i) =>
    table.type === "f64" ? `_T${i} = ${doubles(table.values)}` : `_L${i} = _levels(${texts(table.values)})`,
  );
  const statements = lowered.statements.flatMap((statement, i) => {
    if (statement.do === "affine") {
      const width = lowered.vectors[statement.input];
      declarations.push(`_A${i} = _rows_of(_T${statement.weights}, ${width})`);
      return `v${statement.slot} = _affine(_A${i}, _T${statement.biases}, v${statement.input})`;
    }
    if (statement.do === "terms") declarations.push(`_X${i} = ${printRule(statement.terms)}`);
    if (statement.do !== "forest") return print(statement, lowered, i);
    const { forest, to } = statement;
    const parts = [
      String(statement.features.length),
      doubles(forest.bases),
      wholes(forest.treeStart),
      wholes(forest.feature),
      doubles(forest.threshold),
      wholes(forest.left),
      wholes(forest.right),
      flags(forest.missingLeft),
      flags(forest.categorical),
      wholes(forest.bitsetStart),
      wholes(forest.bitsets),
      doubles(forest.leafValue),
    ];
    declarations.push(`_F${i} = _Forest(\n${parts.map((part) => `    ${part},`).join("\n")}\n)`);
    const features = `[${statement.features.map((slot) => `n${slot}`).join(", ")}]`;
    return "number" in to
      ? `n${to.number} = _F${i}.number(${features}) + 0.0`
      : `v${to.vector} = _F${i}.vector(${features})`;
  });
  return { declarations, statements };
}

function print(statement: Exclude<Statement, { do: "forest" | "affine" }>, lowered: Lowered, i: number): string {
  switch (statement.do) {
    case "num":
      return `n${statement.slot} = ${num(statement.value)} + 0.0`;
    case "text":
      return `t${statement.slot} = ${textOf(statement.value)}`;
    case "vector":
      return `v${statement.slot} = _whole([${statement.values.map((value) => `${num(value)} + 0.0`).join(", ")}])`;
    case "oneHot":
      return `v${statement.slot} = _one_hot(${lowered.vectors[statement.slot]}, ${num(statement.place)})`;
    case "join": {
      const parts = statement.parts.map((part) => ("number" in part ? `n${part.number}` : `*v${part.vector}`));
      return `v${statement.slot} = _whole([${parts.join(", ")}])`;
    }
    case "each": {
      const items = [...itemsOf(statement.value)];
      const [first] = items;
      const each = `${num(statement.value)} + 0.0`;
      if (first === undefined) return `v${statement.slot} = _whole([${each}] * ${lowered.vectors[statement.slot]})`;
      const names = items.map((vector) => `i${vector}`).join(", ");
      const source = items.length === 1 ? `v${first}` : `zip(${items.map((vector) => `v${vector}`).join(", ")})`;
      return `v${statement.slot} = _whole([${each} for ${names} in ${source}])`;
    }
    case "dot":
      return `n${statement.slot} = _dot(_T${statement.weights}, ${number(statement.bias)}, v${statement.input}) + 0.0`;
    case "terms": {
      const { to, text: slot, terms, linear } = statement;
      if (linear === undefined) return `v${slotOf(to)} = _X${i}.vector(t${slot}, ${terms.width})`;
      const dots = `_X${i}.dots(t${slot}, _T${linear.weights}, _T${linear.biases}, ${terms.width})`;
      return "number" in to ? `n${to.number} = ${dots}[0]` : `v${to.vector} = ${dots}`;
    }
    case "cross": {
      const parts = statement.parts.map((part) => `t${part}`).join(", ");
      return `t${statement.slot} = _cross(${text(statement.separator)}, ${parts})`;
    }
    case "softmax":
      return `v${statement.slot} = _softmax(v${statement.input})`;
  }
}

const slotOf = (to: Part) => ("number" in to ? to.number : to.vector);

function printRule({ unit, low, high, least, most, count, norm, buckets, ...tables }: Terms): string {
  const table = (i: number | undefined) => (i === undefined ? "None" : `_T${i}`);
  const levels = tables.levels === undefined ? "None" : `_L${tables.levels}`;
  const parts = [
    `"${unit}", ${low}, ${high}, ${least}, ${most}`,
    ...[tables.classes, tables.foldFrom, tables.foldTo].map(table),
    `${levels}, ${buckets ?? 0}, "${count}", ${table(tables.idf)}, ${norm ? "True" : "False"}`,
  ];
  return `_Terms(${parts.join(", ")})`;
}

/** Vectors whose numbers a formula reads, in the order in which it first does. */
function itemsOf(form: Num | Test, found = new Set<number>()): Set<number> {
  if (form.k === "item") found.add(form.vector);
  for (const part of Object.values(form))
    for (const inner of Array.isArray(part) ? part : [part])
      if (typeof inner === "object" && inner !== null) itemsOf(inner as Num | Test, found);
  return found;
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
      return `i${value.vector}`;
    case "call":
      return `${value.name === "abs" ? "abs" : `_${value.name}`}(${value.args.map(num).join(", ")})`;
    case "if":
      return `(${num(value.yes)} if ${test(value.test)} else ${num(value.no)})`;
    case "at":
      return `_T${value.table}[int(${num(value.index)})]`;
    case "level":
      return `_L${value.table}.get(${textOf(value.text)}, -1.0)`;
    case "length":
      return `_length(${textOf(value.text)})`;
    case "hash":
      return `_hash(${textOf(value.text)})`;
    case "count":
      return `float(_bisect_${value.mode === "below" ? "left" : "right"}(_T${value.table}, ${num(value.x)}))`;
    case "mod":
      return `_mod(${num(value.a)}, ${num(value.b)})`;
    case "divide":
      return value.b.k === "const" && value.b.value !== 0
        ? `(${num(value.a)} / ${num(value.b)})`
        : `_divide(${num(value.a)}, ${num(value.b)})`;
    default:
      return `(${num(value.a)} ${signs[value.k]} ${num(value.b)})`;
  }
}

function test(value: Test): string {
  switch (value.k) {
    case "lt":
      return `(${num(value.a)} < ${num(value.b)})`;
    case "le":
      return `(${num(value.a)} <= ${num(value.b)})`;
    case "eq":
      return `(${num(value.a)} == ${num(value.b)})`;
    case "missing":
      return value.a.k === "num" ? `(n${value.a.slot} != n${value.a.slot})` : `_isnan(${num(value.a)})`;
    case "noText":
      return `(${textOf(value.text)} is None)`;
    case "not":
      return `(not ${test(value.test)})`;
    case "and":
    case "or":
      return `(${test(value.a)} ${value.k} ${test(value.b)})`;
  }
}

function textOf(value: Text): string {
  switch (value.k) {
    case "text":
      return `t${value.slot}`;
    case "literal":
      return text(value.value);
    case "choose":
      return `(${textOf(value.yes)} if ${test(value.test)} else ${textOf(value.no)})`;
  }
}
