import { describe, expect, it } from "vitest";
import { inspectSource } from "../snapshots/inspect-source.ts";
import { errorOf, project } from "./shared-data.fixture.ts";

describe("a file that is no text", () => {
  it.each([
    ["a spreadsheet", "PK\u0003\u0004rest", /zip archive.*xlsx/],
    ["a Parquet file under another name", "PAR1rest", /Parquet/],
    ["a database", "SQLite format 3\0", /SQLite/],
    ["a document", "%PDF-1.7", /PDF/],
  ])("is refused by what it is: %s", async (_what, content, message) => {
    const place = project({ "a.csv": content });
    const error = await errorOf(() => inspectSource({ kind: "file", path: "a.csv" }, place));
    expect([error.code, error.message]).toEqual(["DATASET_FORMAT_UNKNOWN", expect.stringMatching(message)]);
  });

  it("is told apart from text that begins alike", async () => {
    const place = project({ "a.csv": "PKs,SQL\n1,2\n" });
    expect((await inspectSource({ kind: "file", path: "a.csv" }, place)).rows).toBe(1);
  });
});
