import pg from "pg";
import { describe, expect, it } from "vitest";
import { readSource } from "../reading/read-source.ts";
import { errorOf, project } from "../reading/shared-data.fixture.ts";
import { resolveSource, type SourceRef } from "./source-schema.ts";
import { sourceWatermark } from "./watermark.ts";

/** The address of a PostgreSQL that tests may write to, without a password. */
const address = process.env.MILLRACE_TEST_POSTGRES;

describe.skipIf(address === undefined)(
  `a PostgreSQL table as a source${address ? "" : " (skipped: MILLRACE_TEST_POSTGRES is not set)"}`,
  () => {
    const source = (more: object): SourceRef =>
      ({ kind: "postgres", address: address!, orderBy: "id", ...more }) as SourceRef;
    const run = async (sql: string) => {
      const client = new pg.Client({ connectionString: address! });
      await client.connect();
      await client.query(sql);
      await client.end();
    };
    const make = () =>
      run(`
      drop table if exists "Millrace orders";
      create table "Millrace orders" (id int, code text, price numeric(10,2), ratio float8, at timestamptz, day date, big bigint, paid bool);
      insert into "Millrace orders" select k, lpad(k::text, 5, '0'), k + 0.25, 1.0 / k, '2020-01-01 02:00+02'::timestamptz + k * interval '1 second',
        '2020-01-01'::date + k % 300, 9007199254740990 + k, k % 2 = 0 from generate_series(25000, 1, -1) as k;
      insert into "Millrace orders" (id) values (0);
    `);

    it("reads through a cursor, typed and in order", async () => {
      await make();
      const { table } = await readSource(resolveSource(source({ table: "Millrace orders" })), project());
      expect(table.rows).toBe(25_001);
      expect(table.columns.map(({ name, column, text }) => [name, column.type, text(0), text(1)])).toEqual([
        ["id", "integer", "0", "1"],
        ["code", "string", null, "00001"],
        ["price", "number", null, "1.25"],
        ["ratio", "number", null, "1"],
        ["at", "timestamp", null, "2020-01-01 00:00:01+00"],
        ["day", "timestamp", null, "2020-01-02"],
        ["big", "string", null, "9007199254740991"],
        ["paid", "bool", null, "false"],
      ]);
      expect(table.columns[6]!.text(25_000)).toBe("9007199254765990");
    });

    it("has a watermark of its rows, or of a declared query", async () => {
      await make();
      const rows = source({ table: "Millrace orders" });
      const counted = source({ table: "Millrace orders", watermark: 'select count(*) from "Millrace orders"' });
      const before = [await sourceWatermark(rows, project()), await sourceWatermark(counted, project())];
      await run('update "Millrace orders" set price = 0 where id = 5');
      expect(await sourceWatermark(rows, project())).not.toEqual(before[0]);
      expect(await sourceWatermark(counted, project())).toEqual(before[1]);
    });

    it("says what is wrong", async () => {
      const fails = (more: object) => errorOf(() => readSource(resolveSource(source(more)), project()));
      expect((await fails({ table: "not there" })).code).toBe("DATASET_QUERY_FAILED");
      expect((await fails({ query: "delete from pg_class returning 1 as id" })).code).toBe("DATASET_QUERY_FAILED");
    });
  },
);

describe("a PostgreSQL that does not answer", () => {
  it("is told with its address, without secrets", async () => {
    const source: SourceRef = { kind: "postgres", address: "postgres://me@127.0.0.1:1/db", table: "t", orderBy: "id" };
    const error = await errorOf(() => readSource(resolveSource(source), project()));
    expect([error.code, error.spec.retryable]).toEqual(["DATASET_DATABASE_UNREACHABLE", true]);
    expect(error.message).toContain("postgres://127.0.0.1:1/db");
    const literal: SourceRef = { ...source, address: "postgres://me:word@127.0.0.1:1/db" };
    expect((await errorOf(() => readSource(resolveSource(literal), project()))).code).toBe("KERNEL_SECRET_LITERAL");
    const secret: SourceRef = { ...source, password: { secret: "never-set-anywhere" } };
    expect((await errorOf(() => readSource(resolveSource(secret), project()))).code).toBe("KERNEL_SECRET_MISSING");
  });
});
