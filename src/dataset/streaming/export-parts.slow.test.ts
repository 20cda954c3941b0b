import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exportParts, exportText, frameDigest, readFrame, type SourceRef, selectParts, streamSource } from "#dataset";

const folder = mkdtempSync(join(tmpdir(), "millrace-export-"));
const rows = 3000;
const line = (k: number) =>
  `${k},${k % 7 === 0 ? "" : k / 4},${k === rows - 1 ? "late" : `00${k % 9}`},"a, ""${k % 11}""",2020-01-0${1 + (k % 9)}`;
writeFileSync(
  join(folder, "rows.csv"),
  `id,amount,code,quoted,day\n${Array.from({ length: rows }, (_, k) => line(k)).join("\n")}\n`,
);
const objects = Array.from({ length: rows }, (_, k) =>
  JSON.stringify({ id: k, ...(k % 2 === 0 && { list: [k % 3, null] }), at: k > rows - 4 ? "end" : undefined }),
);
writeFileSync(join(folder, "rows.jsonl"), objects.join("\n"));

const place = { project: folder };
const stream = async (path: string, bytes: number) =>
  (await streamSource({ kind: "file", path }, place, { rows: 97, bytes }))!;

test.each([
  ["rows.csv", Infinity],
  ["rows.csv", 1],
  ["rows.jsonl", 500],
])("%s written in parts is what is written at once", async (name, bytes) => {
  const source: SourceRef = { kind: "file", path: name };
  for (const kind of ["csv", "parquet"]) {
    const [whole, parts] = [join(folder, `whole.${kind}`), join(folder, `parts.${kind}`)];
    const { rows: count } = await exportText(source, whole, place);
    expect(await exportParts(await stream(name, bytes), parts)).toMatchObject({ rows: count });
    if (kind === "csv") expect(readFileSync(parts)).toEqual(readFileSync(whole));
    else expect(frameDigest(await readFrame(parts))).toBe(frameDigest(await readFrame(whole)));
  }
  expect(readdirSync(folder).filter((one) => one.includes(".part-"))).toEqual([]);
});

test("Parquet in parts is what it is at once, and chosen rows are those rows", async () => {
  const parquet = join(folder, "source.parquet");
  await exportText({ kind: "file", path: "rows.csv" }, parquet, place);
  const source = await stream(parquet, Infinity);
  const out = join(folder, "again.parquet");
  await exportParts(source, out);
  expect(frameDigest(await readFrame(out))).toBe(frameDigest(await readFrame(parquet)));
  const number = { name: "row", type: "integer", valueAt: (row: number) => row + 1 } as const;
  const some = selectParts(source, (row) => row % 1000 === 999, [number]);
  await exportParts(some, join(folder, "some.csv"));
  const [header, ...lines] = readFileSync(join(folder, "some.csv"), "utf8").trimEnd().split("\n");
  expect(header).toBe("id,amount,code,quoted,day,row");
  expect(lines.map((one) => one.split(",").at(-1))).toEqual(["1000", "2000", "3000"]);
  const none = selectParts(source, () => false);
  expect(await exportParts(none, join(folder, "none.parquet"))).toEqual({ rows: 0, columns: 5 });
});
