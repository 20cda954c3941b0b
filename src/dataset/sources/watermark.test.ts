import { readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project } from "../reading/shared-data.fixture.ts";
import { newSpans } from "../spans/new-spans.ts";
import { sourceWatermark } from "./watermark.ts";

describe("sourceWatermark", () => {
  it("is the files' digests, by path in the project", async () => {
    const place = project({ "b.csv": "x\n2\n", "a.csv": "x\n1\n" });
    const before = await sourceWatermark({ kind: "file", path: "*.csv" }, place);
    expect(before).toMatchObject({
      files: [
        { path: "a.csv", sizeBytes: 4 },
        { path: "b.csv", sizeBytes: 4 },
      ],
    });
    writeFileSync(place.path("a.csv"), "x\n3\n");
    writeFileSync(place.path("c.csv"), "x\n4\n");
    const after = await sourceWatermark({ kind: "file", path: "*.csv" }, place);
    expect(newSpans(before, after)).toEqual({ added: ["c.csv"], changed: ["a.csv"], removed: [] });
  });

  it("reads a file again only when its size or times changed", async () => {
    const place = project({ "a.csv": "x\n1\n" });
    const old = new Date(Date.now() - 60_000);
    utimesSync(place.path("a.csv"), old, old);
    const first = await sourceWatermark({ kind: "file", path: "a.csv" }, place);
    const record = join(place.project, ".millrace", "cache", "file-digests.json");
    const kept = JSON.parse(readFileSync(record, "utf8")) as Record<string, { stamp: string; digest: string }>;
    expect(Object.keys(kept)).toEqual([place.path("a.csv")]);
    // A digest put into the cache by hand is believed: the file was not read.
    kept[place.path("a.csv")]!.digest = "sha256:kept";
    writeFileSync(record, JSON.stringify(kept));
    expect(await sourceWatermark({ kind: "file", path: "a.csv" }, place)).toMatchObject({
      files: [{ digest: "sha256:kept" }],
    });
    utimesSync(place.path("a.csv"), new Date(old.getTime() + 1000), new Date(old.getTime() + 1000));
    expect(await sourceWatermark({ kind: "file", path: "a.csv" }, place)).toEqual(first);
    expect(statSync(place.path("a.csv")).size).toBe(4);
  });

  it("keeps a whole record where several sources are looked at side by side, and passes over a torn one", async () => {
    const names = Array.from({ length: 40 }, (_, k) => `${k}.csv`);
    const place = project(Object.fromEntries(names.map((name) => [name, `x\n${name}\n`])));
    const old = new Date(Date.now() - 60_000);
    for (const name of names) utimesSync(place.path(name), old, old);
    const record = join(place.project, ".millrace", "cache", "file-digests.json");
    const look = (count: number) =>
      Promise.all(names.slice(0, count).map((path) => sourceWatermark({ kind: "file", path }, place)));
    const first = await look(40);
    JSON.parse(readFileSync(record, "utf8"));
    writeFileSync(record, readFileSync(record, "utf8").slice(0, 60));
    expect(await look(1)).toEqual(first.slice(0, 1));
    JSON.parse(readFileSync(record, "utf8"));
  });

  it("does not trust the times of a file that was just written", async () => {
    const place = project({ "a.csv": "x\n1\n" });
    const first = await sourceWatermark({ kind: "file", path: "a.csv" }, place);
    writeFileSync(place.path("a.csv"), "x\n2\n");
    expect(await sourceWatermark({ kind: "file", path: "a.csv" }, place)).not.toEqual(first);
  });
});
