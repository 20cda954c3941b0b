import { setTimeout as sleep } from "node:timers/promises";
import type { Driver } from "kysely";
import { longestPauseMs } from "./busy.ts";
import type { SqliteConnection } from "./connection.ts";

/** Long enough for every process that waits to knock once. */
const pauseMs = longestPauseMs + 1;
const longestBurstMs = 50;

/** Kysely's driver over one connection; its adapter lets one caller at a time hold it. */
export class SqliteDriver implements Driver {
  readonly #connect: () => Promise<SqliteConnection>;
  readonly #begin: string;
  #connection: SqliteConnection | undefined;
  #burstFrom = 0;
  #endedAt = 0;

  constructor(connect: () => Promise<SqliteConnection>, begin: "begin" | "begin immediate") {
    this.#connect = connect;
    this.#begin = begin;
  }

  async init(): Promise<void> {
    this.#connection = await this.#connect();
  }

  async acquireConnection(): Promise<SqliteConnection> {
    return this.#connection!;
  }

  async beginTransaction(connection: SqliteConnection): Promise<void> {
    if (this.#begin === "begin immediate") await this.#letOthersWrite();
    await connection.control(this.#begin);
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    await connection.control("commit");
    this.#endedAt = performance.now();
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    if (connection.inTransaction) await connection.control("rollback");
  }

  savepoint(connection: SqliteConnection, name: string): Promise<void> {
    return connection.control(`savepoint ${name}`);
  }

  rollbackToSavepoint(connection: SqliteConnection, name: string): Promise<void> {
    return connection.control(`rollback to ${name}`);
  }

  releaseSavepoint(connection: SqliteConnection, name: string): Promise<void> {
    return connection.control(`release ${name}`);
  }

  /** SQLite has no queue of writers: without a pause, one that writes on and on would keep the others waiting by luck alone. */
  async #letOthersWrite(): Promise<void> {
    const now = performance.now();
    if (now - this.#endedAt > pauseMs) this.#burstFrom = now;
    if (now - this.#burstFrom < longestBurstMs) return;
    await sleep(pauseMs);
    this.#burstFrom = performance.now();
  }

  async releaseConnection(): Promise<void> {
    // The connection stays open until the store closes.
  }

  async destroy(): Promise<void> {
    this.#connection?.close();
  }
}
