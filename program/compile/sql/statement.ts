import { abstainReasons } from "../../outputs.ts";
import { unsupported } from "../lower.ts";
import type { CompileOptions, Lowered } from "../model.ts";
import { reasonOf } from "../printing/extras.ts";
import type { Dialect } from "./dialect.ts";
import { printForest } from "./forest.ts";
import { headerOf } from "./header.ts";
import { printInput } from "./inputs.ts";
import { type NumberSql, type Sql, sql } from "./model.ts";
import { Printer } from "./printer.ts";
import { dot, printVector, VectorSql } from "./vectors.ts";

const defaultThreshold = 0.5;
/** Of all trees together, and characters; a longer statement takes a database minutes to plan. */
const mostSplits = 100_000;
const longest = 64 * 2 ** 20;
/** SQLite compares each constant of a comparison with all before it. */
const mostThresholds = 40_000;

interface Output {
  readonly name: string;
  readonly value: Sql;
}

/** The whole statement, with its header. */
export function statementOf(lowered: Lowered, dialect: Dialect, options: CompileOptions): string {
  refuseNames(lowered, dialect);
  refuseForests(lowered, dialect);
  const printer = new Printer(lowered, dialect);
  for (const input of lowered.inputs) printInput(printer, input);
  for (const statement of lowered.statements) {
    if (statement.do === "num") printer.defineNumber(statement.slot, printer.number(statement.value));
    else if (statement.do === "text") printer.defineText(statement.slot, printer.text(statement.value));
    else if (statement.do === "dot") {
      const input = printer.vectors[statement.input]!;
      const value = dot(printer, input, printer.doubles(statement.weights), statement.bias);
      printer.defineNumber(statement.slot, value);
    } else if (statement.do === "forest") {
      const sums = printForest(printer, statement);
      const { to } = statement;
      if ("number" in to) printer.defineNumber(to.number, sums[0]!);
      else {
        const segments = sums.map((value) => ({ width: 1, value: printer.stages.shallow(value) }) as const);
        printer.vectors[to.vector] = new VectorSql(printer, segments, printer.uses.vectors[to.vector]! > 1);
      }
    } else if (statement.do === "cross") {
      printer.defineText(statement.slot, printer.cross(statement.parts, statement.separator));
    } else if (statement.do === "terms") {
      throw unsupported("the terms of a text", dialect.title);
    } else printer.vectors[statement.slot] = printVector(printer, statement);
  }
  const ids: Output[] = [];
  if (options.idColumn !== undefined) {
    const name = dialect.identifier(options.idColumn);
    ids.push({ name, value: printer.stages.raw(sql`input.${name}`) });
  }
  const { text, widest } = printer.stages.select([...ids, ...outputsOf(printer)], dialect.fence);
  if (widest > dialect.mostColumns)
    throw unsupported(`${widest} columns side by side (the most is ${dialect.mostColumns})`, dialect.title);
  if (text.length > longest)
    throw unsupported(`a model of ${text.length} characters of SQL (the most is ${longest})`, dialect.title);
  return headerOf(lowered, dialect, options) + text;
}

function refuseNames({ inputs }: Lowered, dialect: Dialect): void {
  if (inputs.length > dialect.mostColumns)
    throw unsupported(`${inputs.length} input columns (the most is ${dialect.mostColumns})`, dialect.title);
  if (dialect.name === "postgres") return;
  const seen = new Set<string>();
  for (const { input } of inputs) {
    const folded = input.name.toLowerCase();
    if (seen.has(folded))
      throw unsupported(`input names that differ only in case (${JSON.stringify(input.name)})`, dialect.title);
    seen.add(folded);
  }
}

function refuseForests({ statements }: Lowered, { name, title }: Dialect): void {
  let splits = 0;
  const thresholds = new Set<number>();
  for (const statement of statements) {
    if (statement.do !== "forest") continue;
    splits += statement.forest.threshold.length;
    if (splits > mostSplits) throw unsupported(`trees of ${splits} splits (the most is ${mostSplits})`, title);
    if (name === "sqlite") for (const threshold of statement.forest.threshold) thresholds.add(threshold);
  }
  if (thresholds.size > mostThresholds)
    throw unsupported(`trees of ${thresholds.size} different thresholds (the most is ${mostThresholds})`, title);
}

