import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inspectSource } from "../snapshots/inspect-source.ts";
import { errorOf, hasSharedData, project, sharedData, skipReason } from "./shared-data.fixture.ts";

const bad = (name: string) => ({ kind: "file", path: join(sharedData, "parquet_bad", name) }) as const;

describe.skipIf(!hasSharedData)(`hostile Parquet${skipReason}`, () => {
  it.each([
    "ARROW-GH-41317.parquet",
    "ARROW-GH-41321.parquet",
    "ARROW-GH-45185.parquet",
    "ARROW-GH-47662.parquet",
    "ARROW-RS-GH-6229-DICTHEADER.parquet",
    "PARQUET-1481.parquet",
  ])("%s is refused", async (name) => {
    const error = await errorOf(() => inspectSource(bad(name), project()));
    expect(error.code).toBe("DATASET_PARQUET_BROKEN");
    expect(error.message).toContain(`${name} cannot be read as Parquet`);
    expect(error.next).toBe("Write the file again from its source.");
  });

  // An index of 0 bits is legal (every row is the dictionary's first value), and a column of type null holds nothing else.
  it.each([
    ["ARROW-GH-43605.parquet", 21186],
    ["ARROW-RS-GH-6229-LEVELS.parquet", 1],
  ])("%s is read as its footer says", async (name, rows) => {
    expect((await inspectSource(bad(name), project())).rows).toBe(rows);
  });
});

describe.skipIf(!hasSharedData)(`real Parquet${skipReason}`, () => {
  it("keeps stored types", async () => {
    const found = await inspectSource(
      { kind: "file", path: join(sharedData, "feast", "driver_stats.parquet") },
      project(),
    );
    expect(found.rows).toBe(1808);
    expect(found.columns.map((column) => column.type)).toEqual([
      "timestamp",
      "integer",
      "number",
      "number",
      "integer",
      "timestamp",
    ]);
  });
});
