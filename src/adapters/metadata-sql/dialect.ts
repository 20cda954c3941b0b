import type { ColumnDefinitionBuilder, Kysely } from "kysely";
import type { Tables } from "./records/tables.ts";

/** What differs between databases. Everything outside `dialects/` is SQL that all of them understand, written with Kysely. */
export interface SqlDialect {
  readonly name: string;
  connect(): Promise<SqlConnections>;
  /** Column types. Text compares by bytes; `wholeNumber` holds ±2^53 and is read as a number. */
  readonly text: "text";
  readonly wholeNumber: "integer" | "bigint";
  /** The options of a column that numbers the rows in order of insertion and is the primary key. */
  numbered(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
  /** Names of the tables that are there. */
  tableNames(connection: Kysely<Tables>): Promise<string[]>;
  /** True when the database holds nothing but ours, so that other tables mean that it is somebody else's. */
  readonly exclusive: boolean;
  /** The database's own error as one of the platform's. */
  explain(error: unknown): unknown;
}

export interface SqlConnections {
  /** The one connection that writes. Its transactions take the write lock when they begin. */
  readonly writer: Kysely<Tables>;
  /** A connection that reads beside the writer and sees what was committed. */
  readonly reader: Kysely<Tables>;
  close(): Promise<void>;
}
