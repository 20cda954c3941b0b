/** A column of one stage of the chain; an expression of a later stage reads it by its name. */
export interface Column {
  readonly name: string;
  readonly stage: number;
  readonly value: Sql;
}

/** A piece of SQL made by this compiler: its text, what it reads, and how deep it is nested. */
export interface Sql {
  readonly text: string;
  readonly reads: ReadonlySet<Column>;
  readonly depth: number;
  /** A column or a constant: may stand several times without being computed again. */
  readonly atom: boolean;
}

/** What is known of a number before it is computed; decides which guards it needs. */
export interface Range {
  readonly low: number;
  readonly high: number;
  /** No number other than 0 is nearer to 0. */
  readonly tiny: number;
  readonly whole: boolean;
  /** The expression may give NaN, which is still to become NULL. */
  readonly nan: boolean;
  /** It may give NULL. */
  readonly missing: boolean;
}

export interface NumberSql extends Sql {
  readonly range: Range;
}

export type DialectName = "duckdb" | "postgres" | "sqlite";

const nothing: ReadonlySet<Column> = new Set();

/** A piece without columns: a constant, or a raw column of the input table. */
export function piece(text: string, atom = true): Sql {
  return { text, reads: nothing, depth: 0, atom };
}

/** Puts pieces together. Strings are text of this compiler's own: keywords, or literals that a dialect wrote. */
export function sql(parts: TemplateStringsArray, ...values: readonly (Sql | string)[]): Sql {
  let text = parts[0]!;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    text += (typeof value === "string" ? value : value.text) + parts[i + 1]!;
  }
  return { text, ...readsOf(values), atom: false };
}

/** Pieces one after the other, with a text between them. */
export function joined(values: readonly (Sql | string)[], between: string): Sql {
  return {
    text: values.map((value) => (typeof value === "string" ? value : value.text)).join(between),
    ...readsOf(values),
    atom: false,
  };
}

/** A left-to-right chain of `+`: as deep as it is long. */
export function chained(values: readonly Sql[]): Sql {
  const sum = joined(values, " + ");
  return { ...sum, text: `(${sum.text})`, depth: sum.depth + values.length };
}

export function ranged(value: Sql, range: Range): NumberSql {
  return { text: value.text, reads: value.reads, depth: value.depth, atom: value.atom, range };
}

function readsOf(values: readonly (Sql | string)[]): { reads: ReadonlySet<Column>; depth: number } {
  let reads = nothing;
  let depth = 0;
  for (const value of values) {
    if (typeof value === "string") continue;
    if (value.depth > depth) depth = value.depth;
    if (value.reads.size === 0 || value.reads === reads) continue;
    reads = reads.size === 0 ? value.reads : new Set([...reads, ...value.reads]);
  }
  return { reads, depth: depth + 1 };
}
