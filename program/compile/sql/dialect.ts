import type { DialectName, NumberSql, Sql } from "./model.ts";
import type { Fence, Stages } from "./stages.ts";

export type Operation = "add" | "subtract" | "multiply" | "divide" | "mod";

/** What differs between databases. Numbers are doubles; what a program calls missing is NULL. */
export interface Dialect {
  readonly name: DialectName;
  readonly title: string;
  readonly fence: Fence;
  /** Of one stage; also of the input table. */
  readonly mostColumns: number;
  /** How deep CASE may nest, so that the database's parser takes it. */
  readonly deepestCase: number;
  /** Types of columns that are read, for the header. */
  readonly reads: Readonly<Record<"number" | "integer" | "bool" | "timestamp" | "string", string>>;
  readonly missingNumber: string;
  readonly missingText: string;
  /** A finite or infinite double. */
  number(value: number): string;
  text(value: string): string;
  identifier(name: string): string;
  /** The number with NULL where the expression gives NaN. */
  clean(stages: Stages, value: NumberSql): NumberSql;
  /** IEEE's result, infinities included; nothing is raised. */
  arithmetic(stages: Stages, operation: Operation, a: NumberSql, b: NumberSql): NumberSql;
  /** Left to right. */
  sum(stages: Stages, terms: readonly NumberSql[]): NumberSql;
  /** e^x of an atom. */
  exp(x: NumberSql): Sql;
  /** The greatest of atoms that are not missing. */
  greatest(values: readonly Sql[]): Sql;
  /** Position of an atom that is not missing, −1 where it is none of the levels. */
  position(stages: Stages, text: Sql, levels: readonly string[]): Sql;
  /** A long table of doubles, to be read by `at`. */
  list(stages: Stages, values: Float64Array): Sql;
  /** Value of a table by an atom that is a whole number within it; `list` is that of a long table. */
  at(values: Float64Array, index: NumberSql, list: Sql | undefined): Sql;
  /** How many of an increasing list are below an atom, or not above it. */
  count(mode: "below" | "upTo", values: Float64Array, x: NumberSql): Sql;
  hash(stages: Stages, text: Sql): Sql;
  /** A double that is whole, as an integer of 64 bits. */
  integer(x: Sql): Sql;
  /** Whether bit `index` (an integer's atom) of the bits is set; false where the index is missing or beyond them. */
  bit(index: Sql, bits: readonly boolean[]): Sql;
  readonly input: InputReading;
}

/** How raw columns are read. Each takes the raw column and gives an expression of the first stage. */
export interface InputReading {
  number(raw: Sql, fail: (value: Sql) => Sql): Sql;
  bool(raw: Sql, fail: (value: Sql) => Sql): Sql;
  string(raw: Sql): Sql;
  /** Microseconds of a column of times or numbers; NULL where it holds text. */
  time(raw: Sql, fail: (value: Sql) => Sql): Sql;
  /** The trimmed text of a column of text, NULL where it is empty or the column holds something else. */
  timeText(raw: Sql): Sql;
  /** Ends the statement, saying what is wrong; the value is there so that nothing is raised before it is read. */
  fail(sentence: string, value: Sql): Sql;
  /** Parts of a text by a pattern; see `timestamp.ts`. */
  match(stages: Stages, text: Sql, pattern: TimePattern): Match;
  /** Digits as a double; NULL where there are none. */
  digits(text: Sql): Sql;
}

/** A pattern as a regular expression and as steps that are taken one after the other. */
export interface TimePattern {
  readonly source: string;
  readonly letters: readonly string[];
  readonly steps: readonly Step[];
}

export type Step =
  | { readonly step: "text"; readonly text: string }
  | { readonly step: "oneOf"; readonly characters: string }
  | { readonly step: "space" }
  | { readonly step: "digits"; readonly letter: string; readonly least: number; readonly most: number }
  | { readonly step: "names"; readonly letter: string; readonly names: readonly string[] }
  | { readonly step: "offset"; readonly letter: string }
  | { readonly step: "optional"; readonly steps: readonly Step[] };

export interface Match {
  /** A test: true where the text is of the pattern. */
  readonly matched: Sql;
  /** Text of each letter; NULL or empty where there is none. */
  readonly parts: ReadonlyMap<string, Sql>;
}
