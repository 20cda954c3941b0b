import type { Kysely } from "kysely";
import { type Clock, MillraceError } from "#kernel";
import type { SqlConnections, SqlDialect } from "../dialect.ts";
import type { Tables } from "../records/tables.ts";
import { lineageTables } from "./0001-lineage-tables.ts";

export interface Migration {
  readonly name: string;
  up(connection: Kysely<Tables>, dialect: SqlDialect): Promise<void>;
}

/** In order; the version of a database is how many of these it has. One that was released is never changed. */
export const migrations: readonly Migration[] = [lineageTables];

/**
 * Brings the database to this version in one transaction, and returns the version. Another process may do the same at once.
 *
 * Errors: ADAPTERS_METADATA_TOO_NEW, ADAPTERS_METADATA_FOREIGN.
 */
export async function migrate(connections: SqlConnections, dialect: SqlDialect, clock: Clock): Promise<number> {
  if ((await versionOf(connections.writer, dialect)) === migrations.length) return migrations.length;
  await connections.writer.transaction().execute(async (transaction) => {
    const version = await versionOf(transaction, dialect);
    for (let next = version; next < migrations.length; next++) {
      const migration = migrations[next]!;
      await migration.up(transaction, dialect);
      await transaction
        .insertInto("millrace_migrations")
        .values({ version: next + 1, name: migration.name, applied_ms: clock.nowMs() })
        .execute();
    }
  });
  return migrations.length;
}

async function versionOf(connection: Kysely<Tables>, dialect: SqlDialect): Promise<number> {
  const tables = await dialect.tableNames(connection);
  if (!tables.includes("millrace_migrations")) {
    if (dialect.exclusive && tables.length > 0) throw foreign(tables);
    return 0;
  }
  const { version } = await connection
    .selectFrom("millrace_migrations")
    .select((build) => build.fn.max("version").as("version"))
    .executeTakeFirstOrThrow();
  if (version > migrations.length) throw tooNew(version);
  return version ?? 0;
}

function tooNew(version: number): MillraceError {
  return new MillraceError("ADAPTERS_METADATA_TOO_NEW", {
    message: `The metadata database has version ${version}; this Millrace reads versions up to ${migrations.length}.`,
    next: "Install the Millrace that wrote it (`npm install millrace@latest`), or restore a backup from before the upgrade.",
    facts: { version, newestKnown: migrations.length },
  });
}

function foreign(tables: readonly string[]): MillraceError {
  return new MillraceError("ADAPTERS_METADATA_FOREIGN", {
    message: `The database belongs to another program: it holds the table ${tables[0]} and no millrace_migrations.`,
    next: "Name another file for the metadata database, or set MILLRACE_HOME to another folder.",
    facts: { tables: tables.slice(0, 12) },
  });
}
