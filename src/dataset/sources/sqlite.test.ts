import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { readSource } from "../reading/read-source.ts";
import { errorOf, project } from "../reading/shared-data.fixture.ts";
import { resolveSource, type SourceRef } from "./source-schema.ts";
import { sourceWatermark } from "./watermark.ts";

function database() {
  const place = project();
  const db = new DatabaseSync(place.path("shop.db"));
  db.exec(`
    create table orders (id integer, code text, price real, at text, big integer, paid, "odd ""name" text);
    insert into orders values
      (2, '08123', 2.5, '2020-01-02', 9007199254740993, 1, ''),
      (1, '77', 3, '2020-01-01', 5, 'x', null),
      (3, null, null, null, null, null, 'z');
  `);
  db.close();
  return place;
}
const source = (more: object): SourceRef => ({ kind: "sqlite", path: "shop.db", orderBy: "id", ...more }) as SourceRef;

describe("a SQLite table as a source", () => {
  it("keeps values exactly and in the stated order", async () => {
    const { table } = await readSource(resolveSource(source({ table: "orders" })), database());
    expect(table.columns.map(({ name, column, text }) => [name, column.type, text(0), text(1), text(2)])).toEqual([
      ["id", "integer", "1", "2", "3"],
      ["code", "string", "77", "08123", null],
      ["price", "number", "3", "2.5", null],
      ["at", "timestamp", "2020-01-01", "2020-01-02", null],
      ["big", "string", "5", "9007199254740993", null],
      ["paid", "string", "x", "1", null],
      ['odd "name', "string", null, null, "z"],
    ]);
    expect(table.problems.map((problem) => problem.column)).toEqual(["paid"]);
  });

  it("reads queries, in descending order too", async () => {
    const { table } = await readSource(
      resolveSource(source({ query: "select id, price from orders where price > 0;", orderBy: ["id desc"] })),
      database(),
    );
    expect([table.rows, table.columns[0]!.text(0)]).toEqual([2, "2"]);
  });

  it("says what is wrong", async () => {
    const place = database();
    const fails = (more: object) => errorOf(() => readSource(resolveSource(source(more)), place));
    expect((await fails({ table: "order" })).message).toContain("did you mean orders?");
    expect((await fails({ query: "select nope from orders" })).code).toBe("DATASET_QUERY_FAILED");
    expect((await fails({ query: "select id, price as ID from orders" })).code).toBe("DATASET_HEADER_DUPLICATE");
    expect((await fails({ table: "orders", orderBy: "idd" })).message).toContain("did you mean id?");
    expect((await fails({ query: "select * from orders where id > 9" })).code).toBe("DATASET_ROWS_NONE");
    expect((await fails({ table: "orders", query: "select 1" })).message).toContain("give either table or query");
    expect((await fails({ table: "orders", orderBy: undefined })).code).toBe("DATASET_SOURCE_INVALID");
    expect((await fails({ table: "orders", path: "shop2.db" })).code).toBe("DATASET_SOURCE_MISSING");
  });

  it("has a watermark that changes with its rows", async () => {
    const place = database();
    const before = await sourceWatermark(source({ table: "orders" }), place);
    expect(await sourceWatermark(source({ table: "orders" }), place)).toEqual(before);
    const db = new DatabaseSync(place.path("shop.db"));
    db.exec("delete from orders where id = 3");
    db.close();
    expect(await sourceWatermark(source({ table: "orders" }), place)).not.toEqual(before);
  });
});
