import type { Forest, Lowered, Statement } from "../model.ts";
import { layOutForest } from "../printing/forest-layout.ts";
import { packed, texts } from "./literals.ts";

type ForestStatement = Extract<Statement, { do: "forest" }>;

export interface PrintedTables {
  /** Nested classes that hold the tables; a class's initialiser and constants are limited. */
  readonly classes: readonly string[];
  /** Where table i, or the forest of statement i, lies. */
  readonly table: (i: number) => string;
  readonly rule: (statement: Statement) => string;
  readonly forest: (statement: number) => string;
}

const mostPieces = 1000;

export function printTables(lowered: Lowered): PrintedTables {
  const holders: string[][] = [[]];
  const places = new Map<string, string>();
  let used = 0;
  const declare = (name: string, type: string, value: string, size: number) => {
    if (used + size > mostPieces && holders.at(-1)!.length > 0) {
      holders.push([]);
      used = 0;
    }
    used += size;
    holders.at(-1)!.push(`static final ${type} ${name} = ${value};`);
    places.set(name, `Tables${holders.length - 1}.${name}`);
  };
  lowered.tables.forEach((table, i) => {
    const pieces = table.type === "f64" ? packed(table.values) : texts(table.values);
    if (table.type === "f64") declare(`T${i}`, "double[]", `Support.doubles(${list(pieces)})`, pieces.length);
    else declare(`T${i}`, "HashMap<String, Double>", `Support.levels(${list(pieces)})`, pieces.length);
  });
  lowered.statements.forEach((statement, i) => {
    if (statement.do === "terms") declare(`R${i}`, "Support.TermRule", printRule(statement, places), 1);
    if (statement.do !== "forest") return;
    const { value, size } = printForest(statement);
    declare(`F${i}`, "Support.Forest", value, size);
  });
  return {
    classes: holders.flatMap((lines, k) =>
      lines.length === 0 ? [] : [`private static final class Tables${k} {`, ...lines.map((line) => `  ${line}`), "}"],
    ),
    table: (i) => places.get(`T${i}`)!,
    rule: (statement) => places.get(`R${lowered.statements.indexOf(statement)}`)!,
    forest: (statement) => places.get(`F${statement}`)!,
  };
}

function printRule({ terms }: Extract<Statement, { do: "terms" }>, places: ReadonlyMap<string, string>): string {
  const { unit, low, high, least, most, count, norm } = terms;
  const table = (i: number | undefined) => (i === undefined ? "null" : places.get(`T${i}`)!);
  const parts = [
    `"${unit[0]}${count[0]}", ${low}, ${high}, ${least}, ${most}`,
    ...[terms.classes, terms.foldFrom, terms.foldTo, terms.levels].map(table),
    `${terms.buckets ?? 0}L, ${table(terms.idf)}, ${norm}`,
  ];
  return `new Support.TermRule(${parts.join(", ")})`;
}

function printForest({ forest, features }: ForestStatement): { value: string; size: number } {
  let size = 0;
  const doubles = (values: ArrayLike<number>) => {
    const found = packed(Float64Array.from(values));
    size += found.length;
    return `Support.doubles(${list(found)})`;
  };
  const ints = (values: ArrayLike<number>) => {
    const found = packed(Int32Array.from(values));
    size += found.length;
    return `Support.ints(${list(found)})`;
  };
  const layout = layOutForest(forest, features);
  if (layout === undefined) {
    const parts = [
      doubles(forest.bases),
      ints(forest.treeStart),
      ints(features),
      ints(forest.feature),
      doubles(forest.threshold),
      ints(forest.left),
      ints(forest.right),
      ints(flags(forest)),
      ints(forest.bitsetStart),
      ints(forest.bitsets),
      doubles(forest.leafValue),
    ];
    return { value: `new Support.MixedForest(${parts.join(", ")})`, size };
  }
  const { columns, lowest, roots, value, feature, next } = layout;
  const order = [...columns.keys()].sort((a, b) => Number(columns[a]!.low) - Number(columns[b]!.low) || a - b);
  const places = new Int32Array(columns.length + 1);
  order.forEach((column, place) => {
    places[column] = place;
  });
  places[lowest] = columns.length;
  const parts = [
    doubles(forest.bases),
    ints(roots),
    ints(order.map((column) => columns[column]!.slot)),
    String(columns.filter(({ low }) => !low).length),
    doubles(value),
    ints(feature.map((column) => places[column]!)),
    ints(next),
  ];
  return { value: `new Support.PlainForest(${parts.join(", ")})`, size };
}

const flags = ({ categorical, missingLeft }: Forest) =>
  Int32Array.from(categorical, (flag, n) => flag | (missingLeft[n]! << 1));

const list = (pieces: readonly string[]) => (pieces.length === 1 ? pieces[0]! : `\n      ${pieces.join(",\n      ")}`);
