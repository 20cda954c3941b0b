import { existsSync, statSync } from "node:fs";
import type { Column, Frame } from "@millrace/program";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameDigest } from "../frames/frame-digest.ts";
import { errorOf, project } from "../reading/shared-data.fixture.ts";
import { readFrame, readSnapshot } from "./read-frame.ts";
import { writeFrame } from "./write-frame.ts";

const cells = (column: Column): unknown[] =>
  column.type === "string"
    ? Array.from(column.codes, (code) => column.levels[code] ?? null)
    : Array.from(column.values, (value, row) => (column.missing?.[row] === 1 ? null : value));
const table = (frame: Frame) => [...frame.columns].map(([name, column]) => [name, column.type, cells(column)]);

function frameOf(
  rows: number,
  cellsOf: (row: number) => { n: number | null; i: number; t: number | null; b: boolean | null; s: string | null },
): Frame {
  const all = Array.from({ length: rows }, (_, row) => cellsOf(row));
  const levels = [...new Set(all.flatMap((row) => (row.s === null ? [] : [row.s])))].reverse();
  const place = new Map(levels.map((level, code) => [level, code]));
  const missing = (pick: (row: (typeof all)[number]) => unknown) =>
    Uint8Array.from(all, (row) => (pick(row) === null ? 1 : 0));
  return {
    rows,
    columns: new Map<string, Column>([
      [
        "number",
        { type: "number", values: Float64Array.from(all, (row) => row.n ?? 0), missing: missing((row) => row.n) },
      ],
      ["whole", { type: "integer", values: Float64Array.from(all, (row) => row.i) }],
      [
        "time",
        { type: "timestamp", values: Float64Array.from(all, (row) => row.t ?? 0), missing: missing((row) => row.t) },
      ],
      [
        'a "flag"',
        { type: "bool", values: Uint8Array.from(all, (row) => (row.b ? 1 : 0)), missing: missing((row) => row.b) },
      ],
      [
        "__proto__",
        { type: "string", codes: Int32Array.from(all, (row) => (row.s === null ? -1 : place.get(row.s)!)), levels },
      ],
    ]),
  };
}

describe("a frame through Parquet", () => {
  it("comes back as it was", async () => {
    const { path } = project();
    const cell = fc.record({
      n: fc.option(fc.double({ noNaN: true })),
      i: fc.maxSafeInteger(),
      t: fc.option(fc.integer({ min: -8e15, max: 8e15 })),
      b: fc.option(fc.boolean()),
      s: fc.option(fc.string({ unit: "grapheme", minLength: 1 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 40 }), async (rows) => {
        const frame = frameOf(rows.length, (row) => rows[row]!);
        await writeFrame(frame, path("x.parquet"));
        const back = await readFrame(path("x.parquet"));
        expect(table(back)).toEqual(
          table(frame).map(([name, type, values]) => [
            name,
            type,
            (values as number[]).map((value) => (Object.is(value, -0) ? 0 : value)),
          ]),
        );
        expect(frameDigest(back)).toBe(frameDigest(frame));
      }),
      { numRuns: 10 },
    );
  });

  it("also where it is large, with few levels and with many", async () => {
    const { path } = project();
    const frame = frameOf(61_001, (row) => ({
      n: row % 7 === 0 ? null : row / 3,
      i: row - 7000,
      t: row % 11 === 0 ? null : row * 86_400_000_000,
      b: row % 5 === 0 ? null : row % 2 === 0,
      s: row % 13 === 0 ? null : `level ${row % 900}`,
    }));
    const wide = {
      type: "string" as const,
      codes: Int32Array.from({ length: frame.rows }, (_, row) => row),
      levels: Array.from({ length: frame.rows }, (_, row) => `é${row}`),
    };
    const whole = { rows: frame.rows, columns: new Map([...frame.columns, ["many", wide]]) };
    await writeFrame(whole, path("x.parquet"));
    const back = await readFrame(path("x.parquet"));
    expect(frameDigest(back)).toBe(frameDigest(whole));
    const part = await readFrame(path("x.parquet"), { columns: ["many", "whole"], where: "whole >= 54000" });
    expect([part.rows, [...part.columns.keys()], cells(part.columns.get("whole")!)[0]]).toEqual([
      1,
      ["many", "whole"],
      54_000,
    ]);
  }, 20_000);

  it("writes the same bytes for the same frame", async () => {
    const { path } = project();
    const frame = frameOf(5000, (row) => ({ n: row / 9, i: row, t: row, b: true, s: `s${row % 10}` }));
    await writeFrame(frame, path("a.parquet"));
    await writeFrame(frame, path("b.parquet"));
    expect(statSync(path("a.parquet")).size).toBe(statSync(path("b.parquet")).size);
  });

  it("reads splits, and keeps the patterns of timestamps", async () => {
    const { path } = project();
    const frame = frameOf(4, (row) => ({ n: row, i: row, t: row, b: true, s: "x" }));
    await writeFrame(frame, path("x.parquet"), {
      patterns: new Map([
        ["time", "%Y-%m-%d"],
        ["whole", "%H"],
      ]),
    });
    expect([...(await readSnapshot(path("x.parquet"))).patterns]).toEqual([["time", "%Y-%m-%d"]]);
    const codes = Uint8Array.of(0, 1, 2, 1);
    expect(
      cells((await readFrame(path("x.parquet"), { split: { codes, take: "validation" } })).columns.get("whole")!),
    ).toEqual([1, 3]);
    expect(
      (await errorOf(() => readFrame(path("x.parquet"), { split: { codes: codes.slice(1), take: "test" } }))).code,
    ).toBe("DATASET_OPERATION_INVALID");
  });

  it("says what is wrong with a name, a file and a folder", async () => {
    const { path } = project({ "bad.parquet": "PAR1 not really" });
    const frame = frameOf(1, () => ({ n: 1, i: 1, t: 1, b: true, s: "x" }));
    await writeFrame(frame, path("x.parquet"));
    const unknown = await errorOf(() => readFrame(path("x.parquet"), { columns: ["numbr"] }));
    expect([unknown.code, unknown.message.includes("did you mean number?")]).toEqual(["DATASET_COLUMN_UNKNOWN", true]);
    expect((await errorOf(() => readFrame(path("bad.parquet")))).code).toBe("DATASET_PARQUET_BROKEN");
    expect((await errorOf(() => readFrame(path("none.parquet")))).code).toBe("DATASET_SOURCE_MISSING");
    // Nobody may write there, root included.
    const refused = await errorOf(() => writeFrame(frame, "/sys/kernel/x.parquet"));
    expect(refused.code).toBe("KERNEL_FOLDER_READ_ONLY");
    expect(refused.next).toContain("--out");
  });

  it("says what to do where a table is too wide for the memory, and leaves no file", async () => {
    const values = Float64Array.of(1, 2);
    const columns = new Map(Array.from({ length: 3000 }, (_, k) => [`c${k}`, { type: "number", values } as const]));
    const { project: folder } = project({});
    const path = `${folder}/wide.parquet`;
    const error = await errorOf(() => writeFrame({ rows: 2, columns }, path, { memoryLimitMb: 64 }));
    expect([error.code, error.message]).toEqual([
      "DATASET_ENGINE_FAILED",
      "Writing 3000 columns of 2 rows as Parquet needs more memory than the limit of 64 MB.",
    ]);
    expect(error.next).toMatch(/^Write a \.csv instead/);
    expect(existsSync(path)).toBe(false);
  });
});
