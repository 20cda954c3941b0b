import type { Kysely } from "kysely";
import type { Tables } from "../records/tables.ts";
import type { Migration } from "./migrate.ts";

export const lineageTables: Migration = {
  name: "lineage tables",
  async up(connection, dialect) {
    const { schema } = connection;
    const { text, wholeNumber } = dialect;
    await schema
      .createTable("millrace_migrations")
      .addColumn("version", wholeNumber, (column) => column.primaryKey())
      .addColumn("name", text, (column) => column.notNull())
      .addColumn("applied_ms", wholeNumber, (column) => column.notNull())
      .execute();
    await schema
      .createTable("types")
      .addColumn("kind", text, (column) => column.notNull())
      .addColumn("name", text, (column) => column.notNull())
      .addColumn("properties", text, (column) => column.notNull())
      .addPrimaryKeyConstraint("types_key", ["kind", "name"])
      .execute();
    await schema
      .createTable("artifacts")
      .addColumn("id", text, (column) => column.primaryKey())
      .addColumn("type", text, (column) => column.notNull())
      .addColumn("content", text, (column) => column.notNull())
      .addColumn("files", text, (column) => column.notNull())
      .addColumn("properties", text, (column) => column.notNull())
      .addColumn("created_ms", wholeNumber, (column) => column.notNull())
      .execute();
    await schema
      .createTable("executions")
      .addColumn("id", text, (column) => column.primaryKey())
      .addColumn("type", text, (column) => column.notNull())
      .addColumn("state", text, (column) => column.notNull())
      .addColumn("cache_key", text)
      .addColumn("properties", text, (column) => column.notNull())
      .addColumn("started_ms", wholeNumber, (column) => column.notNull())
      .addColumn("ended_ms", wholeNumber)
      .execute();
    await schema
      .createTable("events")
      .addColumn("position", wholeNumber, dialect.numbered)
      .addColumn("execution_id", text, (column) => column.notNull())
      .addColumn("artifact_id", text, (column) => column.notNull())
      .addColumn("type", text, (column) => column.notNull())
      .addColumn("path", text, (column) => column.notNull())
      .addColumn("at_ms", wholeNumber, (column) => column.notNull())
      .addUniqueConstraint("events_key", ["execution_id", "type", "path", "artifact_id"])
      .execute();
    await schema
      .createTable("contexts")
      .addColumn("id", text, (column) => column.primaryKey())
      .addColumn("type", text, (column) => column.notNull())
      .addColumn("name", text, (column) => column.notNull())
      .addColumn("properties", text, (column) => column.notNull())
      .addColumn("created_ms", wholeNumber, (column) => column.notNull())
      .addUniqueConstraint("contexts_name", ["type", "name"])
      .execute();
    await schema
      .createTable("memberships")
      .addColumn("context_id", text, (column) => column.notNull())
      .addColumn("member_id", text, (column) => column.notNull())
      .addPrimaryKeyConstraint("memberships_key", ["context_id", "member_id"])
      .execute();
    await schema
      .createTable("entries")
      .addColumn("position", wholeNumber, dialect.numbered)
      .addColumn("stream", text, (column) => column.notNull())
      .addColumn("sequence", wholeNumber, (column) => column.notNull())
      .addColumn("type", text, (column) => column.notNull())
      .addColumn("data", text, (column) => column.notNull())
      .addColumn("entry_key", text)
      .addColumn("at_ms", wholeNumber, (column) => column.notNull())
      .addUniqueConstraint("entries_sequence", ["stream", "sequence"])
      .addUniqueConstraint("entries_key", ["stream", "entry_key"])
      .execute();
    await addIndexes(connection);
  },
};

async function addIndexes(connection: Kysely<Tables>): Promise<void> {
  const indexes: readonly [string, keyof Tables, string[]][] = [
    ["artifacts_by_type", "artifacts", ["type", "created_ms"]],
    ["artifacts_by_content", "artifacts", ["content"]],
    ["artifacts_by_time", "artifacts", ["created_ms", "id"]],
    ["executions_by_cache_key", "executions", ["cache_key"]],
    ["executions_by_type", "executions", ["type", "started_ms"]],
    ["executions_by_state", "executions", ["state", "started_ms"]],
    ["executions_by_time", "executions", ["started_ms", "id"]],
    ["contexts_by_type", "contexts", ["type", "created_ms", "id"]],
    ["events_by_artifact", "events", ["artifact_id"]],
    ["memberships_by_member", "memberships", ["member_id"]],
    ["entries_by_type", "entries", ["type", "position"]],
  ];
  for (const [name, table, columns] of indexes)
    await connection.schema.createIndex(name).on(table).columns(columns).execute();
}
