import type { ProgramInput } from "../../model.ts";
import { unsupported } from "../lower.ts";
import type { LoweredInput } from "../model.ts";
import { safeInteger } from "./literals.ts";
import { type NumberSql, piece, ranged, type Sql, sql } from "./model.ts";
import type { Printer } from "./printer.ts";
import { anyNumber, wholes } from "./ranges.ts";
import { textTime } from "./timestamp.ts";

/** Reads an input's raw column into its slot. A value that cannot be read, or may not be missing, ends the statement. */
export function printInput(printer: Printer, lowered: LoweredInput): void {
  const { dialect, stages } = printer;
  const { input } = lowered;
  if (input.type === "strings" || lowered.vector !== undefined) throw unsupported("lists as inputs", dialect.title);
  const raw = piece(`input.${dialect.identifier(input.name)}`);
  if (lowered.text !== undefined) {
    const text = stages.raw(dialect.input.string(raw));
    printer.texts[lowered.text] = input.missingAllowed ? text : stages.column(required(printer, input, text, true));
    return;
  }
  const value = readNumber(printer, input, raw);
  printer.numbers[lowered.number] = input.missingAllowed
    ? value
    : stages.number(ranged(required(printer, input, value, false), { ...value.range, missing: false }));
}

function readNumber(printer: Printer, input: ProgramInput, raw: Sql): NumberSql {
  const { dialect, stages } = printer;
  if (input.type === "bool")
    return ranged(
      stages.raw(dialect.input.bool(raw, failing(printer, input, "is not true or false"))),
      wholes(0, 1, true),
    );
  if (input.type === "timestamp") return readTime(printer, input, raw);
  const read = stages.raw(dialect.input.number(raw, failing(printer, input, "is not a number")));
  const number = ranged(read, { ...anyNumber, nan: dialect.name === "duckdb" });
  if (input.type === "number") return printer.atom(number);
  return stages.number(wholeOnly(printer, input, printer.atom(number), "is not a whole number within 2^53"));
}

function readTime(printer: Printer, input: ProgramInput, raw: Sql): NumberSql {
  const { dialect, stages } = printer;
  const sentence =
    input.pattern === undefined ? "is not an ISO 8601 date or time" : `is not a time of the pattern ${input.pattern}`;
  const typed = stages.raw(dialect.input.time(raw, failing(printer, input, "is not a time")));
  const text = stages.raw(dialect.input.timeText(raw));
  const read = textTime(printer, text, input.pattern);
  const us = sql`CASE WHEN ${text} IS NULL THEN ${typed} ELSE coalesce(${read}, ${failing(printer, input, sentence)(text)}) END`;
  const value = stages.number(ranged(us, { ...anyNumber }));
  return stages.number(wholeOnly(printer, input, value, "is not whole microseconds within 2^53"));
}

function wholeOnly(printer: Printer, input: ProgramInput, x: NumberSql, sentence: string): NumberSql {
  const { dialect } = printer;
  const most = dialect.number(safeInteger);
  const fail = failing(printer, input, sentence)(asText(printer, x));
  return ranged(
    sql`CASE WHEN ${x} IS NULL OR (abs(${x}) <= ${most} AND floor(${x}) = ${x}) THEN ${x} ELSE ${fail} END`,
    wholes(-safeInteger, safeInteger, true),
  );
}

function required(printer: Printer, input: ProgramInput, value: Sql, text: boolean): Sql {
  // reads the value, so that it is not taken for a constant and raised beforehand
  const fail = failing(printer, input, "may not be missing")(sql`coalesce(${asText(printer, value)}, '')`);
  const typed = text ? asText(printer, fail) : fail;
  return sql`CASE WHEN ${value} IS NULL THEN ${typed} ELSE ${value} END`;
}

function asText({ dialect }: Printer, value: Sql): Sql {
  return sql`CAST(${value} AS ${dialect.name === "duckdb" ? "VARCHAR" : "TEXT"})`;
}

function failing({ dialect }: Printer, input: ProgramInput, problem: string): (value: Sql) => Sql {
  if (input.invalid !== undefined) return () => piece(dialect.missingNumber);
  // messages are for people: a name is shown as JSON, without NUL
  const name = JSON.stringify(input.name);
  return (value) => dialect.input.fail(`column ${name} ${problem.replaceAll("\0", "")}`, value);
}
