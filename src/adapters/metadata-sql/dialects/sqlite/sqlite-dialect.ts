import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from "kysely";
import type { SqlConnections, SqlDialect } from "../../dialect.ts";
import type { Tables } from "../../records/tables.ts";
import type { SqliteConnection } from "./connection.ts";
import { SqliteDriver } from "./driver.ts";
import { openConnection, type SqliteFile } from "./open-database.ts";
import { explainSqliteError } from "./sqlite-errors.ts";

export function sqliteDialect(file: SqliteFile): SqlDialect {
  return {
    name: "sqlite",
    text: "text",
    wholeNumber: "integer",
    exclusive: true,
    numbered: (column) => column.primaryKey().autoIncrement(),
    explain: (error) => explainSqliteError(error, file.path),
    async tableNames(connection) {
      const found = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(
        connection,
      );
      return found.rows.map((row) => row.name).filter((name) => !name.startsWith("sqlite_"));
    },
    async connect(): Promise<SqlConnections> {
      const writer = over(() => openConnection(file), "begin immediate");
      const reader = over(() => openConnection(file), "begin");
      return {
        writer,
        reader,
        close: async () => {
          // The writer goes last: it folds the log into the file.
          await reader.destroy();
          await writer.destroy();
        },
      };
    },
  };
}

function over(connect: () => Promise<SqliteConnection>, begin: "begin" | "begin immediate"): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new SqliteDriver(connect, begin),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}
