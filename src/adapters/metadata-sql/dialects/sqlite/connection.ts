import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";
import { retryWhileBusy } from "./busy.ts";

interface Prepared {
  readonly statement: StatementSync;
  readonly gives: boolean;
}

const keptStatements = 200;

/** A node:sqlite database as a Kysely connection; statements stay prepared, the least recently used go first. */
export class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #busyTimeoutMs: number;
  readonly #prepared = new Map<string, Prepared>();

  constructor(database: DatabaseSync, busyTimeoutMs: number) {
    this.#database = database;
    this.#busyTimeoutMs = busyTimeoutMs;
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return retryWhileBusy(() => this.#run<R>(query.sql, query.parameters as SQLInputValue[]), this.#busyTimeoutMs);
  }

  // biome-ignore lint/correctness/useYield: the port asks for a generator; whole answers are small here
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("This dialect does not stream.");
  }

  async control(sql: string): Promise<void> {
    await retryWhileBusy(() => this.#run(sql, []), this.#busyTimeoutMs);
  }

  /** False also after SQLite itself rolled a transaction back (full disk, broken file). */
  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  close(): void {
    this.#prepared.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  #run<R>(sql: string, parameters: SQLInputValue[]): QueryResult<R> {
    const { statement, gives } = this.#prepare(sql);
    if (gives) return { rows: statement.all(...parameters) as R[] };
    const { changes } = statement.run(...parameters);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }

  #prepare(sql: string): Prepared {
    let prepared = this.#prepared.get(sql);
    if (prepared === undefined) {
      const statement = this.#database.prepare(sql);
      prepared = { statement, gives: statement.columns().length > 0 };
      const oldest = this.#prepared.keys().next().value;
      if (this.#prepared.size >= keptStatements && oldest !== undefined) this.#prepared.delete(oldest);
    } else {
      this.#prepared.delete(sql);
    }
    this.#prepared.set(sql, prepared);
    return prepared;
  }
}
