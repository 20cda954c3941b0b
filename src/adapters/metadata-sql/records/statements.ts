import { type Compilable, type CompiledQuery, type Insertable, type Kysely, sql } from "kysely";
import type { Tables } from "./tables.ts";

/**
 * Statements that are built once and run with other values each time: building one with Kysely costs more than SQLite takes
 * to run it.
 */
export interface Statements {
  /**
   * Runs the statement that `build` gives. It gets a stand-in for each value that is there, so it may look at which values
   * are there and how long lists are, at nothing else; `name` and that tell one statement from another.
   */
  run<Row, V extends object>(
    connection: Kysely<Tables>,
    name: string,
    values: V,
    build: (connection: Kysely<Tables>, values: V) => Compilable<Row>,
  ): Promise<Row[]>;
  /** Inserts rows of one table, several a statement; where `key` is taken, the row replaces or is passed over. */
  insert<T extends keyof Tables>(
    connection: Kysely<Tables>,
    table: T,
    rows: readonly Insertable<Tables[T]>[],
    onTaken: { readonly key: readonly (keyof Tables[T] & string)[]; readonly replace: boolean } | null,
  ): Promise<void>;
}

/** Stands for a value while a statement is built. */
class Slot {
  readonly name: string;
  readonly index: number | null;

  constructor(name: string, index: number | null) {
    this.name = name;
    this.index = index;
  }

  of(values: Readonly<Record<string, unknown>>): unknown {
    const value = values[this.name];
    return this.index === null ? value : (value as readonly unknown[])[this.index];
  }
}

const largestInsert = 32;
const middleInsert = 8;

export function openStatements(): Statements {
  const kept = new Map<string, CompiledQuery>();

  const compiled = (name: string, build: () => Compilable<unknown>): CompiledQuery => {
    let query = kept.get(name);
    if (query === undefined) {
      query = build().compile();
      kept.set(name, query);
    }
    return query;
  };

  return {
    async run(connection, name, values, build) {
      const given = values as Readonly<Record<string, unknown>>;
      const query = compiled(shapeOf(name, given), () => build(connection, slotsOf(given) as typeof values));
      const parameters = query.parameters.map((value) => (value instanceof Slot ? value.of(given) : value));
      return (await connection.executeQuery({ ...query, parameters })).rows as never;
    },
    async insert(connection, table, rows, onTaken) {
      const first = rows[0];
      if (first === undefined) return;
      const columns = Object.keys(first);
      for (let start = 0; start < rows.length; ) {
        const left = rows.length - start;
        // Few sizes, so that few different statements stay prepared.
        const size = left >= largestInsert ? largestInsert : left >= middleInsert ? middleInsert : left;
        const query = compiled(`insert ${table} ${size}`, () => {
          const insert = (connection as Kysely<Record<string, Record<string, unknown>>>)
            .insertInto(table)
            .values(Array.from({ length: size }, () => first));
          if (onTaken === null) return insert;
          const { key, replace } = onTaken;
          if (!replace) return insert.onConflict((conflict) => conflict.columns(key).doNothing());
          const rest = columns.filter((column) => !(key as readonly string[]).includes(column));
          const replacement = Object.fromEntries(rest.map((column) => [column, sql.ref(`excluded.${column}`)]));
          return insert.onConflict((conflict) => conflict.columns(key).doUpdateSet(replacement as never));
        });
        const part = rows.slice(start, start + size) as Readonly<Record<string, unknown>>[];
        await connection.executeQuery({ ...query, parameters: part.flatMap((row) => columns.map((c) => row[c])) });
        start += size;
      }
    },
  };
}

function shapeOf(name: string, values: Readonly<Record<string, unknown>>): string {
  let shape = name;
  for (const key in values) {
    const value = values[key];
    if (value !== undefined) shape += Array.isArray(value) ? ` ${key}:${value.length}` : ` ${key}`;
  }
  return shape;
}

function slotsOf(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [
        name,
        Array.isArray(value) ? value.map((_, index) => new Slot(name, index)) : new Slot(name, null),
      ]),
  );
}
