import type { Forest, Table } from "../model.ts";
import type { ForestCuts } from "../printing/forest-cuts.ts";
import type { ForestLayout } from "../printing/forest-layout.ts";
import { fewLevels, levelIndex } from "../printing/level-index.ts";
import { inLines } from "../printing/names.ts";
import { entry, sized } from "./literals.ts";

/** How a table is named where it is used. */
export interface TableNames {
  /** Doubles: the array. */
  readonly values: string;
  readonly length: number;
  /** Levels: the arguments of `mr_level` behind the text. */
  readonly levels: string;
}

/** The tables from a place on; names of all. */
export function printTables(
  tables: readonly Table[],
  from = 0,
): { readonly names: TableNames[]; readonly lines: string[] } {
  const printed: string[][] = tables.map(() => []);
  const names = tables.map((table, id): TableNames => {
    const lines = printed[id]!;
    const { length } = table.values;
    if (table.type === "f64") {
      for (const line of array("double", `t${id}`, map(table.values, entry))) lines.push(line);
      return { values: `t${id}`, length, levels: "" };
    }
    lines.push(
      ...array(
        "mr_text",
        `t${id}`,
        map(table.values, (level) => `{${sized(level)}}`),
      ),
    );
    if (length < fewLevels) return { values: "", length, levels: `t${id}, ${length}, NULL, 0` };
    const index = levelIndex(table.values);
    for (const line of array("uint32_t", `h${id}`, map(index, String))) lines.push(line);
    return { values: "", length, levels: `t${id}, ${length}, h${id}, ${index.length - 1}u` };
  });
  return { names, lines: printed.slice(from).flat() };
}

/** The tables of a forest that is walked without branches, and its description `forest<id>`. */
export function printLayout(layout: ForestLayout, bases: readonly number[], id: number): string[] {
  const { sets } = layout;
  const nodes = map(layout.value, (value, n) => `{${entry(value)}, ${layout.feature[n]}u, ${layout.next[n]}u}`);
  const setTables =
    sets === undefined
      ? []
      : [
          ...array(
            "mr_set",
            `sets${id}`,
            map(sets.start, (start, n) => `{${start}u, ${sets.code[n]}u}`),
          ),
          ...array(
            "uint32_t",
            `words${id}`,
            map(sets.words, (word) => `${word}u`),
          ),
        ];
  const setNames = sets === undefined ? "NULL, NULL, 0" : `sets${id}, words${id}, ${sets.columns.length + 1}`;
  return [
    ...array("mr_node", `nodes${id}`, nodes),
    ...array(
      "uint32_t",
      `roots${id}`,
      map(layout.roots, (root) => `${root}u`),
    ),
    ...array("double", `bases${id}`, map(bases, entry)),
    ...setTables,
    `static const mr_trees forest${id} = {nodes${id}, roots${id}, ${layout.roots.length}, bases${id}, ${bases.length}, ${layout.width}, ${setNames}};`,
  ];
}

/** The tables of a forest whose nodes are asked of many rows at once, and its description `cuts<id>`. */
export function printCuts({ edges, words, starts, cuts, leaves }: ForestCuts, id: number): string[] {
  let end = 0;
  const ends = [0, ...edges.map((values) => (end += values.length))];
  return [
    ...array(
      "mr_cut",
      `cut${id}`,
      cuts.map(({ column, rank, keeps }) => `{${column}u, ${rank}, ${keeps}u}`),
    ),
    ...array(
      "uint32_t",
      `starts${id}`,
      starts.map((start) => `${start}u`),
    ),
    ...array("double", `leaves${id}`, leaves.map(entry)),
    ...array("double", `edges${id}`, edges.flat().map(entry)),
    ...array(
      "uint32_t",
      `ends${id}`,
      ends.map((at) => `${at}u`),
    ),
    `static const mr_cut_trees cuts${id} = {cut${id}, starts${id}, ${words}, leaves${id}, edges${id}, ends${id}, ${edges.length}};`,
  ];
}

/** The tables of any forest, and its description `forest<id>`. */
export function printSplits(forest: Forest, features: number, id: number): string[] {
  const nodes = map(forest.threshold, (threshold, n) => {
    const start = forest.bitsetStart[n]!;
    const words = forest.bitsetStart[n + 1]! - start;
    const places = `${forest.feature[n]}, ${forest.left[n]}, ${forest.right[n]}`;
    return `{${entry(threshold)}, ${places}, ${start}u, ${words}u, ${forest.categorical[n]}, ${forest.missingLeft[n]}}`;
  });
  return [
    ...array("mr_split", `nodes${id}`, nodes),
    ...array("double", `leaves${id}`, map(forest.leafValue, entry)),
    ...array(
      "uint32_t",
      `bits${id}`,
      map(forest.bitsets, (word) => `${word}u`),
    ),
    ...array("int32_t", `roots${id}`, map(forest.treeStart, String)),
    ...array("double", `bases${id}`, map(forest.bases, entry)),
    `static const mr_splits forest${id} = {nodes${id}, leaves${id}, bits${id}, roots${id}, ${forest.treeStart.length}, bases${id}, ${forest.bases.length}, ${features}};`,
  ];
}

/** A constant array; an empty one gets an entry that nothing reads, since C99 has no empty arrays. */
export function array(type: string, name: string, entries: readonly string[], storage = "static const"): string[] {
  const empty = entries.length === 0;
  return [
    `${storage} ${type} ${name}[${empty ? 1 : entries.length}] = {`,
    ...inLines(empty ? [/_text$|_node$|_split$|_set$|_cut$/.test(type) ? "{0}" : "0"] : entries),
    "};",
  ];
}

function map<T>(values: ArrayLike<T>, print: (value: T, k: number) => string): string[] {
  return Array.from({ length: values.length }, (_, k) => print(values[k]!, k));
}
