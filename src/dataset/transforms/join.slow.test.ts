import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readFrame } from "../parquet/read-frame.ts";
import { hasSharedData, project, sharedData, skipReason } from "../reading/shared-data.fixture.ts";
import { transformSnapshot } from "./transform-snapshot.ts";

describe.skipIf(!hasSharedData)(`an as-of join against a real training set${skipReason}`, () => {
  // my_training_ds.parquet is what Feast's own point-in-time join of these tables gave (feast-dev/feast, examples).
  it("gives each loan the facts of its zip code as they were known", async () => {
    const feast = join(sharedData, "feast");
    const place = project();
    const info = await transformSnapshot(
      join(feast, "loan_table.parquet"),
      [
        {
          op: "joinAsOf",
          with: "zipcodes",
          on: ["zipcode"],
          time: { left: "event_timestamp", right: "event_timestamp" },
          columns: ["city", "state", "population", "total_wages"],
        },
      ],
      { out: place.path("joined.parquet"), inputs: { zipcodes: join(feast, "zipcode_table.parquet") } },
    );
    expect(info.provenance.operations![0]!.report).toMatchObject({ rowsBefore: 28_638, rowsAfter: 28_638 });
    const names = ["loan_id", "city", "state", "population", "total_wages"];
    const ours = await rowsById(place.path("joined.parquet"), names);
    const theirs = await rowsById(join(feast, "my_training_ds.parquet"), names);
    expect(ours.size).toBe(28_638);
    expect([...theirs].filter(([id, row]) => ours.get(id) !== row)).toEqual([]);
  });
});

async function rowsById(path: string, names: readonly string[]): Promise<Map<unknown, string>> {
  const frame = await readFrame(path, { columns: names });
  const cells = names.map((name) => {
    const column = frame.columns.get(name)!;
    return (row: number) => (column.type === "string" ? column.levels[column.codes[row]!] : column.values[row]);
  });
  return new Map(
    Array.from({ length: frame.rows }, (_, row) => [cells[0]!(row), JSON.stringify(cells.map((cell) => cell(row)))]),
  );
}
