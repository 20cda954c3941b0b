import type { Forest, Statement, Table } from "../model.ts";
import type { ForestLayout } from "../printing/forest-layout.ts";
import { fewLevels, levelIndex } from "../printing/level-index.ts";
import { inLines } from "../printing/names.ts";
import { double, entry, quoted } from "./literals.ts";

/** How a table is named where it is used. */
export interface TableNames {
  /** Doubles: a slice. */
  readonly values: string;
  /** Levels: the arguments of `level` behind the text. */
  readonly levels: string;
}

export function printTables(tables: readonly Table[]): { readonly names: TableNames[]; readonly lines: string[] } {
  const lines: string[] = [];
  const names = tables.map((table, id): TableNames => {
    if (table.type === "f64") {
      for (const line of list("[]float64", `t${id}`, map(table.values, entry))) lines.push(line);
      return { values: `t${id}`, levels: "" };
    }
    for (const line of list("[]string", `t${id}`, map(table.values, quoted))) lines.push(line);
    if (table.values.length < fewLevels) return { values: "", levels: `t${id}, nil` };
    for (const line of list("[]uint32", `h${id}`, map(levelIndex(table.values), String))) lines.push(line);
    return { values: "", levels: `t${id}, h${id}` };
  });
  return { names, lines };
}

/** The tables of a forest that is walked without branches, and its description `forest<id>`. */
export function printLayout(layout: ForestLayout, bases: readonly number[], id: number): string[] {
  const nodes = map(layout.value, (value, n) => `{${entry(value)}, ${layout.feature[n]}, ${layout.next[n]}}`);
  return [
    ...list("[]node", `nodes${id}`, nodes),
    ...list("[]uint32", `roots${id}`, map(layout.roots, String)),
    `var forest${id} = trees{nodes${id}, roots${id}, []float64{${bases.map(double).join(", ")}}, ${layout.lowest + 1}}`,
  ];
}

/** The tables of any forest, and its description `forest<id>`. */
export function printSplits(forest: Forest, features: number, id: number): string[] {
  const nodes = map(forest.threshold, (threshold, n) => {
    const start = forest.bitsetStart[n]!;
    const words = forest.bitsetStart[n + 1]! - start;
    const places = `${forest.feature[n]}, ${forest.left[n]}, ${forest.right[n]}, ${start}, ${words}`;
    return `{${entry(threshold)}, ${places}, ${forest.categorical[n] === 1}, ${forest.missingLeft[n] === 1}}`;
  });
  return [
    ...list("[]split", `nodes${id}`, nodes),
    ...list("[]float64", `leaves${id}`, map(forest.leafValue, entry)),
    ...list("[]uint32", `bits${id}`, map(forest.bitsets, String)),
    ...list("[]int32", `roots${id}`, map(forest.treeStart, String)),
    `var forest${id} = splits{nodes${id}, leaves${id}, bits${id}, roots${id}, []float64{${forest.bases.map(double).join(", ")}}, ${features}}`,
  ];
}

/** `rule<id>`: how the terms of a statement are found. */
export function printRule(
  { terms }: Extract<Statement, { do: "terms" }>,
  id: number,
  tables: readonly TableNames[],
): string {
  const { unit, low, high, least, most, count, norm } = terms;
  const values = (table: number | undefined) => (table === undefined ? "nil" : tables[table]!.values);
  const parts = [
    `'${unit[0]}', ${low}, ${high}, ${least}, ${most}`,
    [terms.classes, terms.foldFrom, terms.foldTo].map(values).join(", "),
    terms.levels === undefined ? "nil, nil" : tables[terms.levels]!.levels,
    `${terms.buckets ?? 0}, '${count[0]}', ${values(terms.idf)}, ${norm}`,
  ];
  return `var rule${id} = termRule{${parts.join(", ")}}`;
}

export function list(type: string, name: string, entries: readonly string[]): string[] {
  return [`var ${name} = ${type}{`, ...inLines(entries, "\t"), "}"];
}

function map<T>(values: ArrayLike<T>, print: (value: T, k: number) => string): string[] {
  return Array.from({ length: values.length }, (_, k) => print(values[k]!, k));
}
