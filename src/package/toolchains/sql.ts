import { pruneProgram } from "@millrace/program/write";
import { refuseLiteralPassword } from "#kernel";
import type { Found, Toolchain } from "../model.ts";
import { runFailed } from "./filter.ts";
import { rowColumn } from "./row-column.ts";
import { scoreInChild } from "./score-in-child.ts";
import { typedColumns } from "./typed-columns.ts";

type Dialect = NonNullable<Toolchain["traits"]["dialect"]>;

/** DuckDB as Millrace ships it. */
export const duckdbToolchain = database("duckdb", async () => {
  const { version } = await import("@duckdb/node-api");
  return { version: version().replace(/^v/, "") };
});

/** SQLite as Node ships it. */
export const sqliteToolchain = database("sqlite", async () => ({ version: process.versions.sqlite ?? "unknown" }));

/**
 * A PostgreSQL server; nothing but a temporary table is made there. A password comes from PGPASSWORD or a password file.
 *
 * Errors: KERNEL_SECRET_LITERAL: when the address holds one.
 */
export function postgresToolchain(address: string | undefined): Toolchain {
  if (address !== undefined) refuseLiteralPassword(address);
  return database(
    "postgres",
    async () => {
      if (address === undefined) return { missing: "no server was given; name one with --postgres ADDRESS" };
      const { default: pg } = await import("pg");
      const client = new pg.Client({ connectionString: address, connectionTimeoutMillis: 10_000 });
      try {
        await client.connect();
        const { rows } = await client.query<{ server_version: string }>("SHOW server_version");
        return { version: rows[0]!.server_version };
      } catch (error) {
        return { missing: `the server does not answer: ${error instanceof Error ? error.message : String(error)}` };
      } finally {
        await client.end().catch(() => undefined);
      }
    },
    address,
  );
}

/** Numbers and truth values come typed, texts and times as they stand: databases do not read all that programs read as numbers. */
function database(dialect: Dialect, find: () => Promise<Found>, address?: string): Toolchain {
  return {
    kind: "toolchain",
    name: dialect,
    version: "1",
    traits: { targets: ["sql"], dialect, ...(dialect === "postgres" ? { carriesNul: false } : {}) },
    find,
    build: async () => undefined,
    async run(work, { rows }) {
      const statement = work.compiled.files.find(({ path }) => path.endsWith(".sql"));
      if (statement === undefined) throw runFailed(dialect, "there is no .sql file");
      const job = {
        model: typeof statement.content === "string" ? statement.content : new TextDecoder().decode(statement.content),
        rows: rows.length,
        ordered: true,
        columns: [
          { name: rowColumn(work.program), kind: "integer", values: rows.map((_, row) => String(row)) } as const,
          ...typedColumns(pruneProgram(work.program).inputs, rows, ["string", "timestamp"]),
        ],
        ...(address === undefined ? {} : { address }),
      };
      return scoreInChild(dialect, `${dialect}-child`, job, work);
    },
  };
}