function outputsOf(printer: Printer): Output[] {
  const { lowered, dialect } = printer;
  const { task, classes = [], threshold = defaultThreshold } = lowered.program.outputs;
  const name = (text: string) => dialect.identifier(text);
  const extras = extrasOf(printer);
  const reason = reasonOf(lowered);
  const abstains = reason === undefined ? undefined : printer.atom(printer.numbers[reason.slot]!);
  const decided = (prediction: Sql) =>
    abstains === undefined ? prediction : sql`CASE WHEN ${abstains} = ${dialect.number(0)} THEN ${prediction} END`;
  if ("number" in lowered.score) {
    const score = printer.atom(withoutMinusZero(printer, printer.numbers[lowered.score.number]!));
    const [negative, positive] = classes;
    const prediction =
      task === "regression"
        ? score
        : sql`CASE WHEN ${score} >= ${dialect.number(threshold)} THEN ${dialect.text(positive!)} WHEN ${score} IS NOT NULL THEN ${dialect.text(negative!)} END`;
    return [{ name: name("prediction"), value: decided(prediction) }, { name: name("score"), value: score }, ...extras];
  }
  const vector = printer.vectors[lowered.score.vector]!;
  const cells = classes.map((_, k) => printer.atom(withoutMinusZero(printer, vector.cell(k))));
  const missing = vector.missing();
  const best = dialect.greatest(cells);
  const top = printer.stages.column(
    missing === undefined ? best : sql`CASE WHEN ${missing} THEN ${dialect.missingNumber} ELSE ${best} END`,
  );
  const cases = classes.map((label, k) => sql`WHEN ${cells[k]!} = ${top} THEN ${dialect.text(label)}`);
  return [
    { name: name("prediction"), value: decided(sql`CASE ${cases.reduce((all, one) => sql`${all} ${one}`)} END`) },
    { name: name("score"), value: top },
    ...classes.map((label, k) => ({
      name: name(`score_${label}`),
      value: missing === undefined ? cells[k]! : sql`CASE WHEN ${top} IS NOT NULL THEN ${cells[k]!} END`,
    })),
    ...extras,
  ];
}

/** Columns of the outputs beside the score; a set is a JSON list. */
function extrasOf(printer: Printer): Output[] {
  const { lowered, dialect } = printer;
  return lowered.extras.map(({ kind, column, slot }) => {
    const name = dialect.identifier(column);
    if (kind === "number") return { name, value: printer.atom(withoutMinusZero(printer, printer.numbers[slot]!)) };
    if (kind === "reason") {
      const reason = printer.atom(printer.numbers[slot]!);
      const cases = abstainReasons.map(
        (text, k) => sql`WHEN ${reason} = ${dialect.number(k + 1)} THEN ${dialect.text(text)}`,
      );
      return { name, value: sql`CASE ${cases.reduce((all, one) => sql`${all} ${one}`)} END` };
    }
    const set = printer.vectors[slot]!;
    const missing = set.missing();
    const members = lowered.program.outputs.classes!.map((label, k) => {
      const piece = dialect.text(`${JSON.stringify(label)},`);
      return sql`CASE WHEN ${printer.atom(set.cell(k))} = ${dialect.number(1)} THEN ${piece} ELSE '' END`;
    });
    // column by column, as thousands of classes would nest too deep
    const all = members.reduce((text, member) => printer.stages.shallow(sql`${text} || ${member}`));
    const list = sql`'[' || rtrim(${all}, ',') || ']'`;
    return { name, value: missing === undefined ? list : sql`CASE WHEN ${missing} THEN NULL ELSE ${list} END` };
  });
}

function withoutMinusZero(printer: Printer, value: NumberSql): NumberSql {
  return printer.dialect.arithmetic(printer.stages, "add", value, printer.constant(0));
}
