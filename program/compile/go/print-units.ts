import type { Lowered, LoweredInput } from "../model.ts";
import { layOutForest } from "../printing/forest-layout.ts";
import type { Slot } from "../printing/slots.ts";
import { type ForestStatement, type PlainStatement, planUnits, type Unit } from "../printing/units.ts";
import { Printer } from "./print.ts";
import { printLayout, printRule, printSplits, printTables, type TableNames } from "./print-tables.ts";

/** Beyond so many operations a function is split, since optimisers take more than linear time. */
const weightLimit = 1000;
/** Beyond so many numbers vectors are no longer local variables. */
const mostLocalNumbers = 4096;
const blockRows = 32;

export interface PrintedUnits {
  readonly tables: readonly string[];
  readonly functions: readonly string[];
  /** Calls that score the rows of the slice `s`. */
  readonly calls: readonly string[];
  /** Rows that are scored together. */
  readonly block: number;
  /** Levels of a table, and their index. */
  readonly levels: (table: number) => string;
}

export function printUnits(lowered: Lowered): PrintedUnits {
  const keepVectors = lowered.vectors.reduce((sum, width) => sum + width, 0) > mostLocalNumbers;
  const { units, shared } = planUnits(lowered, weightLimit, keepVectors);
  const { names, lines: tables } = printTables(lowered.tables);
  const rules = lowered.statements.filter((statement) => statement.do === "terms");
  rules.forEach((statement, id) => {
    tables.push(printRule(statement, id, names));
  });
  const rule = (statement: PlainStatement) => rules.findIndex((one) => Object.is(one, statement));
  tables.push("type state struct {", ...shared.map((slot) => `\t${slot} ${typeOf(slot, lowered)}`), "}", "");
  const functions: string[] = [];
  const calls: string[] = [];
  units.forEach((unit, id) => {
    if (unit.kind === "rows") {
      functions.push(...rowsFunction(unit, id, lowered, names, rule));
      if (id > 0) calls.push("for i := range s {", `\tpart${id}(&s[i])`, "}");
      return;
    }
    const forest = printForest(unit.statement, id);
    for (const line of forest.tables) tables.push(line);
    for (const line of forest.lines) functions.push(line);
    calls.push(`part${id}(s)`);
  });
  return {
    tables,
    functions,
    calls,
    block: keepVectors ? 1 : blockRows,
    levels: (table) => names[table]!.levels,
  };
}

function rowsFunction(
  unit: Extract<Unit, { kind: "rows" }>,
  id: number,
  lowered: Lowered,
  tables: readonly TableNames[],
  rule: (statement: PlainStatement) => number,
): string[] {
  const name = (slot: Slot) => (unit.local.has(slot) ? slot : `s.${slot}`);
  const printer = new Printer(name, lowered.vectors, tables, rule);
  const body = unit.statements.flatMap((statement) => printer.statement(statement));
  const locals = [...unit.local].flatMap((slot) => [`var ${slot} ${typeOf(slot, lowered)}`, `_ = ${slot}`]);
  if (id > 0) return indented([`func part${id}(s *state) {`, ...locals, ...body, "}", ""]);
  return indented([
    "// part0 reads a row: 0, or 1 + the place of the input that is not what it should be.",
    "func part0(row *Row, s *state) int {",
    ...locals,
    ...lowered.inputs.flatMap((input, k) => readInput(input, k, name)),
    ...body,
    "return 0",
    "}",
    "",
  ]);
}

function readInput({ input, text, number, vector }: LoweredInput, k: number, name: (slot: Slot) => string): string[] {
  const fail = ["{", `return ${k + 1}`, "}"];
  const when = (test: string) => [`if ${test} ${fail[0]}`, ...fail.slice(1)];
  if (vector !== undefined) {
    const slot = name(`v${vector}`);
    const lines = when(`!vectorOf(${slot}[:], row.X${k})`);
    return input.missingAllowed ? lines : [...lines, ...when(`missing(${slot}[0])`)];
  }
  if (text !== undefined && input.type === "strings") {
    const slot = name(`s${text}`);
    const lines = [...when(`len(row.X${k}) > 65536`), `${slot} = listed(row.X${k})`];
    return input.missingAllowed ? lines : [...lines, ...when(`${slot} == ""`)];
  }
  if (text !== undefined) {
    const slot = name(`s${text}`);
    return [`${slot} = mended(row.X${k})`, ...(input.missingAllowed ? [] : when(`${slot} == ""`))];
  }
  const slot = name(`n${number}`);
  const lines = [`${slot} = row.X${k} + 0`];
  if (input.type === "number") return input.missingAllowed ? lines : [...lines, ...when(`missing(${slot})`)];
  const present = input.type === "bool" ? `${slot} == 0 || ${slot} == 1` : `whole(${slot})`;
  if (input.invalid !== undefined) return [...lines, `if !(${present}) {`, `${slot} = nan`, "}"];
  return [...lines, ...when(`!(${input.missingAllowed ? `missing(${slot}) || ` : ""}${present})`)];
}

function printForest({ forest, features, to }: ForestStatement, id: number) {
  const layout = layOutForest(forest, features);
  const columns =
    layout === undefined
      ? features.map((slot) => `s[i].n${slot}`)
      : [...layout.columns.map(({ slot, low }) => (low ? `low(s[i].n${slot})` : `s[i].n${slot}`)), "-inf"];
  const classes = forest.bases.length;
  const width = columns.length;
  const lines = indented([
    `func part${id}(s []state) {`,
    // one row, as `Score` has it, needs no space from the heap
    `var x1 [${width}]float64`,
    `var sums1 [${classes}]float64`,
    "x, sums := x1[:], sums1[:]",
    "if len(s) > 1 {",
    `x, sums = make([]float64, len(s)*${width}), make([]float64, len(s)*${classes})`,
    "}",
    "for i := range s {",
    `row := x[i*${width} : (i+1)*${width}]`,
    ...columns.map((column, k) => `row[${k}] = ${column}`),
    "}",
    `forest${id}.sum(x, len(s), sums)`,
    "for i := range s {",
    ...("number" in to
      ? [`s[i].n${to.number} = sums[i] + 0`]
      : [`for k := range s[i].v${to.vector} {`, `s[i].v${to.vector}[k] = sums[i*${classes}+k] + 0`, "}"]),
    "}",
    "}",
    "",
  ]);
  const tables =
    layout === undefined ? printSplits(forest, features.length, id) : printLayout(layout, forest.bases, id);
  return { tables, lines };
}

function typeOf(slot: Slot, { vectors }: Lowered): string {
  if (slot.startsWith("n")) return "float64";
  return slot.startsWith("s") ? "string" : `[${vectors[Number(slot.slice(1))]}]float64`;
}

/** Lines indented by their braces. */
export function indented(lines: readonly string[]): string[] {
  let depth = 0;
  return lines.map((line) => {
    if (line.startsWith("}")) depth--;
    const text = line === "" ? "" : `${"\t".repeat(depth)}${line}`;
    if (line.endsWith("{")) depth++;
    return text;
  });
}
