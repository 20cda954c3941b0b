import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plainContext } from "#kernel";
import { frameDigest } from "../frames/frame-digest.ts";
import { readFrame } from "../parquet/read-frame.ts";
import { birdStrikes, errorOf, project } from "../reading/shared-data.fixture.ts";
import { spansOf } from "../spans/spans-of.ts";
import { assignSplits } from "../splits/assign-splits.ts";
import { exportText } from "./export-text.ts";
import { ingest } from "./ingest.ts";
import { inspectSource } from "./inspect-source.ts";

const strikes = { kind: "file", path: birdStrikes } as const;
const damage = { name: "damage", sql: `"Effect Amount of damage" <> 'None'` };

describe("the bird strikes", () => {
  it("are read whole, with `None` as a value", async () => {
    const found = await inspectSource(strikes, project());
    expect([found.format, found.encoding, found.delimiter, found.header, found.rows]).toEqual([
      "csv",
      "utf-8",
      ",",
      true,
      10_000,
    ]);
    expect(found.columns.find((column) => column.name === "Flight Date")).toMatchObject({
      type: "timestamp",
      pattern: "%Y-%m-%d",
      nullable: false,
    });
    expect(found.columns.find((column) => column.name === "Speed IAS in knots")).toMatchObject({
      type: "integer",
      missing: 2836,
    });
    expect(found.columns.find((column) => column.name === "Effect Amount of damage")!.examples).toContain("None");
    expect(found.problems).toEqual([]);
  });

  it("become a snapshot with the same content every time, and split with their duplicates together", async () => {
    const place = project();
    const info = await ingest(strikes, { ...place, out: place.path("a.parquet"), derive: [damage] }, plainContext());
    const again = await ingest(strikes, { ...place, out: place.path("b.parquet"), derive: [damage] }, plainContext());
    expect(again).toEqual(info);
    expect(info.provenance.files[0]).toMatchObject({ rows: 10_000, sizeBytes: 1_223_329 });
    const frame = await readFrame(place.path("a.parquet"));
    expect(frameDigest(frame, { "Flight Date": "%Y-%m-%d" })).toBe(info.content);
    const flags = frame.columns.get("damage")!;
    if (flags.type !== "bool") expect.fail("damage should be bool");
    expect(flags.values.reduce((sum, flag) => sum + flag, 0)).toBe(1061);
    const split = assignSplits(frame, { strategy: "time", time: "Flight Date", target: "damage", gapDays: 7 });
    expect(split.report.duplicates).toMatchObject({ rows: 24, moved: 0 });
    expect(spansOf(frame, "Flight Date", "year").map((span) => span.rows)).toEqual([
      463, 571, 657, 677, 667, 713, 752, 865, 907, 941, 1065, 1095, 627,
    ]);
  });

  it("are exported as they were written", async () => {
    const place = project();
    await exportText(strikes, place.path("out.csv"), place);
    expect(readFileSync(place.path("out.csv"), "utf8")).toBe(
      `${readFileSync(birdStrikes, "utf8").replaceAll("\r\n", "\n")}\n`,
    );
  });
});

describe("ingest", () => {
  it("keeps rows where a condition holds", async () => {
    const place = project({ "a.csv": "x,y\n1,a\n2,\n3,c\n" });
    const info = await ingest(
      { kind: "file", path: "a.csv" },
      { ...place, out: place.path("o.parquet"), where: "y is not null" },
      plainContext(),
    );
    expect([info.rows, info.provenance.operations]).toEqual([
      2,
      [{ op: "filter", where: "y is not null", report: { rowsBefore: 3, rowsAfter: 2 } }],
    ]);
    const none = await errorOf(() =>
      ingest(
        { kind: "file", path: "a.csv" },
        { ...place, out: place.path("o.parquet"), where: "x > 5" },
        plainContext(),
      ),
    );
    expect(none.code).toBe("DATASET_ROWS_NONE");
  });

  it("has a content that knows order, types and patterns, not the file's writing", async () => {
    const place = project({
      "a.csv": "x,y\n1,a\n2,b\n",
      "b.csv": 'x;y\r\n"1";a\r\n2;"b"\r\n',
      "c.csv": "x,y\n2,b\n1,a\n",
      "d.csv": "x,y\n1.0,a\n2.5,b\n",
    });
    const content = async (path: string) =>
      (await ingest({ kind: "file", path }, { ...place, out: place.path("o.parquet") }, plainContext())).content;
    const contents = [await content("a.csv"), await content("b.csv"), await content("c.csv"), await content("d.csv")];
    expect(contents[1]).toBe(contents[0]);
    expect(new Set(contents).size).toBe(3);
  });

  it("refuses a folder that cannot be written to, and leaves nothing behind", async () => {
    const place = project({ "a.csv": "x\n1\n" });
    const error = await errorOf(() =>
      ingest({ kind: "file", path: "a.csv" }, { ...place, out: "/sys/kernel/o.parquet" }, plainContext()),
    );
    expect([error.code, error.message]).toEqual(["KERNEL_FOLDER_READ_ONLY", expect.stringContaining("/sys/kernel")]);
    expect(
      (await errorOf(() => exportText({ kind: "file", path: "a.csv" }, join(place.path("a.csv"), "o.csv"), place)))
        .code,
    ).toBe("KERNEL_FOLDER_READ_ONLY");
    expect((await errorOf(() => exportText({ kind: "file", path: "a.csv" }, "o.xlsx", place))).code).toBe(
      "DATASET_FORMAT_UNKNOWN",
    );
  });
});
